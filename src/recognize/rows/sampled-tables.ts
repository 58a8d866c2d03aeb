/**
 * Makes the tables of the built-in rules' automata by reading sample logs: what the build does once, so that no run need do
 * it (automaton-table.ts). Of each state that the samples reach all bytes are tried, so that another user, or another
 * address, needs nothing that is not there.
 */
import { deadState, firstState, type Transition } from '../../rules/automaton/lazy-dfa.ts';
import { asciiSize, NoAutomaton } from '../../rules/automaton/nfa.ts';
import { loadRules } from '../../rules/load-rules.ts';
import type { Rule } from '../../rules/rule.ts';
import { parseEnvelope } from '../../syslog/envelope.ts';
import { utc } from '../../syslog/zone.ts';
import { createRecognizer, type Recognizer } from '../recognizer.ts';
import {
  type AutomatonTable,
  firstNumber,
  MoveLists,
  rowSizeOf,
  tablesFile,
  transitionsSize,
  transitionTo,
} from './automaton-table.ts';
import { numberSize, transitionBits } from './machine-memory.ts';
import { RulesAutomaton, rulesInFiles } from './rules-automaton.ts';

/** The machine has room for somewhat more, which lines of other kinds may need. */
const usualMostStates = 900;

/** Returns the file of the tables for all programs that write into some logs, each of so many states at most. */
export async function sampledTables(
  logs: readonly string[],
  mostStates: number = usualMostStates,
): Promise<Buffer> {
  const { rules } = await loadRules({ servers: ['auto'], files: [] });
  // As `parse` has it.
  const recognizer = createRecognizer({ rules, zone: utc, connectWindow: 0, logouts: false });
  return tablesFile(
    [...messagesByRules(logs, recognizer)].flatMap(([tried, messages]) => {
      const table = tableOf(tried, messages, mostStates);
      return table === undefined ? [] : [[tried, table] as const];
    }),
  );
}

/** The messages that the same rules are tried on. */
function messagesByRules(
  logs: readonly string[],
  { rules, rulesFor }: Recognizer,
): Map<readonly Rule[], Set<string>> {
  const known = new Map<string, readonly [readonly Rule[], Set<string>]>();
  for (const line of logs.flatMap((log) => log.split('\n'))) {
    const record = parseEnvelope(line, () => true);
    if (record === undefined) continue;
    const tried = rulesInFiles(rulesFor(record.program));
    if (tried.length === 0) continue;
    const key = tried.map((rule) => rules.indexOf(rule)).join();
    const [, messages] = known.get(key) ?? known.set(key, [tried, new Set()]).get(key) ?? [];
    messages?.add(record.message);
  }
  return new Map(known.values());
}

/** Undefined for rules that no automaton is made of. */
function tableOf(
  rules: readonly Rule[],
  messages: Iterable<string>,
  mostStates: number,
): AutomatonTable | undefined {
  try {
    const sampler = new Sampler(new RulesAutomaton(rules), mostStates);
    for (const message of messages) sampler.read(message);
    return sampler.table();
  } catch (error) {
    if (error instanceof NoAutomaton) return undefined;
    throw error;
  }
}

class Sampler {
  readonly #automaton: RulesAutomaton;
  readonly #mostStates: number;
  readonly #ways: (readonly [from: number, byteClass: number])[] = [];

  constructor(automaton: RulesAutomaton, mostStates: number) {
    this.#automaton = automaton;
    this.#mostStates = mostStates;
  }

  get #states(): number {
    return firstState + 1 + this.#ways.length;
  }

  /** Goes through a message as far as it is ASCII. */
  read(message: string): void {
    let state: number = firstState;
    for (const byte of Buffer.from(message)) {
      if (byte >= asciiSize || state === deadState) return;
      const byteClass = this.#automaton.classes[byte] as number;
      const next = this.#step(state, byteClass);
      if (next === undefined) return;
      if (next.state === this.#states) this.#ways.push([state, byteClass]);
      state = next.state;
    }
  }

  #step(state: number, byteClass: number): Transition | undefined {
    const automaton = this.#automaton;
    return this.#states < this.#mostStates
      ? automaton.step(state, byteClass)
      : automaton.stepToKnown(state, byteClass);
  }

  /** Returns what was found out, and where else each byte leads among the same states. */
  table(): AutomatonTable {
    const { classes, classCount } = this.#automaton;
    const states = this.#states;
    const rowSize = rowSizeOf(classCount);
    const transitions = Buffer.alloc(transitionsSize(states, classCount));
    const moves = new MoveLists();
    const wordOf = (transition: Transition) =>
      transitionTo(transition.state, moves.numberOf(transition.moves), rowSize);
    for (let state = firstState; state < states; state++) {
      const row = (state + firstNumber) * rowSize;
      for (let byteClass = 0; byteClass < classCount; byteClass++) {
        const transition = this.#automaton.stepToKnown(state, byteClass);
        if (transition !== undefined)
          transitions.writeInt32LE(wordOf(transition), row + byteClass * numberSize);
      }
      transitions.writeInt32LE(transitionBits.notAscii, row + classCount * numberSize);
    }
    const accepted = Array.from({ length: states }, (_state, state) => {
      const acceptance = this.#automaton.acceptedIn(state);
      return acceptance === undefined ? [] : [[state, acceptance] as const];
    }).flat();
    return { classes, classCount, states, moves: moves.all, accepted, transitions, ways: this.#ways };
  }
}
