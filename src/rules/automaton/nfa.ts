/**
 * Expressions of several rules as one nondeterministic automaton over ASCII bytes, with tags where groups begin and end.
 * Long repetitions of one character are taken without their bounds, and tags at their two ends let these be checked
 * afterwards: if the preferred way through the relaxed automaton keeps to all bounds, it is the preferred way through the
 * expression, whose ways are some of the others' in the same order.
 */
import type { CodePointRange, Node, Repetition } from '../expression/ast.ts';

/** ASCII has so many characters; a byte beyond them belongs to none of the sets here. */
export const asciiSize = 128;

/** By byte, whether a set has it. Equal sets are one object. */
export type ByteSet = Uint8Array;

/** A state of the automaton. `next` and `other` are places in the list of states; a split prefers `next`. */
type NfaState =
  | { readonly kind: 'byte'; readonly set: ByteSet; readonly next: number }
  | { readonly kind: 'split'; next: number; readonly other: number }
  | { readonly kind: 'tag'; readonly tag: number; readonly next: number }
  | { readonly kind: 'end'; readonly branch: number };

/** How often a repetition may go on: bytes between two tags. */
interface RepetitionBounds {
  readonly from: number;
  readonly to: number;
  readonly min: number;
  readonly max: number;
}

/** One expression among those of the automaton. Tags count from 0 for each. */
export interface Branch {
  /** Tags at the two ends of the groups that were asked for, in the order of their names; of each name, of the expression's groups. */
  readonly groups: readonly (readonly [name: string, from: number, to: number])[];
  readonly bounds: readonly RepetitionBounds[];
  readonly tags: number;
  /** Whether it takes what the expression takes; otherwise it takes more, and has no tags. */
  readonly isExact: boolean;
}

/** An automaton of several expressions. */
export interface Nfa {
  readonly states: readonly NfaState[];
  /** Where each expression begins, the preferred first. */
  readonly starts: readonly number[];
  readonly branches: readonly Branch[];
}

/** Thrown for an expression that no such automaton is made of: other cases of letters, anchors in the middle, Unicode classes. */
export class NoAutomaton extends Error {}

/** Copies of a part that are made for a repetition in a repetition. */
const mostCopies = 64;

/** From so many on a bound of one character's repetition is checked afterwards. */
const manyTimes = 4;

/**
 * Returns the automaton of some expressions, of each an exact branch where one can be made, else one that takes more. Throws
 * {@link NoAutomaton} where neither can.
 */
export function buildNfa(expressions: readonly Node[], groupNames: readonly string[]): Nfa {
  const states: NfaState[] = [];
  const branches: Branch[] = [];
  const starts = expressions.map((expression, index) => {
    const before = states.length;
    for (const isExact of [true, false]) {
      const builder = new BranchBuilder(states, groupNames, isExact);
      try {
        const start = builder.whole(expression, index);
        branches.push(builder);
        return start;
      } catch (error) {
        if (!isExact || !(error instanceof NoAutomaton)) throw error;
        states.length = before;
      }
    }
    throw new NoAutomaton('neither exact nor loose');
  });
  return { states, starts, branches };
}

class BranchBuilder implements Branch {
  readonly groups: [string, number, number][] = [];
  readonly bounds: RepetitionBounds[] = [];
  tags = 0;
  readonly isExact: boolean;
  readonly #states: NfaState[];
  readonly #groupNames: readonly string[];
  #isRepeated = false;

  constructor(states: NfaState[], groupNames: readonly string[], isExact: boolean) {
    this.#states = states;
    this.#groupNames = isExact ? groupNames : [];
    this.isExact = isExact;
  }

  whole(expression: Node, branch: number): number {
    const parts = expression.kind === 'concatenation' ? expression.parts : [];
    const [first, last] = [parts.at(0), parts.at(-1)];
    const isAnchored =
      first?.kind === 'anchor' &&
      first.at === 'text-start' &&
      last?.kind === 'anchor' &&
      last.at === 'text-end';
    if (!isAnchored) throw new NoAutomaton('not anchored at both ends');
    return this.#sequence(parts.slice(1, -1), this.#add({ kind: 'end', branch }));
  }

