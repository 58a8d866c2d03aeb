/** Characters and their escapes: what means the same within brackets and outside. */
import type { Literal, Span } from './ast.ts';
import { hasCases, rangeOf } from './character-set.ts';
import { type ExpressionSource, SyntaxFault } from './expression-source.ts';

const controls: Readonly<Record<string, string>> = {
  a: '\x07',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Returns the node of one character. */
export function characterOf(text: string, ignoreCase: boolean, span: Span): Literal {
  return { kind: 'literal', text, ignoreCase: ignoreCase && hasCases([rangeOf(text)]), ...span };
}

/**
 * Takes an escape that stands for one character: `\.`, `\t`, `\x41`, `\x{1F600}`, `\101`. Throws a
 * {@link SyntaxFault} for any other.
 */
export function escapedCharacter(scanner: ExpressionSource): string {
  const start = scanner.at;
  const octal = scanner.takeMatch(/\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/y)?.[1];
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
  const hex = scanner.takeMatch(/\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})/y);
  if (hex !== undefined) {
    const point = Number.parseInt(hex[1] ?? hex[2] ?? '', 16);
    if (point > 0x10ffff)
      throw new SyntaxFault(start, `'${hex[0]}' is beyond the last character, \\x{10FFFF}`);
    return String.fromCodePoint(point);
  }
  scanner.takeIf('\\');
  const character = scanner.take();
  if (character === '') throw new SyntaxFault(start, "'\\' at the end escapes nothing");
  if (/[1-9]/.test(character))
    throw new SyntaxFault(start, 'back-references are not in the rule language: they are not linear');
  if (character === 'x')
    throw new SyntaxFault(start, "'\\x' is followed by no code: write \\x41 or \\x{1F600}");
  const control = controls[character];
  if (control !== undefined) return control;
  if (character > '\x7f' || /[A-Za-z]/.test(character))
    throw new SyntaxFault(start, `'\\${character}' has no meaning in the rule language`);
  return character;
}

/**
 * Takes `\pL`, `\p{Greek}` or `\P{^Greek}`, and returns it as written; undefined where none stands. Which names
 * there are is the engine's business.
 */
export function unicodeClass(scanner: ExpressionSource): string | undefined {
  const start = scanner.at;
  if (scanner.takeMatch(/\\p/iy) === undefined) return undefined;
  if (scanner.takeMatch(/[CLMNPSZ]|\{\^?[A-Za-z_]+\}/y) === undefined)
    throw new SyntaxFault(start, `'${scanner.since(start)}' is followed by no Unicode class`);
  return scanner.since(start);
}
