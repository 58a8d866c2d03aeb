/**
 * Reads an expression of the rule language, which is RE2's syntax: what re2js takes, this takes, and with the
 * same meaning, except that it is the stricter where nobody means what is written (see {@link parseExpression}).
 */
import {
  alternationOf,
  childrenOf,
  concatenationOf,
  type ExpressionError,
  type Node,
  type Span,
} from './ast.ts';
import { ExpressionSource, SyntaxFault } from './expression-source.ts';
import { characterOf } from './parse-character.ts';
import { parseClass } from './parse-class.ts';
import { parseEscape } from './parse-escape.ts';
import { type Flags, parseGroupStart } from './parse-group.ts';

/** RE2's limit of a repetition, and of nested ones multiplied. */
const maxRepeat = 1000;
/** Groups within groups; re2js draws the line at a tree of this height. */
const maxDepth = 1000;

/**
 * Returns what an expression means, or the first thing that is wrong with it. Left to the engine: whether a
 * `\p{Name}` exists, and how large a program it takes. Refused, though re2js takes it: a repetition after
 * flags or an empty `\Q\E` (`a(?i)*`), and more than 1000 groups within each other without capture.
 *
 * @example
 * parseExpression('a(b'); // { column: 2, reason: "'(' is never closed" }
 */
export function parseExpression(source: string): Node | ExpressionError {
  try {
    return new Parser(source).parse();
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault;
    return { column: fault.at + 1, reason: fault.message };
  }
}

class Parser {
  readonly #scanner: ExpressionSource;
  #flags: Flags = { ignoreCase: false, multiline: false, dotAll: false, ungreedy: false };
  readonly #names = new Set<string>();
  #groups = 0;
  #depth = 0;

  constructor(source: string) {
    this.#scanner = new ExpressionSource(source);
  }

