/** The automaton of some rules, in the memory of the machine: each state and transition comes there when a line needs it. */
import { addressGroups } from '../../rules/address-groups.ts';
import {
  type Accepted,
  atEnd,
  deadState,
  firstState,
  LazyDfa,
  type RegisterMove,
} from '../../rules/automaton/lazy-dfa.ts';
import { type Branch, buildNfa, NoAutomaton } from '../../rules/automaton/nfa.ts';
import { isExpressionError, type Node } from '../../rules/expression/ast.ts';
import { parseExpression } from '../../rules/expression/parse.ts';
import { kinds } from '../../rules/kinds.ts';
import type { Rule } from '../../rules/rule.ts';
import { usualLongest } from '../../rules/usual-longest.ts';
import {
  automatonField,
  automatonSize,
  type MachineMemory,
  noUse,
  numberSize,
  place,
  transitionBits,
  usualWay,
} from './machine-memory.ts';

/** Returns the place of a server's row template; undefined where there is no room for it. */
export type TemplateOf = (server: string) => number | undefined;

/** One expression, and the rule that it is of. */
interface Attempt {
  readonly rule: Rule;
  /** Whether a line that it alone reads is a login. */
  readonly isRow: boolean;
  readonly node: Node;
}

/** States and lists of moves that there is room for; the rows of so many states are no longer than a transition can say. */
const mostStates = 1024;
const mostMoves = 1024;

/** States as the machine counts them: 0 is none, and the dead state is 1. */
const firstNumber = 1;

const byteValues = 256;

/** An automaton, of which the machine knows as much as lines have needed. */
export class LoadedAutomaton {
  /** Its place in the memory. */
  readonly at: number;
  readonly #memory: MachineMemory;
  readonly #dfa: LazyDfa;
  readonly #branches: readonly Branch[];
  readonly #attempts: readonly Attempt[];
  readonly #templateOf: TemplateOf;
  readonly #moves = new Map<string, number>();
  readonly #known = new Set<number>();
  /** Bytes of the transitions of a state. */
  readonly #rowSize: number;

  /** Throws {@link NoAutomaton} for rules that none can be made of, or where there is no room for one. */
  constructor(memory: MachineMemory, rules: readonly Rule[], templateOf: TemplateOf) {
    this.#memory = memory;
    this.#templateOf = templateOf;
    this.#attempts = rules.flatMap(attemptsOf);
    const nfa = buildNfa(
      this.#attempts.map(({ node }) => node),
      ['user', ...addressGroups],
    );
    this.#branches = nfa.branches;
    this.#dfa = new LazyDfa(nfa);
    // Bytes beyond ASCII are one class more.
    const { classes, classCount } = this.#dfa;
    this.#rowSize = (classCount + 1) * numberSize;
    this.at = this.#allocate(automatonSize);
    const classesAt = this.#allocate(byteValues);
    memory.bytes.fill(classCount, classesAt, classesAt + byteValues);
    memory.bytes.set(classes, classesAt);
    this.#set('classes', classesAt);
    this.#set('transitions', this.#allocate(mostStates * this.#rowSize));
    this.#set('rowSize', this.#rowSize);
    this.#set('accepted', this.#allocate(mostStates * numberSize));
    this.#set('moves', this.#allocate(mostMoves * numberSize));
    this.#set('longest', Math.min(usualLongest, ...rules.map(({ longest }) => longest)));
    // The first list is the empty one: transitions without moves have its number.
    this.#movesNumber([]);
    this.#set('firstRow', this.#stateNumber(firstState) * this.#rowSize);
  }

