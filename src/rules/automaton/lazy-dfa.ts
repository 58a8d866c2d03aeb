/**
 * Makes a deterministic automaton with registers of a nondeterministic one, state by state as they are needed: it reads
 * each byte once, and knows at the end which expressions have matched, and where the groups of each began and ended
 * (V. Laurikari, "NFAs with Tagged Transitions", 2000). A whole automaton may have thousands of states; the lines of a log
 * need a few hundred.
 *
 * A tag gets its place when the byte behind it is read, so that a tag in a loop costs nothing while the loop goes on; and
 * threads that have the same place share its register.
 */
import { asciiSize, type ByteSet, type Nfa, NoAutomaton } from './nfa.ts';

/** What a transition does beside going on: a register gets the place of the byte, or what another one has. */
export interface RegisterMove {
  readonly to: number;
  /** -1: the place. */
  readonly from: number;
}

/** Where a byte leads, and what is moved on the way, one after the other. */
export interface Transition {
  readonly state: number;
  readonly moves: readonly RegisterMove[];
}

/** An expression that matches where the text ends in some state. */
export interface Accepted {
  readonly branch: number;
  /** By tag, its register; {@link atEnd} for the end of the text, undefined for a tag that has no place. */
  readonly registers: readonly (number | undefined)[];
}

/** In the place of a register: the end of the text. */
export const atEnd = -1;

/** The state in which nothing matches any more. */
export const deadState = 0;

/** The state in which it begins. */
export const firstState = 1;

/** A state of the nondeterministic automaton that is reached. */
interface Thread {
  readonly state: number;
  /** Tags that were passed since the last byte, as bits. */
  readonly passed: number;
  /** By tag, the register that has its place. */
  readonly registers: readonly (number | undefined)[];
}

/** Bits of a number that are tags. */
const mostTags = 30;

/** A deterministic automaton that grows. */
export class LazyDfa {
  /** Class of each ASCII byte: bytes of one class lead to the same states. */
  readonly classes = new Uint8Array(asciiSize);
  readonly classCount: number;
  readonly #nfa: Nfa;
  /** A byte of each class. */
  readonly #samples: readonly number[];
  readonly #states: (readonly Thread[])[] = [[]];
  readonly #known = new Map<string, number>([['', deadState]]);

  /** Throws {@link NoAutomaton} for one with too many tags. */
  constructor(nfa: Nfa) {
    this.#nfa = nfa;
    if (nfa.branches.some(({ tags }) => tags > mostTags)) throw new NoAutomaton('too many tags');
    this.#samples = this.#divideBytes();
    this.classCount = this.#samples.length;
    this.#transitionTo(this.#withoutBytes(nfa.starts.map((state) => ({ state, registers: [] }))));
  }

  /** Returns where a byte of some class leads from a state. */
  step(state: number, byteClass: number): Transition {
    const { threads, fresh } = this.#threadsAfter(state, byteClass);
    return this.#transitionTo(threads, fresh);
  }

  /** The same, if it is a state that was reached before; else undefined. */
  stepToKnown(state: number, byteClass: number): Transition | undefined {
    const { threads, fresh } = this.#threadsAfter(state, byteClass);
    return this.#known.has(patternOf(threads).key) ? this.#transitionTo(threads, fresh) : undefined;
  }

  /** Returns what a byte leads to, and the register that got its place for tags that were passed before it. */
  #threadsAfter(state: number, byteClass: number): { threads: readonly Thread[]; fresh: number } {
    const byte = this.#samples[byteClass] ?? 0;
    const threads = this.#states[state] ?? [];
    const fresh = freeRegister(threads);
    const from: Omit<Thread, 'passed'>[] = [];
    for (const { state: at, passed, registers } of threads) {
      const of = this.#nfa.states[at];
      if (of?.kind !== 'byte' || of.set[byte] === 0) continue;
      from.push({
        state: of.next,
        registers: passed === 0 ? registers : withPassed(registers, passed, fresh),
      });
    }
    return { threads: this.#withoutBytes(from), fresh };
  }

