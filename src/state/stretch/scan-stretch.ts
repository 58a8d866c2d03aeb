/**
 * Finds the end of a stretch of pairs in the bytes of a state file, and gathers its addresses. A run over a million
 * pairs spends its time here, so there is no object, text or call of ours for each pair, but loops over bytes at the
 * places that pair-line.ts gives them. What a line says is not checked: the checksum of the file answers for that.
 */
import { addToHash, type EndedSessions } from '../../relay/ended-sessions.ts';
import type { StretchLimits } from '../../relay/stretch.ts';
import { keyBytes, timeDigits } from '../pair-line.ts';

const newline = 0x0a;
const tab = 0x09;
const dash = 0x2d;
const comma = 0x2c;
const atSign = 0x40;
const zero = 0x30;
/** Fields end in a byte below this one; numbers and addresses hold none. */
const space = 0x20;

/** No line is shorter. Bytes. */
const shortestLine = 40;

/** What lines come to. */
export interface Scan {
  /** How many pairs; 0 if the first one is none for a stretch. */
  readonly pairs: number;
  /** When the first of them expires: Unix seconds. */
  readonly nextExpiry: number;
  /** Offset of the last of their lines, and of what follows it. */
  readonly last: number;
  readonly end: number;
  /** How many addresses they have, and how many bytes these take, each with a newline. */
  readonly count: number;
  readonly used: number;
}

/** Where a scan puts what it finds. */
export interface ScanRoom {
  /** Addresses, each once. */
  readonly addresses: Buffer;
  /** Where each line begins. */
  readonly starts: Int32Array;
  /** A hash for each line. */
  readonly hashes: Uint32Array;
}

/** Returns room for what is found in so many bytes: addresses lie in their lines, and need no more room than those. */
export function scanRoomFor(bytes: number): ScanRoom {
  const lines = Math.ceil(bytes / shortestLine);
  return {
    addresses: Buffer.allocUnsafe(bytes),
    starts: new Int32Array(lines),
    hashes: new Uint32Array(lines),
  };
}

/** Goes over whole lines of one family from `start` to `end`, as long as the limits allow. */
export function scanStretch(
  bytes: Buffer,
  { start, end }: { readonly start: number; readonly end: number },
  { now, lifetime: { timeout, sessionLimit }, ended }: StretchLimits,
  { addresses, starts }: ScanRoom,
): Scan {
  const family = bytes[start] as number;
  const width = keyBytes(family);
  let [pairs, nextExpiry, last, count, used] = [0, Number.POSITIVE_INFINITY, start, 0, 0];
  let at = start;
  while (at < end && bytes[at] === family) {
    const lineEnd = bytes.indexOf(newline, at);
    if (lineEnd < 0 || lineEnd >= end) break;
    let place = at + width + 1; // LAST
    let expiry = timeout + timeAt(bytes, place);
    place += 2 * (timeDigits + 1); // LOGINS
    let free = used;
    const isNew = pairs === 0 || !isSameKey(bytes, last, at, width);
    if (isNew) {
      while ((bytes[place] as number) > space) place++;
      place++; // ADDRESS
      for (let byte = bytes[place] as number; byte > space; byte = bytes[++place] as number) {
        addresses[free++] = byte;
      }
      addresses[free++] = newline;
    }
    if (place > lineEnd) break;

    const hasSessions = bytes[lineEnd - 1] !== dash || bytes[lineEnd - 2] !== tab;
    if (hasSessions && sessionLimit > 0) {
      const since = newestSession(bytes, at, lineEnd, ended);
      if (since < 0) break;
      if (since + sessionLimit > expiry) expiry = since + sessionLimit;
    }
    if (expiry <= now) break;

    if (isNew) {
      used = free;
      count++;
    }
    if (expiry < nextExpiry) nextExpiry = expiry;
    starts[pairs++] = at;
    last = at;
    at = lineEnd + 1;
  }
  return { pairs, nextExpiry, last, end: at, count, used };
}

/**
 * Returns when the newest of a line's open sessions began, Unix seconds; -1 if one of them may have ended, or if the line
 * is damaged. Read from the end of the line, `ID@SINCE,ID@SINCE` and a tab before it.
 */
function newestSession(bytes: Buffer, start: number, end: number, ended: EndedSessions): number {
  let newest = 0;
  let place = end;
  do {
    let since = 0;
    for (let unit = 1; bytes[--place] !== atSign; unit *= 10) {
      if (place <= start) return -1;
      since += unit * ((bytes[place] as number) - zero);
    }
    if (since > newest) newest = since;
    let hash = 0;
    for (
      let byte = bytes[--place] as number;
      byte > space && byte !== comma;
      byte = bytes[--place] as number
    ) {
      // In UTF-8 these are no characters.
      if (byte > 0x7e) return -1;
      hash = addToHash(hash, byte);
    }
    if (ended.mayHave(hash)) return -1;
  } while (bytes[place] === comma);
  return newest;
}

function timeAt(bytes: Buffer, start: number): number {
  let time = 0;
  for (let at = start; at < start + timeDigits; at++) time = time * 10 + (bytes[at] as number) - zero;
  return time;
}

/** Reports whether the lines at two offsets have one key. Keys of neighbours differ at their ends: compared from there. */
export function isSameKey(bytes: Uint8Array, a: number, b: number, width: number): boolean {
  let at = width - 1;
  while (at >= 0 && bytes[a + at] === bytes[b + at]) at--;
  return at < 0;
}