  /** Teaches the machine where a byte leads from a state, by its number; returns false where there is no room for it. */
  learn(state: number, byte: number): boolean {
    const byteClass = this.#dfa.classes[byte] as number;
    const transition = this.#dfa.step(state - firstNumber, byteClass);
    if (transition.state + firstNumber >= mostStates || this.#moves.size >= mostMoves) return false;
    try {
      const row = this.#stateNumber(transition.state) * this.#rowSize;
      const value = row + this.#movesNumber(transition.moves) * 2 ** transitionBits.row;
      const at = this.#get('transitions') + state * this.#rowSize + byteClass * numberSize;
      this.#memory.set(at, transition.state === deadState ? transitionBits.dead : value);
      return true;
    } catch (error) {
      if (error instanceof NoAutomaton) return false;
      throw error;
    }
  }

  #stateNumber(state: number): number {
    const number = state + firstNumber;
    if (!this.#known.has(state)) {
      this.#known.add(state);
      const what = this.#whatIsAccepted(this.#dfa.acceptedIn(state));
      this.#memory.set(this.#get('accepted') + number * numberSize, what);
      const beyondAscii = this.#get('transitions') + (number + 1) * this.#rowSize - numberSize;
      this.#memory.set(beyondAscii, transitionBits.notAscii);
    }
    return number;
  }

  /** A login by one rule alone becomes a row; whatever else rules have to say of a line is settled in the usual way. */
  #whatIsAccepted(all: readonly Accepted[]): number {
    const [first] = all;
    if (first === undefined) return noUse;
    const attempt = this.#attempts[first.branch] as Attempt;
    const isAlone = all.every(({ branch }) => this.#attempts[branch]?.rule === attempt.rule);
    const branch = this.#branches[first.branch] as Branch;
    if (!attempt.isRow || !isAlone || !branch.isExact) return usualWay;
    const placesOf = (tags: readonly number[]) =>
      tags
        .flatMap((tag) => first.registers[tag] ?? [])
        .map((register) => (register === atEnd ? place.endRegister : register));
    const groupOf = (names: readonly string[]) =>
      names
        .flatMap((wanted) => branch.groups.filter(([name]) => name === wanted))
        .map(([, from, to]) => placesOf([from, to]))
        .find(({ length }) => length === 2);
    const [user, address] = [groupOf(['user']), groupOf(addressGroups)];
    const template = this.#templateOf(attempt.rule.name);
    if (user === undefined || address === undefined || template === undefined) return usualWay;
    const bounds = branch.bounds.flatMap(({ from, to, min, max }) => {
      const places = placesOf([from, to]);
      return places.length === 2 ? [[...places, min, Math.min(max, usualLongest)]] : [];
    });
    return this.#list([template, ...user, ...address, bounds.length, ...bounds.flat()]);
  }

  #movesNumber(moves: readonly RegisterMove[]): number {
    const key = moves.map(({ to, from }) => `${to}:${from}`).join();
    let number = this.#moves.get(key);
    if (number === undefined) {
      if (moves.some(({ to, from }) => Math.max(to, from) >= place.endRegister))
        throw new NoAutomaton('too many registers');
      number = this.#moves.size;
      this.#moves.set(key, number);
      const at = this.#list([...moves.flatMap(({ to, from }) => [to, from]), -1]);
      this.#memory.set(this.#get('moves') + number * numberSize, at);
    }
    return number;
  }

  #list(numbers: readonly number[]): number {
    const at = this.#allocate(numbers.length * numberSize);
    numbers.forEach((number, index) => {
      this.#memory.set(at + index * numberSize, number);
    });
    return at;
  }

  #allocate(size: number): number {
    const at = this.#memory.allocate(size);
    if (at === undefined) throw new NoAutomaton('no memory');
    return at;
  }

  #get(field: keyof typeof automatonField): number {
    return this.#memory.get(this.at + automatonField[field]);
  }

  #set(field: keyof typeof automatonField, value: number): void {
    this.#memory.set(this.at + automatonField[field], value);
  }
}

/** In the order in which they are tried. */
function attemptsOf(rule: Rule): Attempt[] {
  // A login on two lines has to be put together.
  const isOneLine = rule.connect.length + rule.start.length + rule.void.length === 0;
  return kinds.flatMap((kind) =>
    rule[kind].map(({ expanded }) => {
      const node = parseExpression(expanded);
      if (isExpressionError(node)) throw new NoAutomaton(node.reason);
      return { rule, isRow: kind === 'match' && isOneLine, node };
    }),
  );
}
