/**
 * Finds the end of a stretch of pairs in the bytes of a state file, and gathers its addresses. A run over a million
 * pairs spends its time here, so there is no object, text or call of ours for each pair, but loops over bytes at the
 * places that pair-line.ts gives them. What a line says is not checked: the checksum of the file answers for that.
 */
import { keyBytes, timeDigits } from './pair-line.ts';

const newline = 0x0a;
const tab = 0x09;
const dash = 0x2d;
/** Fields end in a byte below this one; numbers and addresses hold none. */
const space = 0x20;

/** What lines come to. */
export interface Scan {
  /** How many pairs; 0 if the first one is none for a stretch. */
  readonly pairs: number;
  /** The oldest of their last logins: Unix seconds. */
  readonly oldest: number;
  /** Offset of the last of their lines, and of what follows it. */
  readonly last: number;
  readonly end: number;
  /** How many addresses they have, and how many bytes these take, each with a newline. */
  readonly count: number;
  readonly used: number;
}

/**
 * Goes over whole lines of one family from `start` to `end`, as long as the last login of each is later than `after`
 * (Unix seconds) and, `withoutSessions`, it has none open. Addresses are put into `addresses`, each once; with room
 * for as many bytes as there are lines they fit in.
 */
export function scanStretch(
  bytes: Buffer,
  { start, end }: { readonly start: number; readonly end: number },
  { after, withoutSessions }: { readonly after: number; readonly withoutSessions: boolean },
  addresses: Uint8Array,
): Scan {
  const family = bytes[start] as number;
  const width = keyBytes(family);
  let [pairs, oldest, last, count, used] = [0, Number.POSITIVE_INFINITY, start, 0, 0];
  let at = start;
  while (at < end && bytes[at] === family) {
    const lineEnd = bytes.indexOf(newline, at);
    if (lineEnd < 0 || lineEnd >= end) break;
    if (withoutSessions && (bytes[lineEnd - 1] !== dash || bytes[lineEnd - 2] !== tab)) break;

    let place = at + width + 1; // LAST
    let time = 0;
    for (const stop = place + timeDigits; place < stop; place++) {
      time = time * 10 + (bytes[place] as number) - 0x30;
    }
    if (!(time > after)) break;

    if (pairs === 0 || !isSameKey(bytes, last, at, width)) {
      place += 1 + timeDigits + 1; // LOGINS
      while ((bytes[place] as number) > space) place++;
      place++; // ADDRESS
      let free = used;
      for (let byte = bytes[place] as number; byte > space; byte = bytes[++place] as number) {
        addresses[free++] = byte;
      }
      if (place > lineEnd) break;
      addresses[free++] = newline;
      used = free;
      count++;
    }
    if (time < oldest) oldest = time;
    pairs++;
    last = at;
    at = lineEnd + 1;
  }
  return { pairs, oldest, last, end: at, count, used };
}

/** Keys of neighbours differ at their ends, so they are compared from there. */
function isSameKey(bytes: Buffer, a: number, b: number, width: number): boolean {
  let at = width - 1;
  while (at >= 0 && bytes[a + at] === bytes[b + at]) at--;
  return at < 0;
}
