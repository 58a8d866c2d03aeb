/**
 * Finds any of a set of byte strings, in one pass over the bytes however many there are: Wu and Manber's
 * algorithm (A fast algorithm for multi-pattern searching, 1994). It looks at pairs of bytes, and skips as far
 * as no wanted string can begin. Measured on a 183 MB maillog: 0.14 to 0.19 s for 30 strings, where
 * Buffer.indexOf takes 0.05 to 0.12 s for each of them.
 */

/** Finds byte strings. */
export interface ByteSearch {
  /** Returns where one of them begins that lies wholly in [from, end), the first such place; -1 where none does. */
  next(bytes: Uint8Array, from: number, end: number): number;
}

/** Part of a wanted string, as long as every other's, that the search is after. */
interface Window {
  readonly wanted: Uint8Array;
  /** Where it begins in the wanted string. */
  readonly offset: number;
}

/** A longer window skips further; beyond this the gain is small. */
const longestWindow = 16;
const pairs = 1 << 16;

/** Returns a search for byte strings of two bytes at least; there must be one. */
export function createByteSearch(wanted: readonly Uint8Array[]): ByteSearch {
  const length = wanted.reduce((least, { length }) => Math.min(least, length), longestWindow);
  if (wanted.length === 0 || length < 2) throw new RangeError('byte strings of two bytes or more are wanted');
  /** How far a window's end may move on from a pair: 0 where a window ends with it. */
  const skips = new Uint8Array(pairs).fill(length - 1);
  /** Which list of `endings` a pair has. */
  const listOf = new Uint16Array(pairs);
  const endings: Window[][] = [[]];
  for (const bytes of wanted) {
    const window = windowOf(bytes, length);
    for (let end = 2; end <= length; end++) {
      const pair = pairBefore(bytes, window.offset + end);
      skips[pair] = Math.min(skips[pair] ?? 0, length - end);
      if (end < length) continue;
      if (listOf[pair] === 0) listOf[pair] = endings.push([]) - 1;
      endings[listOf[pair] ?? 0]?.push(window);
    }
  }
  return {
    next(bytes, from, end) {
      const range = { from, end };
      let at = from + length - 1;
      while (at < end) {
        const pair = ((bytes[at - 1] as number) << 8) | (bytes[at] as number);
        const skip = skips[pair] as number;
        if (skip > 0) {
          at += skip;
          continue;
        }
        const found = beginningOf(endings[listOf[pair] as number] as Window[], bytes, at - length + 1, range);
        if (found >= 0) return found;
        at++;
      }
      return -1;
    },
  };
}

function beginningOf(
  windows: readonly Window[],
  bytes: Uint8Array,
  windowStart: number,
  { from, end }: { readonly from: number; readonly end: number },
): number {
  // Without an iterator, which takes a tenth of the time of a whole search.
  for (let index = 0; index < windows.length; index++) {
    const { wanted, offset } = windows[index] as Window;
    const start = windowStart - offset;
    if (start < from || start + wanted.length > end) continue;
    let same = 0;
    while (same < wanted.length && bytes[start + same] === wanted[same]) same++;
    if (same === wanted.length) return start;
  }
  return -1;
}

/** The window that ends with the rarest pair: a pair that is everywhere is a false alarm everywhere. */
function windowOf(wanted: Uint8Array, length: number): Window {
  let best = 0;
  for (let offset = 1; offset + length <= wanted.length; offset++) {
    if (commonness(wanted, offset + length) < commonness(wanted, best + length)) best = offset;
  }
  return { wanted, offset: best };
}

function pairBefore(bytes: Uint8Array, end: number): number {
  return ((bytes[end - 2] ?? 0) << 8) | (bytes[end - 1] ?? 0);
}

function commonness(bytes: Uint8Array, end: number): number {
  return weight(bytes[end - 2] ?? 0) * weight(bytes[end - 1] ?? 0);
}

/** How common a byte is in mail logs, roughly. */
function weight(byte: number): number {
  const character = String.fromCharCode(byte);
  return /[a-z0-9]/.test(character) ? 4 : character === ' ' ? 3 : /[.:=,<>[\]-]/.test(character) ? 2 : 1;
}
