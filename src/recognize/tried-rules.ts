/**
 * The rules for one program, laid out for trying them on a million lines: every rule is an object of one shape, and its
 * expressions stand in one list in the order in which they are tried.
 */
import { type Kind, kinds } from '../rules/kinds.ts';
import type { Expression, Rule } from '../rules/rule.ts';
import { usualLongest } from '../rules/usual-longest.ts';

/** One expression of a rule, and the line of the stanza that has it. */
export interface Attempt {
  readonly kind: Kind;
  readonly expression: Expression;
}

/** One rule. */
export class TriedRule {
  readonly rule: Rule;
  readonly isOriginalForm: boolean;
  readonly needsJournal: boolean;
  readonly attempts: readonly Attempt[];

  constructor(rule: Rule) {
    this.rule = inOneShape(rule);
    this.isOriginalForm = rule.isOriginalForm;
    this.needsJournal = rule.journal.length > 0;
    this.attempts = kinds.flatMap((kind) => rule[kind].map((expression) => ({ kind, expression })));
  }
}

/** Those that are tried on the messages of one program. */
export class TriedRules {
  readonly all: readonly TriedRule[];
  /** Bytes of the shortest message that one of these servers' loggers may have broken; Infinity where none does. */
  readonly shortestBroken: number;
  /** Whether a line of such a server may be a broken one whose end a syslog daemon has cut off. */
  readonly isCutBroken: boolean;
  /** Whether a line of one of these servers says something of what its process logs next. */
  readonly hasVoid: boolean;
  /** Seconds for which others may be torn behind such a line; 0 where none are. */
  readonly tornSeconds: number;
  /** Whether one of these servers hands line ends of clients on where it prints. */
  readonly printsLineEnds: boolean;

  constructor(rules: readonly Rule[]) {
    this.all = rules.map((rule) => new TriedRule(rule));
    this.shortestBroken = Math.min(...rules.map(({ broken }) => broken ?? Number.POSITIVE_INFINITY));
    this.isCutBroken = rules.some(({ broken, longest }) => broken !== undefined && longest <= usualLongest);
    this.hasVoid = rules.some((rule) => rule.void.length > 0);
    this.printsLineEnds = rules.some((rule) => rule.printsLineEnds);
    this.tornSeconds = Math.max(0, ...rules.map(({ tornSeconds }) => tornSeconds));
  }
}

/** Rules are made in several places, with their names in another order; to V8 such objects are of different kinds. */
function inOneShape(rule: Rule): Rule {
  const { name, origin, programs, match, connect, logout, start, void: voids } = rule;
  const { unclosed, broken, tornSeconds, longest, printsLineEnds, journal, isOriginalForm, versions } = rule;
  const first = { name, origin, programs, match, connect, logout, start, void: voids };
  return Object.assign(first, {
    ...{ unclosed, broken, tornSeconds, longest, printsLineEnds, journal, isOriginalForm, versions },
  });
}
