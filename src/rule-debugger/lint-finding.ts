/** What lint finds: one careless thing about a rule, with the fix. */
import type { Expression, Rule } from '../rules/rule.ts';

/** What a finding is about; stable, for programs. */
type LintCheck =
  | 'no-program'
  | 'not-anchored-start'
  | 'not-anchored-end'
  | 'open-before-address'
  | 'lazy-user'
  | 'host-name'
  | 'takes-failure'
  | 'no-bound'
  | 'longest'
  | 'broken'
  | 'unclosed'
  | 'unused';

/** One careless thing. */
export interface LintFinding {
  readonly check: LintCheck;
  /** A warning makes a rule unsafe; a note does not. */
  readonly isWarning: boolean;
  readonly rule: Rule;
  /** The expression that it is about; undefined: the rule. */
  readonly expression?: Expression;
  /** What, and why: each a few words. */
  readonly what: string;
  readonly why: string;
  /** What to write: a few words. */
  readonly advice: string;
}