  parse(): Node {
    const node = this.#alternation();
    if (this.#scanner.peek() === ')')
      throw new SyntaxFault(this.#scanner.at, "')' closes no group; write '\\)'");
    return node;
  }

  #alternation(): Node {
    const start = this.#scanner.at;
    const branches = [this.#concatenation()];
    while (this.#scanner.takeIf('|')) branches.push(this.#concatenation());
    return alternationOf(branches, this.#span(start));
  }

  #concatenation(): Node {
    const scanner = this.#scanner;
    const start = scanner.at;
    const parts: Node[] = [];
    let before: 'nothing' | 'atom' | 'repetition' = 'nothing';
    while (!['', '|', ')'].includes(scanner.peek())) {
      const at = scanner.at;
      const counts = this.#counts();
      const last = parts.at(-1);
      if (counts === undefined) {
        before = this.#atoms(parts) ? 'atom' : 'nothing';
      } else if (last === undefined || before !== 'atom') {
        throw new SyntaxFault(at, nothingToRepeat(before, scanner.since(at)));
      } else {
        const node = {
          kind: 'repetition',
          ...counts,
          body: last,
          start: last.start,
          end: scanner.at,
        } as const;
        if (nestedCount(node) > maxRepeat)
          throw new SyntaxFault(at, `repeated more than ${maxRepeat} times in all, which RE2 refuses`);
        parts[parts.length - 1] = node;
        before = 'repetition';
      }
    }
    return concatenationOf(parts, this.#span(start));
  }

  /** Takes `*`, `+`, `?`, `{n}`, `{n,}` or `{n,m}`, with its `?`. A `{` that begins none of these is a character. */
  #counts(): { min: number; max: number; lazy: boolean } | undefined {
    const at = this.#scanner.at;
    const match = this.#scanner.takeMatch(/(?:[*+?]|\{(0|[1-9]\d*)(,(0|[1-9]\d*)?)?\})(\?)?/y);
    if (match === undefined) return undefined;
    const [text, from, comma, to, question] = match;
    const lazy = (question === '?') !== this.#flags.ungreedy;
    if (from === undefined)
      return {
        min: text.startsWith('+') ? 1 : 0,
        max: text.startsWith('?') ? 1 : Number.POSITIVE_INFINITY,
        lazy,
      };
    const min = Number(from);
    const max = comma === undefined ? min : to === undefined ? Number.POSITIVE_INFINITY : Number(to);
    if (min > maxRepeat || (to !== undefined && max > maxRepeat))
      throw new SyntaxFault(at, `a count over ${maxRepeat}, which RE2 refuses`);
    if (min > max) throw new SyntaxFault(at, `{${min},${max}}: the smaller count stands first`);
    return { min, max, lazy };
  }

  /** Takes what stands between repetitions and adds its nodes; false where there is nothing that can repeat. */
  #atoms(parts: Node[]): boolean {
    const scanner = this.#scanner;
    const start = scanner.at;
    if (scanner.peek() === '(') return this.#group(parts);
    if (scanner.takeIf('\\Q')) return this.#quoted(parts);
    if (scanner.peek() === '\\') {
      parts.push(parseEscape(scanner, this.#flags.ignoreCase));
      return true;
    }
    if (scanner.peek() === '[') {
      parts.push(parseClass(scanner, this.#flags.ignoreCase));
      return true;
    }
    const character = scanner.take();
    const span = this.#span(start);
    if (character === '^')
      parts.push({ kind: 'anchor', at: this.#flags.multiline ? 'line-start' : 'text-start', ...span });
    else if (character === '$')
      parts.push({ kind: 'anchor', at: this.#flags.multiline ? 'line-end' : 'text-end', ...span });
    else if (character === '.') parts.push({ kind: 'any', matchesNewline: this.#flags.dotAll, ...span });
    else parts.push(characterOf(character, this.#flags.ignoreCase, span));
    return true;
  }

  #quoted(parts: Node[]): boolean {
    const scanner = this.#scanner;
    const before = parts.length;
    while (scanner.peek() !== '' && !scanner.takeIf('\\E')) {
      const start = scanner.at;
      parts.push(characterOf(scanner.take(), this.#flags.ignoreCase, this.#span(start)));
    }
    return parts.length > before;
  }

  #group(parts: Node[]): boolean {
    const scanner = this.#scanner;
    const start = scanner.at;
    const opening = parseGroupStart(scanner, this.#flags);
    if (opening.kind === 'flags') {
      this.#flags = opening.flags;
      return false;
    }
    const name = opening.kind === 'capture' ? opening.name : '';
    if (name !== '' && this.#names.has(name))
      throw new SyntaxFault(start, `two groups have the name '${name}'`);
    this.#names.add(name);
    const index = opening.kind === 'capture' ? ++this.#groups : 0;
    if (++this.#depth > maxDepth)
      throw new SyntaxFault(start, `more than ${maxDepth} groups within each other`);
    const outer = this.#flags;
    this.#flags = opening.flags;
    const body = this.#alternation();
    if (!scanner.takeIf(')')) throw new SyntaxFault(start, "'(' is never closed");
    this.#flags = outer;
    this.#depth--;
    const span = this.#span(start);
    parts.push(index > 0 ? { kind: 'group', index, name, body, ...span } : { ...body, ...span });
    return true;
  }

  #span(start: number): Span {
    return { start, end: this.#scanner.at };
  }
}

function nothingToRepeat(before: 'nothing' | 'atom' | 'repetition', operator: string): string {
  return before === 'repetition'
    ? `'${operator}' cannot repeat a repetition; put that in '(?:…)'`
    : `nothing to repeat before '${operator}'`;
}

/** How often the most repeated node is repeated in all, as RE2 counts: `*` and `+` are free. */
function nestedCount(node: Node): number {
  let most = 1;
  if (node.kind === 'repetition' && node.max === 0) return most;
  for (const child of childrenOf(node)) most = Math.max(most, nestedCount(child));
  if (node.kind !== 'repetition') return most;
  return most * Math.max(1, node.max === Number.POSITIVE_INFINITY ? node.min : node.max);
}
