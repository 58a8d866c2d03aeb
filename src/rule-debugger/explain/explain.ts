/**
 * Explains why a line is no login: for each rule, how far its nearest expression got, what it wanted there and
 * what stood there. It matches beginnings of expressions, and decides nothing: the recognizer does.
 */

import { programMatcher } from '../../rules/program.ts';
import type { Expression, Rule } from '../../rules/rule.ts';
import type { LogRecord } from '../../syslog/envelope.ts';
import type { CompilePattern } from '../pattern.ts';
import { hintFor } from './hint.ts';
import { type Stop, type Walk, walksOf } from './steps.ts';
import { seenAt, wantedAt } from './wanted.ts';

/** How far a rule got in a line. */
export interface Explanation {
  readonly rule: Rule;
  readonly expression: Expression;
  /** What the expression was tried on: the message, or an original-form rule's whole line. */
  readonly text: string;
  readonly subject: 'message' | 'line';
  /** The line's program, '' where it names none. */
  readonly program: string;
  /** The rule is for it. */
  readonly isForProgram: boolean;
  /** Where it stopped; undefined where it matches, and `unmet` says what else it wants. */
  readonly stop?: {
    /** Offset in `text`. */
    readonly at: number;
    readonly isAnywhere: boolean;
    /** For people: `'OK u="'`, `%{ADDRESS}`. */
    readonly wanted: string;
    readonly saw: string;
    /** What kind of near miss it is: the same for lines that stop at the same place of the expression. */
    readonly place: string;
  };
  /** A line of another program; of a file, where the journal's fields are wanted; or half a login without a pid. */
  readonly unmet?: 'program' | 'journal';
  /** What may help, in words, where it can be told. */
  readonly hint?: string;
  /** Characters of fixed text that matched. */
  readonly weight: number;
  /** It got as far as both the user and the address, through fixed text that few lines have. */
  readonly isNear: boolean;
}

/** Characters of fixed text that a line has in common with a rule by chance. */
const leastWeight = 4;

/** Explains lines, with the rules that were given. */
export interface Explainer {
  /** Returns how far each rule got, the nearest first; rules for other programs after those for this one. */
  explain(record: LogRecord, line: string): readonly Explanation[];
}

/** Returns an explainer. */
export function createExplainer(rules: readonly Rule[], compile: CompilePattern): Explainer {
  const explained = rules.map((rule) => new ExplainedRule(rule, compile));
  return {
    explain: (record, line) =>
      explained.flatMap((rule) => rule.explain(record, line) ?? []).sort(nearestFirst),
  };
}

function nearestFirst(a: Explanation, b: Explanation): number {
  const matches = ({ stop }: Explanation) => Number(stop === undefined);
  return (
    matches(b) - matches(a) ||
    Number(b.isForProgram) - Number(a.isForProgram) ||
    b.weight - a.weight ||
    (b.stop?.at ?? 0) - (a.stop?.at ?? 0)
  );
}

/** One expression that tells of logins, with its branches. */
interface Explained {
  readonly expression: Expression;
  readonly walks: readonly Walk[];
}

class ExplainedRule {
  readonly #rule: Rule;
  readonly #isFor: (program: string) => boolean;
  readonly #compile: CompilePattern;
  #expressions: readonly Explained[] | undefined;

  constructor(rule: Rule, compile: CompilePattern) {
    this.#rule = rule;
    this.#isFor = programMatcher(rule.programs);
    this.#compile = compile;
  }

  explain(record: LogRecord, line: string): Explanation | undefined {
    const rule = this.#rule;
    this.#expressions ??= [...rule.match, ...rule.connect].map((expression) => ({
      expression,
      walks: walksOf(expression.expanded, rule.isOriginalForm, this.#compile),
    }));
    const text = rule.isOriginalForm ? line : record.message;
    const common = {
      rule,
      text,
      subject: rule.isOriginalForm ? ('line' as const) : ('message' as const),
      program: record.program,
      isForProgram: record.program !== 'exact' && this.#isFor(record.program || '-'),
    };
    let nearest: { expression: Expression; stop: Stop } | undefined;
    for (const { expression, walks } of this.#expressions) {
      for (const walk of walks) {
        const stop = walk.stop(text);
        if (stop === undefined) {
          const unmet = common.isForProgram ? 'journal' : 'program';
          return { ...common, expression, unmet, weight: text.length, isNear: true };
        }
        if (nearest === undefined || isNearer(stop, nearest.stop)) nearest = { expression, stop };
      }
    }
    return nearest && { ...common, ...this.#explain(nearest.expression, nearest.stop, text) };
  }

  #explain(expression: Expression, stop: Stop, text: string) {
    const { isOriginalForm, origin, name } = this.#rule;
    const wanted = wantedAt(stop, isOriginalForm ? undefined : expression.source);
    // The words are of another language than EXACT 1.41's.
    const hint = isOriginalForm ? undefined : hintFor(wanted, text, stop);
    return {
      expression,
      stop: {
        at: stop.at,
        isAnywhere: stop.isAnywhere,
        wanted: wanted.words,
        saw: seenAt(text, stop.at, wanted.text),
        place: `${origin} ${name} ${expression.source} ${stop.matched}`,
      },
      ...(hint === undefined ? {} : { hint }),
      weight: stop.weight,
      isNear: stop.reachesClient && stop.weight >= leastWeight,
    };
  }
}

function isNearer(stop: Stop, than: Stop): boolean {
  return stop.weight > than.weight || (stop.weight === than.weight && stop.at > than.at);
}
