/**
 * The automaton of some rules in the memory of the machine. Of the built-in rules it begins with what the build has found out
 * (automaton-table.ts); each state and transition that is not there comes when lines need it.
 */
import { atEnd, firstState, type RegisterMove } from '../../rules/automaton/lazy-dfa.ts';
import { NoAutomaton } from '../../rules/automaton/nfa.ts';
import type { Rule } from '../../rules/rule.ts';
import { shortestCut } from '../cut-line.ts';
import { type AutomatonTable, firstNumber, MoveLists, rowSizeOf, transitionTo } from './automaton-table.ts';
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
import { type Acceptance, RulesAutomaton } from './rules-automaton.ts';

/** What an automaton is loaded with. */
export interface Loading {
  readonly table: AutomatonTable | undefined;
  /**
   * How many lines may lack something of the table before the automaton itself is made, which takes as long as so many lines
   * in the usual way.
   */
  readonly patience: number;
  /** Returns the place of a server's row template; undefined where there is no room for it. */
  readonly templateOf: (server: string) => number | undefined;
}

/** States and lists of moves that there is room for; the rows of so many states are no longer than a transition can say. */
const mostStates = 1024;
const mostMoves = 1024;

const byteValues = 256;

/** An automaton, of which the machine knows as much as lines have needed, or lines like them. */
export class LoadedAutomaton {
  /** Its place in the memory. */
  readonly at: number;
  readonly #memory: MachineMemory;
  readonly #rules: readonly Rule[];
  readonly #loading: Loading;
  readonly #classes: Uint8Array;
  readonly #moves: MoveLists;
  /** How many lists of moves are in the memory. */
  #movesLoaded = 0;
  /** States that are in the memory. */
  readonly #known = new Set<number>();
  /** Undefined as long as the table is enough. */
  #automaton: RulesAutomaton | undefined;
  #patience: number;
  /** Bytes of the transitions of a state. */
  readonly #rowSize: number;

  /** Throws {@link NoAutomaton} for rules that none can be made of, or where there is no room for one. */
  constructor(memory: MachineMemory, rules: readonly Rule[], loading: Loading) {
    const { table, patience } = loading;
    this.#memory = memory;
    this.#rules = rules;
    this.#loading = loading;
    this.#patience = patience;
    const known = table ?? new RulesAutomaton(rules);
    if (known instanceof RulesAutomaton) this.#automaton = known;
    const { classes, classCount } = known;
    this.#classes = classes;
    this.#rowSize = rowSizeOf(classCount);
    this.at = this.#allocate(automatonSize);
    // Bytes beyond ASCII are one class more.
    const classesAt = this.#allocate(byteValues);
    memory.bytes.fill(classCount, classesAt, classesAt + byteValues);
    memory.bytes.set(classes, classesAt);
    this.#set('classes', classesAt);
    this.#set('transitions', this.#allocate(mostStates * this.#rowSize));
    this.#set('rowSize', this.#rowSize);
    this.#set('accepted', this.#allocate(mostStates * numberSize));
    this.#set('moves', this.#allocate(mostMoves * numberSize));
    this.#set('longest', Math.min(shortestCut - 1, ...rules.map(({ longest }) => longest)));
    this.#set('firstRow', (firstState + firstNumber) * this.#rowSize);
    this.#moves = new MoveLists(table?.moves);
    this.#loadMoves();
    if (table !== undefined) this.#loadTable(table);
    else this.#loadState(firstState);
  }

  /** Teaches the machine where a byte leads from a state, by its number; returns false where it does not. */
  learn(state: number, byte: number): boolean {
    const automaton = this.#grown();
    if (automaton === undefined) return false;
    const byteClass = this.#classes[byte] as number;
    const { state: next, moves } = automaton.step(state - firstNumber, byteClass);
    if (next + firstNumber >= mostStates || this.#moves.all.length >= mostMoves) return false;
    try {
      const word = transitionTo(next, this.#moves.numberOf(moves), this.#rowSize);
      this.#loadMoves();
      this.#loadState(next);
      const at = this.#get('transitions') + state * this.#rowSize + byteClass * numberSize;
      this.#memory.set(at, word);
      return true;
    } catch (error) {
      if (error instanceof NoAutomaton) return false;
      throw error;
    }
  }

  /** Returns the automaton, made as the table has it where it began with one; undefined as long as lines do not pay for that. */
  #grown(): RulesAutomaton | undefined {
    const { table } = this.#loading;
    if (this.#automaton !== undefined || table === undefined) return this.#automaton;
    if (this.#patience-- > 0) return undefined;
    this.#automaton = new RulesAutomaton(this.#rules);
    for (const [from, byteClass] of table.ways) this.#automaton.step(from, byteClass);
    return this.#automaton;
  }

  #loadTable({ states, transitions, accepted }: AutomatonTable): void {
    this.#memory.bytes.set(transitions, this.#get('transitions'));
    for (let state = firstState; state < states; state++) this.#known.add(state);
    for (const [state, acceptance] of accepted) this.#loadAccepted(state, acceptance);
  }

  #loadState(state: number): void {
    if (this.#known.has(state)) return;
    this.#known.add(state);
    this.#loadAccepted(state, this.#automaton?.acceptedIn(state));
    const beyondAscii = this.#get('transitions') + (state + firstNumber + 1) * this.#rowSize - numberSize;
    this.#memory.set(beyondAscii, transitionBits.notAscii);
  }

  #loadAccepted(state: number, acceptance: Acceptance): void {
    const at = this.#get('accepted') + (state + firstNumber) * numberSize;
    this.#memory.set(at, this.#accepted(acceptance));
  }

  #accepted(acceptance: Acceptance): number {
    if (acceptance === undefined) return noUse;
    if (acceptance === 'usual way') return usualWay;
    const { server, user, address, bounds } = acceptance;
    const template = this.#loading.templateOf(server);
    if (template === undefined) return usualWay;
    const placeOf = (register: number) => (register === atEnd ? place.endRegister : register);
    return this.#list([
      template,
      ...[...user, ...address].map(placeOf),
      bounds.length,
      ...bounds.flatMap(([from, to, min, max]) => [placeOf(from), placeOf(to), min, max]),
    ]);
  }

  #loadMoves(): void {
    for (const moves of this.#moves.all.slice(this.#movesLoaded)) {
      if (moves.some(({ to, from }) => Math.max(to, from) >= place.endRegister))
        throw new NoAutomaton('too many registers');
      const at = this.#list([...moves.flatMap(({ to, from }: RegisterMove) => [to, from]), -1]);
      this.#memory.set(this.#get('moves') + this.#movesLoaded * numberSize, at);
      this.#movesLoaded++;
    }
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
