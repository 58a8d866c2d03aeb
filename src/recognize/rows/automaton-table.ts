/**
 * The automata of rules as tables: what the build has found out of them by reading the samples (sampled-tables.ts), so that a run
 * need neither understand an expression nor make an automaton for lines like those. A table is found by the rules
 * themselves, name and expressions, so that it is used for no others.
 *
 * The file of all tables is a line of JSON, and behind it the bytes of each: the class of each ASCII byte; the transitions of
 * each state as they stand in the machine's memory; and for each state how it was reached first, so that the automaton can be
 * made again where a line needs more of it.
 */
import { deadState, type RegisterMove } from '../../rules/automaton/lazy-dfa.ts';
import { asciiSize } from '../../rules/automaton/nfa.ts';
import { kinds } from '../../rules/kinds.ts';
import type { Rule } from '../../rules/rule.ts';
import { numberSize, transitionBits } from './machine-memory.ts';
import type { Acceptance } from './rules-automaton.ts';

/** As much of an automaton as is known. */
export interface AutomatonTable {
  /** Class of each ASCII byte. */
  readonly classes: Uint8Array;
  readonly classCount: number;
  /** How many states are known; the first two are the dead state and the first. */
  readonly states: number;
  /** Lists of moves, by their numbers in the transitions. */
  readonly moves: readonly (readonly RegisterMove[])[];
  /** States in which a message may end, and what it is then. */
  readonly accepted: readonly (readonly [state: number, NonNullable<Acceptance>])[];
  /** Transitions of each state, as in machine/layout.ts; those behind the known ones are 0. */
  readonly transitions: Uint8Array;
  /** By state from the third on: the state that it was reached from first, and by which class of bytes. */
  readonly ways: readonly (readonly [from: number, byteClass: number])[];
}

/** Returns the table for some rules, in the order in which they are tried. */
export type FindTable = (rules: readonly Rule[]) => AutomatonTable | undefined;

/** A table in the file's line of JSON; the rest of it is at a place behind that line. */
type ListedTable = Pick<AutomatonTable, 'classCount' | 'states' | 'moves' | 'accepted'> & {
  readonly rules: string;
  readonly at: number;
};

/** States as the machine counts them: 0 is none, and the dead state is 1. */
export const firstNumber = 1;

const newline = 0x0a;

/** Bytes of a way: two numbers of two bytes. */
const waySize = 4;

/** Bytes of the transitions of a state: of one class more than the automaton has, for bytes beyond ASCII. */
export function rowSizeOf(classCount: number): number {
  return (classCount + 1) * numberSize;
}

/** Bytes of the transitions of so many states. */
export function transitionsSize(states: number, classCount: number): number {
  return (states + firstNumber) * rowSizeOf(classCount);
}

/** Returns a transition as the machine reads it: to a state, with a list of moves on the way. */
export function transitionTo(state: number, moveList: number, rowSize: number): number {
  if (state === deadState) return transitionBits.dead;
  return (state + firstNumber) * rowSize + moveList * 2 ** transitionBits.row;
}

/** Lists of moves by number; the first is the empty one, which transitions without moves have. */
export class MoveLists {
  readonly #lists: (readonly RegisterMove[])[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(lists: readonly (readonly RegisterMove[])[] = [[]]) {
    for (const list of lists) this.numberOf(list);
  }

  get all(): readonly (readonly RegisterMove[])[] {
    return this.#lists;
  }

  numberOf(moves: readonly RegisterMove[]): number {
    const key = moves.map(({ to, from }) => `${to}:${from}`).join();
    const number = this.#numbers.get(key) ?? this.#lists.push(moves) - 1;
    this.#numbers.set(key, number);
    return number;
  }
}

/** Returns the file of some tables, each with its rules. */
export function tablesFile(tables: readonly (readonly [readonly Rule[], AutomatonTable])[]): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  const listed = tables.map(([rules, table]): ListedTable => {
    const { classCount, states, moves, accepted, classes, transitions, ways } = table;
    const numbers = Buffer.alloc(ways.length * waySize);
    ways.flat().forEach((number, index) => {
      numbers.writeUInt16LE(number, index * 2);
    });
    const one = { rules: nameOf(rules), at, classCount, states, moves, accepted };
    for (const part of [Buffer.from(classes), Buffer.from(transitions), numbers]) {
      parts.push(part);
      at += part.length;
    }
    return one;
  });
  return Buffer.concat([Buffer.from(`${JSON.stringify(listed)}\n`), ...parts]);
}

/** Returns what finds the tables of a file. */
export function tablesIn(file: Buffer): FindTable {
  const feed = file.indexOf(newline);
  const listed: readonly ListedTable[] = JSON.parse(file.toString('utf8', 0, feed));
  const byRules = new Map(listed.map((table) => [table.rules, table]));
  return (rules) => {
    const found = byRules.get(nameOf(rules));
    return found && unpacked(found, file.subarray(feed + 1 + found.at));
  };
}

function unpacked({ classCount, states, moves, accepted }: ListedTable, bytes: Buffer): AutomatonTable {
  const waysAt = asciiSize + transitionsSize(states, classCount);
  return {
    ...{ classCount, states, moves, accepted },
    classes: bytes.subarray(0, asciiSize),
    transitions: bytes.subarray(asciiSize, waysAt),
    get ways() {
      return Array.from({ length: states - 2 }, (_way, index) => {
        const at = waysAt + index * waySize;
        return [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2)] as const;
      });
    },
  };
}

/** Rules with the same name here make the same rows of every message. */
function nameOf(rules: readonly Rule[]): string {
  return JSON.stringify(
    rules.map((rule) => [rule.name, ...kinds.map((kind) => rule[kind].map(({ expanded }) => expanded))]),
  );
}
