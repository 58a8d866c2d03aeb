/** What a trial has come to so far, in numbers, and the lines of it that lint and forged lines are made from. */
import type { Explanation } from '../../rule-debugger/explain/explain.ts';
import { serverOf } from '../../rule-debugger/parts.ts';
import type { LineResult } from '../../rule-debugger/trial.ts';
import type { Rule } from '../../rules/rule.ts';

/** Counts results. */
export class Tally {
  lines = 0;
  logins = 0;
  refused = 0;
  conflicts = 0;
  connects = 0;
  logouts = 0;
  nearMisses = 0;
  /** In no known form of a log line. */
  unreadable = 0;
  tooLong = 0;
  /** Lines that match nothing, are near nothing, and hold an address and something like a user. */
  unmatched = 0;
  /** Of those, lines in no known form. */
  unmatchedUnreadable = 0;
  /** Of those, programs that no rule is for. */
  readonly programsWithoutRule = new Map<string, number>();
  /** Logins by the name of their rule. */
  readonly byRule = new Map<string, number>();

  take(result: LineResult): void {
    this.lines++;
    if (result.kind === 'missed') this.nearMisses++;
    else if (result.kind === 'passed') this.#takePassed(result);
    else this.#takeRead(result);
  }

  #takePassed({ record, mentionsLogin, hasRule, isTooLong }: LineResult & { kind: 'passed' }): void {
    if (isTooLong) this.tooLong++;
    else if (record === undefined) this.unreadable++;
    if (!mentionsLogin) return;
    this.unmatched++;
    if (record === undefined) this.unmatchedUnreadable++;
    if (record === undefined || hasRule) return;
    const { program } = record;
    this.programsWithoutRule.set(program, (this.programsWithoutRule.get(program) ?? 0) + 1);
  }

  #takeRead({ outcome }: LineResult & { kind: 'read' }): void {
    switch (outcome.kind) {
      case 'login': {
        const server = serverOf(outcome);
        this.logins++;
        this.byRule.set(server, (this.byRule.get(server) ?? 0) + 1);
        break;
      }
      case 'refused':
        this.refused++;
        break;
      case 'conflict':
        this.conflicts++;
        break;
      case 'connect':
        this.connects++;
        break;
      case 'logout':
        this.logouts++;
        break;
    }
  }
}

/** The kind of lines in no known form that may tell of a login. */
export const unreadableKind = 'no known form';

/**
 * Returns what kind of result a line is: of each kind only some are shown. Near misses that stop at the same
 * place of the same expression are of a kind, and so are logins by the same expression.
 */
export function kindOf(result: LineResult): string | undefined {
  if (result.kind === 'passed')
    return isUnreadable(result) && result.mentionsLogin ? unreadableKind : undefined;
  if (result.kind === 'missed') return placeOf(result.explanations[0]);
  const { outcome, rule, expression, isRepeat } = result;
  const reason = outcome.kind === 'refused' ? outcome.reason : isRepeat ? 'again' : '';
  return `${outcome.kind} ${ruleKey(rule)} ${expression.line} ${expression.source} ${reason}`;
}

/** Reports whether a line is in no known form. */
export function isUnreadable(result: LineResult): boolean {
  return result.kind === 'passed' && result.record === undefined && result.isTooLong !== true;
}

function placeOf(explanation: Explanation | undefined): string {
  if (explanation === undefined) return '';
  return explanation.stop?.place ?? `program ${ruleKey(explanation.rule)}`;
}

function ruleKey({ name, origin }: Rule): string {
  return `${origin} ${name}`;
}
