/**
 * Where the tag of a line stands among its bytes, as far as that can be told at a glance: behind a stamp and a host, or in
 * the header of RFC 5424. What cannot be told so needs a closer look.
 */
import { isDigit } from './line-head.ts';

const blank = 0x20;
const colon = 0x3a;
const bracket = 0x5b;
const dash = 0x2d;
const lessThan = 0x3c;
const greaterThan = 0x3e;
const digitOne = 0x31;
const upperT = 0x54;
const lowerT = 0x74;

/** Reports whether some bytes are those in [from, to) of others. */
export function isAt(wanted: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (wanted.length !== to - from) return false;
  for (let at = 0; at < wanted.length; at++) if (wanted[at] !== bytes[from + at]) return false;
  return true;
}

/** Where the program's name begins; 0 where that cannot be told at a glance. */
export function tagStart(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] === lessThan) return rfc5424Name(bytes, start, end);
  const host = stampEnd(bytes, start, end);
  // In brackets it is an address, or metalog's program.
  if (host === 0 || bytes[host] === bracket) return 0;
  const next = blankAfter(bytes, host, end);
  // In a server's own log there is no host, and the tag comes first: `imap-login: Info: …`.
  return bytes[next - 1] === colon ? host : next + 1;
}

/** Where the field after the stamp begins: `Nov 22 10:04:26 ` or `2026-11-22T10:04:26.007951+00:00 `. */
function stampEnd(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start + 15] === blank && bytes[start + 9] === colon && bytes[start + 3] === blank)
    return start + 16;
  if (bytes[start + 4] !== dash || bytes[start + 7] !== dash) return 0;
  if (bytes[start + 10] !== upperT && bytes[start + 10] !== lowerT) return 0;
  return blankAfter(bytes, start + 19, end) + 1;
}

/**
 * `<PRI>1 STAMP HOST APP-NAME …`; an APP-NAME that is none, or the host's, is nginx's doing. Metalog has no host, and a
 * process number there.
 */
function rfc5424Name(bytes: Uint8Array, start: number, end: number): number {
  let version = start + 1;
  while (version < start + 5 && bytes[version] !== greaterThan) version++;
  if (bytes[version + 1] !== digitOne || bytes[version + 2] !== blank) return 0;
  const host = blankAfter(bytes, version + 3, end) + 1;
  const name = blankAfter(bytes, host, end) + 1;
  const after = blankAfter(bytes, name, end);
  if (
    bytes[name] === dash ||
    isDigit(bytes[name] as number) ||
    isAt(bytes.subarray(host, name - 1), bytes, name, after)
  )
    return 0;
  return name;
}

function blankAfter(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== blank) at++;
  return at;
}
