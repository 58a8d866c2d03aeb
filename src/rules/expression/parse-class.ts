/** Bracket expressions. */
import type { CharacterClass, CodePointRange, Literal, Span } from './ast.ts';
import { complement, hasCases, inAnyCase, normalise, perlSets, posixSets } from './character-set.ts';
import { type ExpressionSource, SyntaxFault } from './expression-source.ts';
import { characterOf, escapedCharacter, unicodeClass } from './parse-character.ts';

/** Takes `[…]`: a class, or a literal where it is one character. Throws a {@link SyntaxFault} where it is none. */
export function parseClass(scanner: ExpressionSource, ignoreCase: boolean): CharacterClass | Literal {
  const start = scanner.at;
  scanner.takeIf('[');
  const negated = scanner.takeIf('^');
  const all: CodePointRange[] = [];
  const unicode = new Set<string>();
  for (let isFirst = true; isFirst || !scanner.takeIf(']'); isFirst = false) {
    const named = namedSet(scanner, ignoreCase);
    const opaque = named === undefined ? unicodeClass(scanner) : undefined;
    if (named !== undefined) all.push(...named);
    else if (opaque !== undefined) unicode.add(opaque);
    else all.push(range(scanner, start));
  }
  const span: Span = { start, end: scanner.at };
  const ranges = normalise(all);
  const [first] = ranges;
  if (!negated && unicode.size === 0 && ranges.length === 1 && first !== undefined && first[0] === first[1])
    return characterOf(String.fromCodePoint(first[0]), ignoreCase, span);
  const isFolded = ignoreCase && (unicode.size > 0 || hasCases(ranges));
  return { kind: 'class', negated, ranges, unicode: [...unicode].sort(), ignoreCase: isFolded, ...span };
}

/** Takes a set that has a name within brackets: `[:alpha:]`, `[:^alpha:]`, `\d`, `\D`. */
function namedSet(scanner: ExpressionSource, ignoreCase: boolean): readonly CodePointRange[] | undefined {
  const start = scanner.at;
  const [, letter = ''] = scanner.takeMatch(/\\([dsw])/iy) ?? [];
  const perl = perlSets[letter.toLowerCase()];
  if (perl !== undefined) return letter === letter.toLowerCase() ? perl : without(perl, ignoreCase);
  // RE2 ends the name at the next `:]`, be it the one that shares its colon: `[:]`.
  const posix = scanner.takeMatch(/\[:(?:\]|(\^?)(.*?):\])/sy);
  if (posix === undefined) return undefined;
  const set = posixSets.get(posix[2] ?? '');
  if (set === undefined) throw new SyntaxFault(start, `no class has the name '${scanner.since(start)}'`);
  return posix[1] === '^' ? without(set, ignoreCase) : set;
}

/** What is not in a set: under flag `i`, in no case. */
function without(set: readonly CodePointRange[], ignoreCase: boolean): readonly CodePointRange[] {
  return complement(ignoreCase ? inAnyCase(set) : set);
}

function range(scanner: ExpressionSource, classStart: number): CodePointRange {
  const start = scanner.at;
  const from = classCharacter(scanner, classStart);
  if (scanner.takeMatch(/-(?!\])/y) === undefined) return [from, from];
  const to = classCharacter(scanner, classStart);
  if (to < from) throw new SyntaxFault(start, `range '${scanner.since(start)}' is backwards`);
  return [from, to];
}

function classCharacter(scanner: ExpressionSource, classStart: number): number {
  const character = scanner.peek() === '\\' ? escapedCharacter(scanner) : scanner.take();
  const point = character.codePointAt(0);
  if (point === undefined) throw new SyntaxFault(classStart, "'[' is never closed");
  return point;
}
