/** Tries a rule that was mended: what it finds in a sample, and whether lint has anything against it. */
import { compileStanza } from '../../rules/compile.ts';
import type { Rule } from '../../rules/rule.ts';
import { parseStanzas } from '../../rules/stanza.ts';
import { failureWord } from '../failure-words.ts';
import { namedUsersIn } from '../forge/payloads.ts';
import { lintRule } from '../lint.ts';
import { Samples } from '../samples.ts';
import type { SuggestOptions } from '../suggest/suggestion.ts';
import { createTrial, type SampleLine } from '../trial.ts';

/** What a mend is made and tried with. */
export type MendOptions = Omit<SuggestOptions, 'users' | 'taken'>;

/** What a rule comes to. */
interface Tried {
  /** The lines that it takes for logins. */
  readonly logins: ReadonlySet<SampleLine>;
  /** None of them tells of a failure, and lint does not warn. */
  readonly isSound: boolean;
}

/** Returns the rule that some lines of a stanza make; undefined where they make none. `timer` gives milliseconds. */
export async function ruleOfLines(
  name: string,
  lines: readonly string[],
  timer: () => number,
): Promise<Rule | undefined> {
  const text = [`<server ${name}>`, ...lines, '</server>', ''].join('\n');
  const [stanza] = parseStanzas('mended', text).stanzas;
  return stanza === undefined ? undefined : (await compileStanza(stanza, timer)).rule;
}

/** Tries a rule on all lines of a sample. */
export async function tryRule(
  rule: Rule,
  lines: readonly SampleLine[],
  options: MendOptions,
): Promise<Tried> {
  const trial = await createTrial({ ...options, rules: [rule] });
  const samples = new Samples(options);
  const logins = new Set<SampleLine>();
  let takesFailure = false;
  for (const line of lines) {
    const result = trial.take(line);
    samples.take(line, result);
    if (result.kind !== 'read' || result.outcome.kind !== 'login') continue;
    logins.add(line);
    const { message } = result.record;
    takesFailure ||= failureWord(message, namedUsersIn(message)) !== undefined;
  }
  const warns = lintRule(rule, samples.matchedBy(rule), false).some(({ isWarning }) => isWarning);
  return { logins, isSound: !takesFailure && !warns };
}
