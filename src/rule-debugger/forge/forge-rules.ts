/** Forged lines for all the rules of a trial, from some of the lines that each of them matched. */

import type { RecognizerOptions } from '../../recognize/recognizer.ts';
import type { Rule } from '../../rules/rule.ts';
import { failureWord } from '../failure-words.ts';
import type { CompilePattern, Span } from '../pattern.ts';
import type { TakenLine } from '../proof/taken-lines.ts';
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

/** A line of the sample that a rule took for a login, and that tells of a failure. */
interface TakenFailure {
  readonly rule: Rule;
  readonly line: string;
  /** Where in the line it says so. */
  readonly span: Span;
}

/** What trying came to. */
export interface ForgedRules {
  readonly tried: number;
  readonly breaches: readonly RuleBreach[];
  /** Lines of known servers that are no logins, and that an administrator's rule takes. */
  readonly taken: readonly TakenLine[];
  readonly failures: readonly TakenFailure[];
}

/**
 * Tries each rule by itself on forgeries of its own logins; one that is not built in also on what the servers that are
 * known write under the names of its programs.
 */
export async function forgeRules(
  rules: readonly Rule[],
  samples: Samples,
  options: Omit<RecognizerOptions, 'rules'>,
  compile: CompilePattern,
): Promise<ForgedRules> {
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
  const own = rules.filter(({ origin }) => origin !== 'built in');
  const taken: TakenLine[] = [];
  if (own.length > 0) {
    // The automata are worth loading for nothing else.
    const { takenLines } = await import('../proof/taken-lines.ts');
    taken.push(...own.flatMap(takenLines));
  }
  return { tried, breaches, taken, failures: own.flatMap((rule) => failuresOf(rule, samples)) };
}

/** One line is enough to tell that a rule takes failures. */
function failuresOf(rule: Rule, samples: Samples): TakenFailure[] {
  for (const { line, text, user, address } of samples.loginsOf(rule)) {
    const word = failureWord(text, [user, address]);
    if (word === undefined) continue;
    const start = line.length - text.length + text.indexOf(word);
    return [{ rule, line, span: { start, end: start + word.length } }];
  }
  return [];
}
