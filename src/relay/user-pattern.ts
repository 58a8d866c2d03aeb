/**
 * Patterns of user names, as a shell has them: `*` stands for any characters, `?` for one. Letters may be of either
 * case. A name is whatever a client wrote, so no pattern takes longer than its length times that of the name.
 */
import { foldUser } from './pair.ts';

/** Says whether a name, in any case, is one that a pattern stands for. */
export type IsMatch = (name: string) => boolean;

/** Reports whether a text has a character that stands for others. */
export function isPattern(text: string): boolean {
  return /[*?]/.test(text);
}

/** Returns the test for names that a pattern stands for. */
export function userPattern(pattern: string): IsMatch {
  const folded = foldUser(pattern);
  if (!isPattern(folded)) return (name) => foldUser(name) === folded;
  const wanted = [...folded];
  return (name) => matches(wanted, [...foldUser(name)]);
}

/**
 * Goes through both side by side. Where they differ, the last `*` before that takes one character more: an earlier one
 * need not, since whatever it could take, the last one can.
 */
function matches(wanted: readonly string[], name: readonly string[]): boolean {
  let [at, index] = [0, 0];
  let star = -1;
  let taken = 0;
  while (index < name.length) {
    if (wanted[at] === '*') {
      star = at++;
      taken = index;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === name[index])) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++taken;
    } else return false;
  }
  while (wanted[at] === '*') at++;
  return at === wanted.length;
}

/**
 * Returns a function that gives the first entry of a list whose pattern stands for a name; undefined if none does.
 * Names without `*` and `?`, of which there may be thousands, are looked up; patterns are tried one by one.
 */
export function indexPatterns<Entry extends { readonly pattern: string }>(
  entries: readonly Entry[],
): (name: string) => Entry | undefined {
  const exact = new Map<string, number>();
  const patterns: { readonly place: number; readonly isMatch: IsMatch }[] = [];
  for (const [place, { pattern }] of entries.entries()) {
    const folded = foldUser(pattern);
    if (isPattern(folded)) patterns.push({ place, isMatch: userPattern(folded) });
    else if (!exact.has(folded)) exact.set(folded, place);
  }
  return (name) => {
    const named = exact.get(foldUser(name)) ?? entries.length;
    const tried = patterns.find(({ place, isMatch }) => place > named || isMatch(name));
    return entries[Math.min(named, tried?.place ?? entries.length)];
  };
}
