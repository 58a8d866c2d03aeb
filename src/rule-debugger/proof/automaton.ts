/**
 * Expressions as automata over bytes: what rules and servers' lines have in common is asked of these. Where an expression
 * says more than an automaton can (word boundaries, Unicode's classes) the automaton takes more than the expression, so
 * that what no automaton takes no expression does.
 */
import refa, { type Concatenation, type Element, type NFA, type NoParent } from 'refa';
import type { CharacterClass, Group, Node } from '../../rules/expression/ast.ts';
import { hasCases, inAnyCase, mayTake } from '../../rules/expression/character-set.ts';
import { isAnchoredAtEnd, isAnchoredAtStart } from '../../rules/expression/facts.ts';

const { CharSet } = refa;
const lastByte = 0xff;
const firstBeyondAscii = 0x80;
/** First bytes of a character in UTF-8 (RFC 3629), and how many follow. */
const firstBytes = [
  { first: { min: 0xc2, max: 0xdf }, more: 1 },
  { first: { min: 0xe0, max: 0xef }, more: 2 },
  { first: { min: 0xf0, max: 0xf4 }, more: 3 },
];
const mostNodes = 1_000_000;

/** What stands in the place of a group, if not what it holds. */
export type GroupBody = (
  group: Group,
) => { readonly unit: Node; readonly min: number; readonly max: number } | undefined;

/**
 * Returns an automaton for the texts in which an expression finds a match, as UTF-8. Repetitions of more than `bytes`
 * have no end: longer lines are not asked for.
 */
export function automatonOf(node: Node, bytes: number, bodyOf: GroupBody): NFA {
  const branches = node.kind === 'alternation' ? node.branches : [node];
  const converter = new Converter(bytes, bodyOf);
  return refa.NFA.fromRegex(
    branches.map((branch) => converter.whole(branch)),
    { maxCharacter: lastByte },
    {},
    new refa.NFA.LimitedNodeFactory(mostNodes),
  );
}

type Part = NoParent<Element>;
type Sequence = NoParent<Concatenation>;

/** Every byte but that which ends a line. */
const anyByte = CharSet.all(lastByte).without({ min: 0x0a, max: 0x0a });
const beyondAscii = { min: firstBeyondAscii, max: lastByte };

class Converter {
  readonly #bytes: number;
  readonly #bodyOf: GroupBody;

  constructor(bytes: number, bodyOf: GroupBody) {
    this.#bytes = bytes;
    this.#bodyOf = bodyOf;
  }

  /** A match may lie within the text, where nothing holds it at the ends. */
  whole(node: Node): Sequence {
    const anything: Part = this.#repeated([sequence([characters(anyByte)])], 0, Number.POSITIVE_INFINITY);
    return sequence([
      ...(isAnchoredAtStart(node) ? [] : [anything]),
      ...this.#parts(node),
      ...(isAnchoredAtEnd(node) ? [] : [anything]),
    ]);
  }

  #parts(node: Node): Part[] {
    switch (node.kind) {
      case 'empty':
      case 'anchor':
        return [];
      case 'literal':
        return this.#literal(node.text, node.ignoreCase);
      case 'any':
      case 'class':
        return [oneCharacter(bytesOf(node))];
      case 'group':
        return this.#group(node);
      case 'repetition':
        return [this.#repetition(node.body, node.min, node.max)];
      case 'concatenation':
        return node.parts.flatMap((part) => this.#parts(part));
      case 'alternation':
        return [
          { type: 'Alternation', alternatives: node.branches.map((branch) => sequence(this.#parts(branch))) },
        ];
    }
  }

  #literal(text: string, ignoreCase: boolean): Part[] {
    const point = text.codePointAt(0) ?? 0;
    if (!ignoreCase) return [...Buffer.from(text)].map((byte) => characters(single(byte)));
    if (point >= firstBeyondAscii) return [oneCharacter(CharSet.fromRange(lastByte, beyondAscii))];
    const cases = inAnyCase([[point, point]]);
    return [characters(setOf(cases.filter(([from]) => from < firstBeyondAscii)))];
  }

  #group(group: Group): Part[] {
    const body = this.#bodyOf(group);
    return body === undefined
      ? this.#parts(group.body)
      : [this.#repeated([sequence(this.#unit(body.unit))], body.min, body.max)];
  }

  /** What is counted in bytes: each of a character's is one. */
  #unit(unit: Node): Part[] {
    return unit.kind === 'any' || unit.kind === 'class' ? [characters(bytesOf(unit))] : this.#parts(unit);
  }

  #repetition(body: Node, min: number, max: number): Part {
    // Without an end, characters need not be told from their bytes.
    const isOpen = min <= 1 && max > this.#bytes;
    return this.#repeated([sequence(isOpen ? this.#unit(body) : this.#parts(body))], min, max);
  }

  #repeated(alternatives: Sequence[], min: number, max: number): Part {
    const most = max > this.#bytes ? Number.POSITIVE_INFINITY : max;
    return { type: 'Quantifier', lazy: false, min: Math.min(min, this.#bytes + 1), max: most, alternatives };
  }
}

function sequence(elements: Part[]): Sequence {
  return { type: 'Concatenation', elements };
}

function characters(set: refa.CharSet): Part {
  return { type: 'CharacterClass', characters: set };
}

/** One character: a byte of ASCII, one that is no UTF-8 and is read as a character, or as many as a character has. */
function oneCharacter(set: refa.CharSet): Part {
  if (set.isDisjointWith(beyondAscii)) return characters(set);
  const next = characters(CharSet.fromRange(lastByte, { min: 0x80, max: 0xbf }));
  const beyond = firstBytes.map(({ first, more }) =>
    sequence([characters(CharSet.fromRange(lastByte, first)), ...Array<Part>(more).fill(next)]),
  );
  return { type: 'Alternation', alternatives: [sequence([characters(set)]), ...beyond] };
}

function single(byte: number): refa.CharSet {
  return CharSet.fromCharacter(lastByte, byte);
}

function setOf(ranges: readonly (readonly [number, number])[]): refa.CharSet {
  return CharSet.empty(lastByte).union(
    ranges.map(([min, max]) => ({ min, max: Math.min(max, firstBeyondAscii - 1) })),
  );
}

/** Any byte beyond ASCII will do for a class that takes a character beyond it. */
function bytesOf(node: Node & { kind: 'any' | 'class' }): refa.CharSet {
  if (node.kind === 'any') return anyByte;
  const ranges = node.ignoreCase && hasCases(node.ranges) ? inAnyCase(node.ranges) : node.ranges;
  const ascii = setOf(ranges.filter(([from]) => from < firstBeyondAscii));
  const held = node.negated
    ? setOf([[0, firstBeyondAscii - 1]]).without(ascii)
    : node.unicode.length > 0
      ? setOf([[0, firstBeyondAscii - 1]])
      : ascii;
  return (takesBeyondAscii(node) ? held.union([beyondAscii]) : held).intersect(anyByte);
}

function takesBeyondAscii(node: CharacterClass): boolean {
  if (node.unicode.length > 0 || node.ranges.some(([, to]) => to >= firstBeyondAscii)) return true;
  return node.negated && mayTake(node, 'é');
}
