/**
 * Sets of characters as ranges of code points, and the named sets of RE2: `\d \s \w` and those of POSIX, all
 * of them ASCII. Unicode's classes are not here: the engines have the tables.
 */
import type { CharacterClass, CodePointRange } from './ast.ts';

const lastCodePoint = 0x10ffff;

/** What `\d`, `\s`, `\w` hold. `\s` has no vertical tab (RE2, unlike `[[:space:]]`). */
export const perlSets: Readonly<Record<string, readonly CodePointRange[]>> = {
  d: ranges('09'),
  s: ranges('\t\n', '\f\r', '  '),
  w: ranges('09', 'AZ', '__', 'az'),
};

/** What the classes of POSIX hold in the C locale, and RE2's `ascii` and `word`. */
export const posixSets: ReadonlyMap<string, readonly CodePointRange[]> = new Map([
  ['alnum', ranges('09', 'AZ', 'az')],
  ['alpha', ranges('AZ', 'az')],
  ['ascii', ranges('\0\x7f')],
  ['blank', ranges('\t\t', '  ')],
  ['cntrl', ranges('\0\x1f', '\x7f\x7f')],
  ['digit', ranges('09')],
  ['graph', ranges('!~')],
  ['lower', ranges('az')],
  ['print', ranges(' ~')],
  ['punct', ranges('!/', ':@', '[`', '{~')],
  ['space', ranges('\t\r', '  ')],
  ['upper', ranges('AZ')],
  ['word', ranges('09', 'AZ', '__', 'az')],
  ['xdigit', ranges('09', 'AF', 'af')],
]);

function ranges(...pairs: readonly string[]): readonly CodePointRange[] {
  return pairs.map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)]);
}

/** Returns the same set with its ranges sorted, and those that touch joined. */
export function normalise(all: readonly CodePointRange[]): readonly CodePointRange[] {
  const merged: CodePointRange[] = [];
  for (const [from, to] of [...all].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1)
      merged[merged.length - 1] = [last[0], Math.max(last[1], to)];
    else merged.push([from, to]);
  }
  return merged;
}

/** Returns the code points that a normalised set lacks. */
export function complement(set: readonly CodePointRange[]): readonly CodePointRange[] {
  const rest: CodePointRange[] = [];
  let next = 0;
  for (const [from, to] of set) {
    if (from > next) rest.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= lastCodePoint) rest.push([next, lastCodePoint]);
  return rest;
}

/** Reports whether two normalised sets are the same. */
export function isSameSet(a: readonly CodePointRange[], b: readonly CodePointRange[]): boolean {
  return a.length === b.length && a.every(([from, to], i) => from === b[i]?.[0] && to === b[i]?.[1]);
}

/** Reports whether a set holds a character that may have another case: an ASCII letter or anything beyond ASCII. */
export function hasCases(set: readonly CodePointRange[]): boolean {
  return set.some(([from, to]) => to > 0x7f || (from <= 0x5a && to >= 0x41) || (from <= 0x7a && to >= 0x61));
}

/** The letters that case folding joins to an ASCII letter: those of ASCII, the long s and the Kelvin sign. */
const foldedLetters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz\u017f\u212a'];

/** Returns a set of ASCII characters with the other cases of its letters. */
export function inAnyCase(set: readonly CodePointRange[]): readonly CodePointRange[] {
  const letters = foldedLetters.filter((letter) => holdsInAnyCase(set, letter));
  return normalise([...set, ...letters.map((letter) => rangeOf(letter))]);
}

/** Returns the set of one character. */
export function rangeOf(character: string): CodePointRange {
  const point = character.codePointAt(0) ?? 0;
  return [point, point];
}

/** Reports whether a class may take a character. Unicode's classes are taken to hold everything. */
export function mayTake(set: CharacterClass, character: string): boolean {
  const point = character.codePointAt(0) ?? 0;
  if (set.unicode.length > 0) return !set.negated || !holds(set, point);
  return holds(set, point) !== set.negated;
}

function holds(set: CharacterClass, point: number): boolean {
  if (set.ranges.some(([from, to]) => from <= point && point <= to)) return true;
  if (!set.ignoreCase) return false;
  return holdsInAnyCase(set.ranges, String.fromCodePoint(point));
}

/** Reports whether two characters differ in case at most. */
export function isSameLetter(a: string, b: string): boolean {
  return holdsInAnyCase([rangeOf(a)], b);
}

/** V8's flags `iu` compare by Unicode's simple case folding, as RE2 does. */
function holdsInAnyCase(ranges: readonly CodePointRange[], character: string): boolean {
  const source = ranges.map(([from, to]) => `\\u{${from.toString(16)}}-\\u{${to.toString(16)}}`).join('');
  return new RegExp(`^[${source}]$`, 'iu').test(character);
}