  #add(state: NfaState): number {
    return this.#states.push(state) - 1;
  }

  #sequence(parts: readonly Node[], next: number): number {
    return parts.reduceRight((after, part) => this.#node(part, after), next);
  }

  #node(node: Node, next: number): number {
    switch (node.kind) {
      case 'empty':
        return next;
      case 'literal':
      case 'any':
      case 'class':
        return this.#add({ kind: 'byte', set: setOf(node), next });
      case 'concatenation':
        return this.#sequence(node.parts, next);
      case 'alternation':
        return node.branches
          .map((branch) => this.#node(branch, next))
          .reduceRight((other, start) => this.#add({ kind: 'split', next: start, other }));
      case 'group':
        return this.#groupNames.includes(node.name)
          ? this.#tagged(
              (from, to) => this.groups.push([node.name, from, to]),
              next,
              (after) => this.#node(node.body, after),
            )
          : this.#node(node.body, next);
      case 'repetition':
        return this.#repetition(node, next);
      case 'anchor':
        throw new NoAutomaton('an anchor in the middle');
    }
  }

  #tagged(note: (from: number, to: number) => void, next: number, body: (after: number) => number): number {
    if (this.#isRepeated) throw new NoAutomaton('a group in a repetition');
    const [from, to] = [this.tags, this.tags + 1];
    this.tags += 2;
    note(from, to);
    return this.#add({ kind: 'tag', tag: from, next: body(this.#add({ kind: 'tag', tag: to, next })) });
  }

  #repetition(given: Repetition, next: number): number {
    const node = this.isExact ? given : withoutBounds(given);
    const { min, max, body, lazy } = node;
    const isOneByte = body.kind === 'literal' || body.kind === 'any' || body.kind === 'class';
    const isLong = min >= manyTimes || (max !== Number.POSITIVE_INFINITY && max >= manyTimes);
    if (isOneByte && isLong && !this.#isRepeated) {
      return this.#tagged(
        (from, to) => this.bounds.push({ from, to, min, max }),
        next,
        (after) => this.#repetition({ ...node, min: Math.min(min, 1), max: Number.POSITIVE_INFINITY }, after),
      );
    }
    if (canBeEmpty(body)) throw new NoAutomaton('what is repeated may be empty');
    const copies = max === Number.POSITIVE_INFINITY ? min : max;
    if (copies > mostCopies) throw new NoAutomaton('too many copies');
    const wasRepeated = this.#isRepeated;
    this.#isRepeated ||= copies > 1 || max === Number.POSITIVE_INFINITY;
    let start = next;
    if (max === Number.POSITIVE_INFINITY) start = this.#loop(body, lazy, next);
    else for (let copy = min; copy < max; copy++) start = this.#either(this.#node(body, start), next, lazy);
    for (let copy = 0; copy < min; copy++) start = this.#node(body, start);
    this.#isRepeated = wasRepeated;
    return start;
  }

  #loop(body: Node, isLazy: boolean, next: number): number {
    const split = this.#add({ kind: 'split', next: -1, other: next });
    const again = this.#node(body, split);
    const state: NfaState = isLazy
      ? { kind: 'split', next, other: again }
      : { kind: 'split', next: again, other: next };
    this.#states[split] = state;
    return split;
  }

  #either(start: number, next: number, isLazy: boolean): number {
    return this.#add(
      isLazy ? { kind: 'split', next, other: start } : { kind: 'split', next: start, other: next },
    );
  }
}

function withoutBounds(node: Repetition): Repetition {
  return node.max < manyTimes ? node : { ...node, min: Math.min(node.min, 1), max: Number.POSITIVE_INFINITY };
}

function canBeEmpty(node: Node): boolean {
  switch (node.kind) {
    case 'empty':
    case 'anchor':
      return true;
    case 'group':
      return canBeEmpty(node.body);
    case 'repetition':
      return node.min === 0 || canBeEmpty(node.body);
    case 'concatenation':
      return node.parts.every(canBeEmpty);
    case 'alternation':
      return node.branches.some(canBeEmpty);
    default:
      return false;
  }
}

/** Sets by what they hold: an expression repeats few, and copies them often. */
const knownSets = new Map<string, ByteSet>();

/** What takes one byte. */
type OneByte = Extract<Node, { kind: 'literal' | 'any' | 'class' }>;

/** The same by the part of an expression, of which a repetition makes copies. */
const setsOfNodes = new WeakMap<OneByte, ByteSet>();

function setOf(node: OneByte): ByteSet {
  const known = setsOfNodes.get(node);
  if (known !== undefined) return known;
  const set = bytesTakenBy(node);
  setsOfNodes.set(node, set);
  return set;
}

function bytesTakenBy(node: OneByte): ByteSet {
  if (node.kind === 'any') return bytesWithin([[0, asciiSize - 1]], false);
  if (node.ignoreCase) throw new NoAutomaton('letters of any case');
  if (node.kind === 'literal') {
    const code = node.text.codePointAt(0) ?? 0;
    return bytesWithin([[code, code]], false);
  }
  if (node.unicode.length > 0) throw new NoAutomaton('a class of Unicode');
  return bytesWithin(node.ranges, node.negated);
}

function bytesWithin(ranges: readonly CodePointRange[], isNegated: boolean): ByteSet {
  const key = `${isNegated} ${ranges.join(' ')}`;
  let set = knownSets.get(key);
  if (set === undefined) {
    set = new Uint8Array(asciiSize).fill(isNegated ? 1 : 0);
    for (const [from, to] of ranges) set.fill(isNegated ? 0 : 1, from, to + 1);
    knownSets.set(key, set);
  }
  return set;
}
