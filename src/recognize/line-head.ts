/**
 * The heads of lines, stamp and host: those of one host and one minute differ in their seconds alone, so only the first
 * of them has to be understood.
 */

const lessThan = 0x3c;
const greaterThan = 0x3e;
const dash = 0x2d;
const point = 0x2e;
const comma = 0x2c;
const digitZero = 0x30;
const digitNine = 0x39;

/**
 * Returns where the two digits of the seconds stand in a head that begins with a stamp of RFC 3339 or RFC 3164, or, in
 * RFC 5424, with `<PRI>1 ` and a stamp.
 */
export function secondsAt(bytes: Uint8Array, start: number): number {
  let stamp = start;
  if (bytes[start] === lessThan) {
    while (bytes[stamp] !== greaterThan) stamp++;
    stamp += 3;
  }
  return stamp + (bytes[stamp + 4] === dash ? 17 : 13);
}

/**
 * Reports whether the head of `length` bytes at `other` is that at `one` but for the digits of the seconds and of their
 * fraction, of which both have as many. If the one is a head, so is the other.
 */
export function isSameHead(bytes: Uint8Array, one: number, other: number, length: number): boolean {
  const seconds = secondsAt(bytes, one) - one;
  let at = 0;
  for (; at < seconds; at++) if (bytes[one + at] !== bytes[other + at]) return false;
  for (; at < seconds + 2; at++) if (!isDigit(bytes[other + at] as number)) return false;
  if (bytes[one + at] === point || bytes[one + at] === comma) {
    if (bytes[one + at] !== bytes[other + at]) return false;
    at++;
    for (; isDigit(bytes[one + at] as number); at++) if (!isDigit(bytes[other + at] as number)) return false;
  }
  for (; at < length; at++) if (bytes[one + at] !== bytes[other + at]) return false;
  return true;
}

/** Reports whether a byte is an ASCII digit. */
export function isDigit(byte: number): boolean {
  return byte >= digitZero && byte <= digitNine;
}
