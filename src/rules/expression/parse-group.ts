/** What an opening parenthesis opens: a group, captured or not, or flags; and what it must not open. */
import { type ExpressionSource, SyntaxFault } from './expression-source.ts';

/** The flags of RE2's syntax: `i`, `m`, `s`, `U`. */
export interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly ungreedy: boolean;
}

/** `(…`, `(?<name>…`: capture; `(?:…`, `(?i:…`: plain; `(?i)`: flags for the rest of the group around it. */
export type GroupStart =
  | { readonly kind: 'capture'; readonly name: string; readonly flags: Flags }
  | { readonly kind: 'plain' | 'flags'; readonly flags: Flags };

const flagNames: Readonly<Record<string, keyof Flags>> = {
  i: 'ignoreCase',
  m: 'multiline',
  s: 'dotAll',
  U: 'ungreedy',
};

/** What other languages have and RE2 has not, by how it begins. */
const foreign: readonly (readonly [RegExp, string])[] = [
  [/\(\?<?[=!]/y, 'look-around is not in the rule language: it is not linear'],
  [/\(\?(?:P[=>]|[&R0-9+]|-\d)/y, 'back-references are not in the rule language: they are not linear'],
  [/\(\?>/y, 'atomic groups are not in the rule language; RE2 never backtracks'],
  [/\(\?\(/y, 'conditions are not in the rule language'],
  [/\(\?#/y, 'comments are not in the rule language'],
];

/** Takes `(` and what belongs to it. Throws a {@link SyntaxFault} for what RE2 does not have. */
export function parseGroupStart(scanner: ExpressionSource, flags: Flags): GroupStart {
  const start = scanner.at;
  for (const [pattern, reason] of foreign) {
    if (scanner.takeMatch(pattern) !== undefined) throw new SyntaxFault(start, reason);
  }
  const named = scanner.takeMatch(/\(\?P?<([^>]*)(>?)/y);
  if (named !== undefined) {
    const [, name = '', end] = named;
    if (end === '') throw new SyntaxFault(start, "the name of the group is never closed with '>'");
    if (!/^\w+$/.test(name))
      throw new SyntaxFault(start, `'${name}' is no name of a group; a name has letters, digits and '_'`);
    return { kind: 'capture', name, flags };
  }
  if (!scanner.takeIf('(?')) {
    scanner.takeIf('(');
    return { kind: 'capture', name: '', flags };
  }
  const setting = scanner.takeMatch(/([imsU]*)(?:-([imsU]+))?([:)])/y);
  if (setting === undefined) {
    const seen = scanner.take();
    throw new SyntaxFault(
      start,
      seen === '' ? "'(' is never closed" : `'(?${seen}' opens nothing in the rule language`,
    );
  }
  const [, on = '', off = '', end] = setting;
  const changed = { ...flags };
  for (const [letter, flag] of Object.entries(flagNames)) {
    if (on.includes(letter)) changed[flag] = true;
    if (off.includes(letter)) changed[flag] = false;
  }
  return { kind: end === ':' ? 'plain' : 'flags', flags: changed };
}
