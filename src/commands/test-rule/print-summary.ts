/** The closing lines of `exact test-rule`: what the sample has, and what the rules miss. */
import type { Rule } from '../../rules/rule.ts';
import { escapeControls } from '../../terminal/escape.ts';
import { countWords, numberWords } from '../../terminal/words.ts';
import type { RulesUnderTest } from './rules-under-test.ts';
import type { Tally } from './tally.ts';

/** Programs that are named before the rest are counted. */
const mostPrograms = 4;

/** Returns the lines of the summary. */
export function summaryLines(tally: Tally, { rules, areNamed }: RulesUnderTest): string[] {
  const counts = [
    countWords(tally.lines, 'line'),
    countWords(tally.logins, 'login'),
    ...some(tally.refused, 'refused', 'refused'),
    ...some(tally.conflicts, 'conflict'),
    ...some(tally.connects, 'connect line'),
    ...some(tally.logouts, 'logout'),
    ...some(tally.nearMisses, 'near miss', 'near misses'),
    ...some(tally.unreadable, 'line in no known form', 'lines in no known form'),
    ...some(tally.tooLong, 'line over 8 KiB', 'lines over 8 KiB'),
  ].join(', ');
  const programs = [...tally.programsWithoutRule.keys()];
  const foreign = programs.length === 0 || tally.logins > 0 ? '' : `; ${foreignWords(programs)}`;
  return [counts + foreign, ...ruleLines(tally, rules, areNamed), ...unmatchedLines(tally)];
}

function some(count: number, one: string, many?: string): string[] {
  return count === 0 ? [] : [countWords(count, one, many)];
}

function foreignWords(programs: readonly string[]): string {
  const named = programs.slice(0, mostPrograms).map((program) => escapeControls(program || '-'));
  const rest = programs.length - named.length;
  const names = rest === 0 ? named.join(', ') : `${named.join(', ')} and ${rest} more`;
  return `no rule is for program ${names}`;
}

/** Logins by rule, where there are several: those that matched, and those that were asked for by name. */
function ruleLines({ byRule }: Tally, rules: readonly Rule[], areNamed: boolean): string[] {
  const names = [...new Set(rules.map(({ name }) => name))];
  if (names.length < 2) return [];
  const counted = names.filter((name) => areNamed || byRule.has(name));
  if (counted.length === 0) return [];
  return [`  by rule: ${counted.map((name) => `${name} ${byRule.get(name) ?? 0}`).join(', ')}`];
}

function unmatchedLines({ unmatched: all, unmatchedUnreadable }: Tally): string[] {
  // No rule can be made for the others.
  const unmatched = all - unmatchedUnreadable;
  if (unmatched <= 0) return [];
  const what = unmatched === 1 ? 'unmatched line may be a login' : 'unmatched lines may be logins';
  return [`  ${numberWords(unmatched)} ${what}: try --unmatched, --suggest --user NAME`];
}

/** Returns the summary as an object for `--json`. */
export function summaryJson(tally: Tally): object {
  const { lines, logins, refused, conflicts, connects, logouts, nearMisses, unreadable, tooLong, unmatched } =
    tally;
  const rules = Object.fromEntries(tally.byRule);
  const programsWithoutRule = Object.fromEntries(tally.programsWithoutRule);
  return {
    kind: 'summary',
    ...{ lines, logins, refused, conflicts, connects, logouts, nearMisses, unreadable, tooLong, unmatched },
    ...{ rules, programsWithoutRule },
  };
}
