/**
 * What some rules make of a message, as one automaton that grows state by state: which of them takes it, and where its user
 * and its address stand. It knows nothing of the machine's memory; states are those of {@link LazyDfa}.
 */
import { addressGroups } from '../../rules/address-groups.ts';
import { type Accepted, LazyDfa, type Transition } from '../../rules/automaton/lazy-dfa.ts';
import { type Branch, buildNfa, NoAutomaton } from '../../rules/automaton/nfa.ts';
import { isExpressionError, type Node } from '../../rules/expression/ast.ts';
import { parseExpression } from '../../rules/expression/parse.ts';
import { kinds } from '../../rules/kinds.ts';
import type { Rule } from '../../rules/rule.ts';
import { usualLongest } from '../../rules/usual-longest.ts';

/** A login that one rule alone has read, and the registers that have its places. */
interface AcceptedLogin {
  /** Name of the rule. */
  readonly server: string;
  /** The registers of the two ends. */
  readonly user: readonly number[];
  readonly address: readonly number[];
  /** How many bytes may lie between two registers. */
  readonly bounds: readonly (readonly [from: number, to: number, min: number, max: number])[];
}

/** What is known of a message that ends in some state; undefined where no rule takes it. */
export type Acceptance = AcceptedLogin | 'usual way' | undefined;

/** One expression, and the rule that it is of. */
interface Attempt {
  readonly rule: Rule;
  /** Whether a line that it alone reads is a login. */
  readonly isRow: boolean;
  readonly node: Node;
}

/** Returns those of some rules that read lines of files: the journal's read nothing there. */
export function rulesInFiles(rules: readonly Rule[]): Rule[] {
  return rules.filter(({ journal }) => journal.length === 0);
}

/** The automaton of some rules. */
export class RulesAutomaton {
  readonly #dfa: LazyDfa;
  readonly #branches: readonly Branch[];
  readonly #attempts: readonly Attempt[];

  /** Throws {@link NoAutomaton} for rules that none can be made of. */
  constructor(rules: readonly Rule[]) {
    this.#attempts = rules.flatMap(attemptsOf);
    const nfa = buildNfa(
      this.#attempts.map(({ node }) => node),
      ['user', ...addressGroups],
    );
    this.#branches = nfa.branches;
    this.#dfa = new LazyDfa(nfa);
  }

  /** Class of each ASCII byte. */
  get classes(): Uint8Array {
    return this.#dfa.classes;
  }

  get classCount(): number {
    return this.#dfa.classCount;
  }

  /** Returns where a byte of some class leads from a state. */
  step(state: number, byteClass: number): Transition {
    return this.#dfa.step(state, byteClass);
  }

  /** The same, if it is a state that was reached before; else undefined. */
  stepToKnown(state: number, byteClass: number): Transition | undefined {
    return this.#dfa.stepToKnown(state, byteClass);
  }

  /** A login by one rule alone becomes a row; whatever else rules have to say of a line is settled in the usual way. */
  acceptedIn(state: number): Acceptance {
    const all = this.#dfa.acceptedIn(state);
    const [first] = all;
    if (first === undefined) return undefined;
    const attempt = this.#attempts[first.branch] as Attempt;
    const isAlone = all.every(({ branch }) => this.#attempts[branch]?.rule === attempt.rule);
    const branch = this.#branches[first.branch] as Branch;
    if (!attempt.isRow || !isAlone || !branch.isExact) return 'usual way';
    const groupOf = (names: readonly string[]) =>
      names
        .flatMap((wanted) => branch.groups.filter(([name]) => name === wanted))
        .map(([, from, to]) => registersOf(first, [from, to]))
        .find(({ length }) => length === 2);
    const [user, address] = [groupOf(['user']), groupOf(addressGroups)];
    if (user === undefined || address === undefined) return 'usual way';
    const bounds = branch.bounds.flatMap(({ from, to, min, max }) => {
      const [start, end] = [first.registers[from], first.registers[to]];
      const hasPlaces = start !== undefined && end !== undefined;
      return hasPlaces ? [[start, end, min, Math.min(max, usualLongest)] as const] : [];
    });
    return { server: attempt.rule.name, user, address, bounds };
  }
}

/** Those of tags that have a place; the end of the message is `atEnd` of lazy-dfa.ts. */
function registersOf({ registers }: Accepted, tags: readonly number[]): number[] {
  return tags.flatMap((tag) => registers[tag] ?? []);
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
