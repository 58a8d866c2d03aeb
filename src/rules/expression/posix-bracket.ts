/**
 * Bracket expressions of POSIX in RE2's syntax. A backslash is an ordinary character here: `[0-9\.]` holds
 * digits, the backslash and the dot.
 */
import { posixSets } from './character-set.ts';
import { type ExpressionSource, SyntaxFault } from './expression-source.ts';

/** Takes `[…]` and returns it in RE2's syntax. Throws a {@link SyntaxFault} for what has no equal there. */
export function translateBracket(scanner: ExpressionSource): string {
  const start = scanner.at;
  scanner.takeIf('[');
  let out = scanner.takeIf('^') ? '[^' : '[';
  for (let isFirst = true; isFirst || !scanner.takeIf(']'); isFirst = false) {
    const at = scanner.at;
    const from = element(scanner, start);
    if (scanner.takeMatch(/-(?!\])/y) === undefined) {
      out += from;
      continue;
    }
    const to = element(scanner, start);
    if (from.startsWith('[:') || to.startsWith('[:'))
      throw new SyntaxFault(at, `'${scanner.since(at)}' is no range: a class has no place in one`);
    if (pointOf(from) > pointOf(to)) throw new SyntaxFault(at, `range '${scanner.since(at)}' is backwards`);
    out += `${from}-${to}`;
    if (scanner.takeMatch(/-(?!\])/y) !== undefined)
      throw new SyntaxFault(scanner.at - 1, "'-' after a range is undefined in POSIX; put it last");
  }
  return `${out}]`;
}

/** Takes a class or one character, and returns it as RE2 writes it within brackets. */
function element(scanner: ExpressionSource, classStart: number): string {
  const at = scanner.at;
  const named = scanner.takeMatch(/\[([:.=])(.*?)\1\]/sy);
  if (named !== undefined) {
    const [text, kind, name = ''] = named;
    if (kind !== ':')
      throw new SyntaxFault(at, `'${text}' depends on a locale, and has no equal in the rule language`);
    // These two are RE2's own.
    if (!posixSets.has(name) || name === 'word' || name === 'ascii')
      throw new SyntaxFault(at, `no class has the name '${text}'`);
    return text;
  }
  if (scanner.takeMatch(/\[[:.=]/y) !== undefined)
    throw new SyntaxFault(at, `'${scanner.since(at)}' is never closed`);
  const character = scanner.take();
  if (character === '') throw new SyntaxFault(classStart, "'[' is never closed");
  return /[\\\]^[-]/.test(character) ? `\\${character}` : character;
}

function pointOf(element: string): number {
  return element.codePointAt(element.startsWith('\\') ? 1 : 0) ?? 0;
}