  /** Returns what matches where the text ends in a state, in the order of the expressions. */
  acceptedIn(state: number): Accepted[] {
    return (this.#states[state] ?? [])
      .flatMap(({ state: at, passed, registers }) => {
        const of = this.#nfa.states[at];
        return of?.kind === 'end'
          ? [{ branch: of.branch, registers: withPassed(registers, passed, atEnd) }]
          : [];
      })
      .sort((one, other) => one.branch - other.branch);
  }

  /** Follows what takes no byte, the preferred way first: of several threads in one state the first counts. */
  #withoutBytes(from: readonly Omit<Thread, 'passed'>[]): Thread[] {
    const found: Thread[] = [];
    const seen = new Set<number>();
    const follow = (state: number, passed: number, registers: Thread['registers']): void => {
      if (seen.has(state)) return;
      seen.add(state);
      const of = this.#nfa.states[state];
      if (of?.kind === 'split') {
        follow(of.next, passed, registers);
        follow(of.other, passed, registers);
      } else if (of?.kind === 'tag') follow(of.next, passed | (1 << of.tag), registers);
      else found.push({ state, passed, registers });
    };
    for (const { state, registers } of from) follow(state, 0, registers);
    return found;
  }

  /** A state is known by its threads and by which of their tags share a place, whatever registers these are in. */
  #transitionTo(threads: readonly Thread[], fresh?: number): Transition {
    const { key, order } = patternOf(threads);
    const state = this.#known.get(key);
    if (state === undefined) {
      this.#known.set(key, this.#states.length);
      const moves = fresh !== undefined && order.includes(fresh) ? [{ to: fresh, from: -1 }] : [];
      return { state: this.#states.push(threads) - 1, moves };
    }
    const wanted = patternOf(this.#states[state] ?? []).order;
    const moves = order.flatMap((register, index) => {
      const to = wanted[index] as number;
      if (register === fresh) return [{ to, from: -1 }];
      return register === to ? [] : [{ to, from: register }];
    });
    return { state, moves: inOrder(moves, [...order, ...wanted]) };
  }

  /** Bytes that no set tells apart are one class; returns a sample of each. */
  #divideBytes(): number[] {
    const sets = new Set<ByteSet>();
    for (const state of this.#nfa.states) if (state.kind === 'byte') sets.add(state.set);
    const known = new Map<string, number>();
    const samples: number[] = [];
    for (let byte = 0; byte < asciiSize; byte++) {
      const key = Array.from(sets, (set) => set[byte]).join('');
      const byteClass = known.get(key) ?? samples.push(byte) - 1;
      known.set(key, byteClass);
      this.classes[byte] = byteClass;
    }
    return samples;
  }
}

/** Returns registers with those tags in one of them that were passed; tags that are neither have none. */
function withPassed(registers: Thread['registers'], passed: number, register: number): Thread['registers'] {
  const changed = [...registers];
  for (let tag = 0; passed >> tag !== 0; tag++) if ((passed >> tag) & 1) changed[tag] = register;
  return changed;
}

function freeRegister(threads: readonly Thread[]): number {
  let free = 0;
  while (threads.some(({ registers }) => registers.includes(free))) free++;
  return free;
}

/** Returns what a state is known by, and its registers in the order in which its threads have them first. */
function patternOf(threads: readonly Thread[]): { key: string; order: readonly number[] } {
  const order: number[] = [];
  let key = '';
  for (const { state, passed, registers } of threads) {
    key += `${state}:${passed}`;
    for (let tag = 0; tag < registers.length; tag++) {
      const register = registers[tag];
      if (register !== undefined && !order.includes(register)) order.push(register);
      key += register === undefined ? ' ' : ` ${order.indexOf(register)}`;
    }
    key += ',';
  }
  return { key, order };
}

/** Returns moves that are meant to be made at once, so that they can be made one after the other. */
function inOrder(moves: readonly RegisterMove[], used: readonly number[]): RegisterMove[] {
  const written = new Set(moves.map(({ to }) => to));
  const spare = Math.max(-1, ...used) + 1;
  const saved = new Map<number, number>();
  for (const { from } of moves) {
    if (from >= 0 && written.has(from) && !saved.has(from)) saved.set(from, spare + saved.size);
  }
  return [
    ...[...saved].map(([from, to]) => ({ to, from })),
    ...moves.map(({ to, from }) => ({ to, from: saved.get(from) ?? from })),
  ];
}
