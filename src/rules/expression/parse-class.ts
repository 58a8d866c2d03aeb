/** Bracket expressions, and the escapes that mean the same within brackets and outside. */
import type { CharacterClass, CodePointRange, Literal, Span } from './ast.ts';
import { complement, hasCases, normalise, perlSets, posixSets } from './character-set.ts';
import { type Scanner, SyntaxFault } from './scanner.ts';

/** What stands between brackets, before flags are thought of. */
export interface Brackets {
  readonly negated: boolean;
  readonly ranges: readonly CodePointRange[];
  readonly unicode: readonly string[];
}

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
  const point = text.codePointAt(0) ?? 0;
  return { kind: 'literal', text, ignoreCase: ignoreCase && hasCases([[point, point]]), ...span };
}

/** Returns the node of a bracket expression: a literal where it can be one character alone. */
export function classOf(
  { negated, ranges, unicode }: Brackets,
  ignoreCase: boolean,
  span: Span,
): CharacterClass | Literal {
  const [first] = ranges;
  if (!negated && unicode.length === 0 && ranges.length === 1 && first !== undefined && first[0] === first[1])
    return characterOf(String.fromCodePoint(first[0]), ignoreCase, span);
  return {
    kind: 'class',
    negated,
    ranges,
    unicode,
    ignoreCase: ignoreCase && (unicode.length > 0 || hasCases(ranges)),
    ...span,
  };
}

/** Takes `[…]`. Throws a {@link SyntaxFault} where it is none. */
export function parseClass(scanner: Scanner): Brackets {
  const start = scanner.at;
  scanner.takeIf('[');
  const negated = scanner.takeIf('^');
  const ranges: CodePointRange[] = [];
  const unicode: string[] = [];
  for (let first = true; first || !scanner.takeIf(']'); first = false) {
    const named = namedSet(scanner);
    if (named !== undefined) {
      ranges.push(...named);
      continue;
    }
    const opaque = unicodeClass(scanner);
    if (opaque !== undefined) unicode.push(opaque);
    else ranges.push(range(scanner, start));
  }
  return { negated, ranges: normalise(ranges), unicode: [...new Set(unicode)].sort() };
}

/** Takes a set that has a name within brackets: `[:alpha:]`, `[:^alpha:]`, `\d`, `\D`. */
function namedSet(scanner: Scanner): readonly CodePointRange[] | undefined {
  const start = scanner.at;
  const perl = scanner.takeMatch(/\\([dsw])/iy)?.[1];
  if (perl !== undefined) {
    const set = perlSets[perl.toLowerCase()] ?? [];
    return perl === perl.toLowerCase() ? set : complement(set);
  }
  const posix = scanner.takeMatch(/\[:(\^?)([^]*?):\]/y) ?? scanner.takeMatch(/\[:()()\]/y);
  if (posix === undefined) return undefined;
  const set = posixSets.get(posix[2] ?? '');
  if (set === undefined) throw new SyntaxFault(start, `no class has the name '${scanner.since(start)}'`);
  return posix[1] === '^' ? complement(set) : set;
}

function range(scanner: Scanner, classStart: number): CodePointRange {
  const start = scanner.at;
  const from = classCharacter(scanner, classStart);
  if (!scanner.source.startsWith('-', scanner.at) || scanner.source.startsWith('-]', scanner.at))
    return [from, from];
  scanner.takeIf('-');
  const to = classCharacter(scanner, classStart);
  if (to < from) throw new SyntaxFault(start, `range '${scanner.since(start)}' is backwards`);
  return [from, to];
}

function classCharacter(scanner: Scanner, classStart: number): number {
  const character = scanner.peek() === '\\' ? escapedCharacter(scanner) : scanner.take();
  const point = character.codePointAt(0);
  if (point === undefined) throw new SyntaxFault(classStart, "'[' is never closed");
  return point;
}

/** Takes `\pL`, `\p{Greek}`, `\P{^Greek}`, and returns it as written; undefined where none stands. */
export function unicodeClass(scanner: Scanner): string | undefined {
  const start = scanner.at;
  if (scanner.takeMatch(/\\p/iy) === undefined) return undefined;
  if (scanner.takeMatch(/[CLMNPSZ]|\{\^?\w+\}/y) === undefined)
    throw new SyntaxFault(start, `'${scanner.since(start)}' is followed by no Unicode class`);
  return scanner.since(start);
}

/** Takes an escape that stands for one character, within brackets or outside. */
export function escapedCharacter(scanner: Scanner): string {
  const start = scanner.at;
  const octal = scanner.takeMatch(/\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/y)?.[1];
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
  const [, two, any] = scanner.takeMatch(/\\x(?:([0-9A-Fa-f]{2})|\{0*([0-9A-Fa-f]{1,6})\})/y) ?? [];
  const point = Number.parseInt(two ?? any ?? '', 16);
  if (point <= 0x10ffff) return String.fromCodePoint(point);
  scanner.takeIf('\\');
  const character = scanner.take();
  if (character === '') throw new SyntaxFault(start, "'\\' at the end escapes nothing");
  if (/[1-9]/.test(character))
    throw new SyntaxFault(start, 'back-references are not in the rule language: they are not linear');
  if (character === 'x')
    throw new SyntaxFault(start, "'\\x' is followed by no code point: write \\x41 or \\x{1F600}");
  const control = controls[character];
  if (control !== undefined) return control;
  if (character > '\x7f' || /[A-Za-z0-9]/.test(character))
    throw new SyntaxFault(start, `'\\${character}' has no meaning in the rule language`);
  return character;
}
