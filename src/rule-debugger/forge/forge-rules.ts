/** Forged lines for all the rules of a trial, from some of the lines that each of them matched. */

import type { RecognizerOptions } from '../../recognize/recognizer.ts';
import type { Rule } from '../../rules/rule.ts';
import type { CompilePattern } from '../pattern.ts';
import type { Samples } from '../samples.ts';
import { type Breach, forgeRule } from './forge.ts';

/** Logins of an expression that hostile lines are made from: more say nothing new. */
const mostLogins = 3;
/** Other lines that they are made from. */
const mostOthers = 5;

/** A hostile line that worked, and the rule that it fools. */
export interface RuleBreach extends Breach {
  readonly rule: Rule;
}

/** Tries each rule by itself on forgeries of its own logins. */
export function forgeRules(
  rules: readonly Rule[],
  samples: Samples,
  options: Omit<RecognizerOptions, 'rules'>,
  compile: CompilePattern,
): { readonly tried: number; readonly breaches: readonly RuleBreach[] } {
  let tried = 0;
  const breaches: RuleBreach[] = [];
  for (const rule of rules) {
    const logins = samples.loginsOf(rule);
    const some = rule.match.flatMap((expression) =>
      logins.filter((login) => login.expression === expression).slice(0, mostLogins),
    );
    const others = samples.othersOf(rule).slice(0, mostOthers);
    const result = forgeRule(rule, { samples: some, others }, options, compile);
    tried += result.tried;
    breaches.push(...result.breaches.map((breach) => ({ ...breach, rule })));
  }
  return { tried, breaches };
}
