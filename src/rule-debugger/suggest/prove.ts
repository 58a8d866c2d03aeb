/** Tries a rule that was made from some lines of a sample on all of it, and on hostile lines. */

import type { Rule } from '../../rules/rule.ts';
import { failureWord } from '../failure-words.ts';
import { type ForgeResult, forgeRule, shownBreach } from '../forge/forge.ts';
import { lintRule } from '../lint.ts';
import { addressesIn } from '../mentions.ts';
import { loadPatterns } from '../pattern.ts';
import { Samples } from '../samples.ts';
import { createTrial, type LineResult, type SampleLine } from '../trial.ts';
import type { UsedLine } from './stanza-source.ts';
import type { NoSuggestion, Proof, SuggestOptions } from './suggestion.ts';

/** Which lines of the sample the rule was made from, and which name the users but were of no use for that. */
interface Provenance {
  readonly used: ReadonlyMap<SampleLine, UsedLine>;
  readonly unused: ReadonlySet<SampleLine>;
}

/**
 * Returns what the rule makes of the sample, or why it is not sound: it must find what it was made from, nothing
 * in the `unused` lines that name the users, no line that tells of a failure, and withstand lint and forgeries.
 */
export async function prove(
  rule: Rule,
  lines: readonly SampleLine[],
  { used, unused }: Provenance,
  options: SuggestOptions,
): Promise<Proof | NoSuggestion> {
  const trial = await createTrial({ ...options, rules: [rule] });
  const samples = new Samples(options);
  const passed: number[] = [];
  let others = 0;
  for (const line of lines) {
    const result = trial.take(line);
    samples.take(line, result);
    const one = used.get(line);
    const isLogin = result.kind === 'read' && result.outcome.kind === 'login';
    const fault = one === undefined ? faultOf(line, result, unused.has(line)) : missOf(one, result);
    if (fault !== undefined) return fault;
    if (one === undefined && isLogin) others++;
    if (!isLogin && !unused.has(line) && hasAddress(result, rule)) passed.push(line.context.line);
  }
  const finding = lintRule(rule, samples.matchedBy(rule), false).find(({ isWarning }) => isWarning);
  if (finding !== undefined) {
    const reason = `what the lines have in common is no sound rule: ${finding.what}: ${finding.why}`;
    return { reason, fix: 'write it with --match' };
  }
  const forged = forgeRule(
    rule,
    { samples: samples.loginsOf(rule), others: samples.othersOf(rule) },
    options,
    await loadPatterns(),
  );
  return breachOf(forged) ?? { passed, others, forged: forged.tried };
}

function missOf({ line, record, found }: UsedLine, result: LineResult): NoSuggestion | undefined {
  const login = result.kind === 'read' && result.outcome.kind === 'login' ? result.outcome.login : undefined;
  const user = record.message.slice(found.user.start, found.user.end);
  if (login?.user === user && login.address === found.client.address) return undefined;
  return {
    reason: `no one rule takes line ${line.context.line} and the others`,
    fix: 'give lines of one kind',
  };
}

function faultOf({ context }: SampleLine, result: LineResult, isUnused: boolean): NoSuggestion | undefined {
  if (result.kind !== 'read' || result.outcome.kind !== 'login') return undefined;
  // In the user's name, too: what looks like one may be the server's 'failed'.
  const word = failureWord(result.record.message, []);
  if (word === undefined && !isUnused) return undefined;
  const why = word === undefined ? '' : `, which says '${word}'`;
  return {
    reason: `what the lines have in common would take line ${context.line} too${why}`,
    fix: 'write the rule with --match',
  };
}

function hasAddress({ record }: LineResult, rule: Rule): boolean {
  if (record === undefined || !rule.programs.includes(record.program || '-')) return false;
  return addressesIn(record.message).length > 0;
}

function breachOf({ breaches: [breach] }: ForgeResult): NoSuggestion | undefined {
  if (breach === undefined) return undefined;
  return {
    reason: `a client can make the server log ${breach.address} in such a line: ${shownBreach(breach)}`,
    fix: 'write the rule with --match and try it with --forge',
  };
}
