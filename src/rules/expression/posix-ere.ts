/**
 * Translates POSIX extended regular expressions, the language of EXACT 1.41's rules (regcomp(3) with
 * REG_EXTENDED), to RE2's syntax. What POSIX leaves undefined has the meaning that glibc gives it, or none: what
 * glibc takes for a bare letter (`\d`) nobody meant, and it is refused, never guessed.
 */
import { type ExpressionError, isExpressionError } from './ast.ts';
import { ExpressionSource, SyntaxFault } from './expression-source.ts';
import { literalSource } from './literal-source.ts';
import { parseExpression } from './parse.ts';
import { translateBracket } from './posix-bracket.ts';

/** GNU's escapes in RE2's words. `\s` of RE2 lacks the vertical tab. */
const gnuEscapes: Readonly<Record<string, string>> = {
  w: '\\w',
  W: '\\W',
  s: '[[:space:]]',
  S: '[^[:space:]]',
  b: '\\b',
  B: '\\B',
  '`': '\\A',
  "'": '\\z',
};

/**
 * Returns an expression in RE2's syntax that matches the same lines, its groups numbered the same; or why there
 * is none. POSIX wants the longest of the leftmost matches where RE2 takes the first that a backtracker finds, so
 * compile it with `RE2JS.LONGEST_MATCH`. Measured so against glibc 2.36 with 17,000 random expressions: the same
 * lines (but where glibc misses a match at a `^` within a repetition), the same match, and the same groups but
 * for repeated ones that may be empty, where glibc reports an empty last round. A character is one code point
 * here, and was one byte there.
 */
export function translateEre(source: string): string | ExpressionError {
  try {
    const translation = new Translator(source).translate();
    const parsed = parseExpression(translation);
    // The one thing left to go wrong is size: intervals within intervals, groups within groups.
    return isExpressionError(parsed) ? { column: 1, reason: parsed.reason } : translation;
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault;
    return { column: fault.at + 1, reason: fault.message };
  }
}

class Translator {
  readonly #scanner: ExpressionSource;
  #out = '';
  /** Where in `out` the thing begins that an operator would repeat; undefined: there is none. */
  #atom: number | undefined;
  #isRepeated = false;
  /** Open groups: where in the source, and where in `out`. */
  readonly #open: { at: number; out: number }[] = [];

  constructor(source: string) {
    this.#scanner = new ExpressionSource(source);
  }

  translate(): string {
    const scanner = this.#scanner;
    while (scanner.peek() !== '') {
      if (!this.#repetition()) this.#one();
    }
    const unclosed = this.#open.at(-1);
    if (unclosed !== undefined) throw new SyntaxFault(unclosed.at, "'(' is never closed");
    return this.#out;
  }

  #one(): void {
    const scanner = this.#scanner;
    const at = scanner.at;
    if (scanner.peek() === '[') return this.#emit(translateBracket(scanner));
    const character = scanner.take();
    switch (character) {
      case '\\':
        return this.#escape(at);
      case '.':
        return this.#emit('.');
      case '^':
      case '$':
      case '|':
        return this.#unrepeatable(character);
      case '(':
        this.#open.push({ at, out: this.#out.length });
        return this.#unrepeatable('(');
      case ')': {
        const group = this.#open.pop();
        // POSIX: a parenthesis that closes nothing is an ordinary character.
        if (group === undefined) return this.#emit('\\)');
        this.#out += ')';
        this.#atom = group.out;
        this.#isRepeated = false;
        return;
      }
      default:
        return this.#emit(literalSource(character));
    }
  }

  #escape(at: number): void {
    const character = this.#scanner.take();
    if (character === '') throw new SyntaxFault(at, "'\\' at the end escapes nothing");
    const gnu = gnuEscapes[character];
    if (gnu !== undefined) return /[wWsS]/.test(character) ? this.#emit(gnu) : this.#unrepeatable(gnu);
    if (/[1-9]/.test(character))
      throw new SyntaxFault(at, 'back-references are not in the rule language: they are not linear');
    if (/[<>]/.test(character))
      throw new SyntaxFault(at, `'\\${character}' has no equal in the rule language; write '\\b'`);
    if (/[A-Za-z0]/.test(character))
      throw new SyntaxFault(
        at,
        `'\\${character}' has no meaning in a POSIX expression, and stood for '${character}' alone`,
      );
    this.#emit(literalSource(character));
  }

  /** Takes `*`, `+`, `?` or an interval; false where none stands. */
  #repetition(): boolean {
    const scanner = this.#scanner;
    const at = scanner.at;
    const operator = scanner.takeMatch(/[*+?]/y)?.[0] ?? interval(scanner);
    if (operator === undefined) return false;
    if (this.#atom === undefined)
      throw new SyntaxFault(at, `nothing to repeat before '${scanner.since(at)}'`);
    // `a+?` is `(a+)?` in POSIX, and a lazy `a+` in RE2.
    if (this.#isRepeated) this.#out = `${this.#out.slice(0, this.#atom)}(?:${this.#out.slice(this.#atom)})`;
    this.#out += operator;
    this.#isRepeated = true;
    return true;
  }

  #emit(text: string): void {
    this.#atom = this.#out.length;
    this.#isRepeated = false;
    this.#out += text;
  }

  #unrepeatable(text: string): void {
    this.#atom = undefined;
    this.#out += text;
  }
}

/**
 * Takes `{n}`, `{n,}`, `{n,m}` and GNU's `{,m}`. Before anything but a digit or comma `{` is a character: glibc
 * refuses it, GNU grep and BSD's regcomp take it for that.
 */
function interval(scanner: ExpressionSource): string | undefined {
  const at = scanner.at;
  if (scanner.takeMatch(/\{(?=[\d,])/y) === undefined) return undefined;
  const bounds = scanner.takeMatch(/(\d*)(,?)(\d*)\}/y);
  const [, from = '', comma = '', to = ''] = bounds ?? [];
  if (bounds === undefined || (from === '' && to === ''))
    throw new SyntaxFault(at, "'{' begins no interval like {2,4}; write '\\{' for the character");
  const text = `{${Number(from)}${comma}${to === '' ? '' : Number(to)}}`;
  if (Math.max(Number(from), Number(to)) > 1000)
    throw new SyntaxFault(at, `${text}: a count over 1000, which RE2 refuses`);
  if (to !== '' && Number(from) > Number(to))
    throw new SyntaxFault(at, `${text}: the smaller count stands first`);
  return text;
}
