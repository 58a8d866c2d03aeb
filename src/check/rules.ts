/** Does any rule match anything in the last day, is any of them careless, and can one be fooled? */

import type { Settings } from '../config/settings.ts';
import { zoneOf } from '../config/time-zone.ts';
import { noConnectLine, sharedNumber } from '../recognize/record-judge.ts';
import { forgeRules } from '../rule-debugger/forge/forge-rules.ts';
import { lintRule } from '../rule-debugger/lint.ts';
import { loadPatterns } from '../rule-debugger/pattern.ts';
import type { TakenLine } from '../rule-debugger/proof/taken-lines.ts';
import { programMatcher } from '../rules/program.ts';
import type { Rule } from '../rules/rule.ts';
import type { ReplacedStanza } from '../rules/servers-files.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { countWords, numberWords } from '../terminal/words.ts';
import type { Day, ProgramDay } from './day.ts';
import { type Finding, findingOf } from './finding.ts';

/** Programs that are named before the rest are left out. */
const mostPrograms = 3;

/** Returns what the rules came to on a day of the logs. */
export async function checkRules(settings: Settings, day: Day): Promise<Finding[]> {
  const { problems, notes } = day.wanted;
  return [
    ...problems.map((problem) => findingOf(problem.isWarning ? 'WARN' : 'FAIL', 'rules', problem)),
    ...notes.map((note) => replacedFinding(note)),
    ...(await matchFindings(settings, day)),
    ...silentFindings(day),
    ...refusalFindings(day),
    ...joinFindings(day),
    ...unsafeFindings(day),
  ];
}

/** A stanza of EXACT 1.41 that the built-in rule stands in for: nothing is lost with it. */
function replacedFinding(note: ReplacedStanza): Finding {
  const { file, name } = note.stanza;
  const what = `${note.what}; ${note.consequence}`;
  const stanza = `/<server *${name.replaceAll('.', '\\.')} *>/,/<\\/server>/d`;
  return {
    ...findingOf('note', 'rules', { ...note, what }),
    fix: `sed -i ${shellWord(stanza)} ${shellWord(file)}`,
  };
}

async function matchFindings(settings: Settings, day: Day): Promise<Finding[]> {
  const found = [...day.byRule].filter(([, { logins }]) => logins > 0);
  const { rules } = day.wanted;
  const options = { zone: zoneOf(settings), connectWindow: settings.connectWindow };
  const { tried, breaches, taken } = await forgeRules(rules, day.samples, options, await loadPatterns());
  if (found.length === 0) return [noLogin(day), ...takenFindings(taken)];
  const others = found.length < new Set(rules.map(({ name }) => name)).size ? '; no other rule matched' : '';
  const findings: Finding[] = [];
  for (const [index, [name, { logins, users }]] of found.entries()) {
    const worked = breaches.filter(({ rule }) => rule.name === name).length;
    const count = `${countWords(logins, 'login')} of ${countWords(users.size, 'user')} in the last day`;
    const last = index === found.length - 1 ? others : '';
    findings.push({ level: 'ok', subject: 'rules', text: `${name}: ${count}${nearWords(day, name)}${last}` });
    if (worked > 0) {
      const gives = `${numberWords(worked)} of ${numberWords(tried)} hostile lines made from the day's logins`;
      findings.push({
        level: 'FAIL',
        subject: 'rules',
        text: `${name}: can be made an open relay: ${gives} gave another address`,
        fix: `exact test-rule --server ${shellWord(name)} --forge --since 1d`,
      });
    }
  }
  if (breaches.length === 0 && tried > 0) {
    const text = `${countWords(tried, 'hostile line')} made from these logins: none gave another address`;
    findings.push({ level: 'ok', subject: 'rules', text });
  }
  return [...findings, ...takenFindings(taken)];
}

function noLogin({ byProgram, wanted }: Day): Finding {
  const isKnown = programOfAny(wanted.rules);
  const strangers = [...byProgram]
    .filter(([name, { nearMisses }]) => nearMisses > 0 && !isKnown(name))
    .sort(([, a], [, b]) => b.nearMisses - a.nearMisses)
    .slice(0, mostPrograms)
    .map(([name, { nearMisses }]) => `${name || '-'} (${numberWords(nearMisses)})`);
  const lines = [...byProgram].reduce((sum, [name, each]) => sum + (isKnown(name) ? each.lines : 0), 0);
  const known = `${countWords(lines, 'line')} of known POP and IMAP servers`;
  const others =
    strangers.length === 0 ? '' : `; lines that name a user and an address: ${strangers.join(', ')}`;
  // A host that has just been set up has nothing to show yet.
  const hasLikely = [...byProgram.values()].some(({ nearMisses }) => nearMisses > 0);
  const fix = hasLikely
    ? 'exact test-rule --unmatched --since 1d'
    : 'read mail from a client, and run exact update --check again';
  return { level: 'WARN', subject: 'rules', text: `no login in the last day; ${known}${others}`, fix };
}

/** Rules that are for a program which logged what looks like logins, and that none of them took. */
function silentFindings({ byProgram, byRule, wanted: { rules } }: Day): Finding[] {
  const findings = new Map<string, Finding>();
  for (const [program, { lines, nearMisses }] of byProgram) {
    const its = rules.filter(isFor(program));
    const names = [...new Set(its.map(({ name }) => name))];
    const hasLogins = names.some((name) => (byRule.get(name)?.logins ?? 0) > 0);
    if (names.length === 0 || hasLogins || nearMisses === 0) continue;
    const told = `${names.join(', ')}: 0 of ${countWords(lines, 'line')} of ${program} match in the last day`;
    const servers = names.map((name) => `--server ${shellWord(name)}`).join(' ');
    findings.set(program, {
      level: 'WARN',
      subject: 'rules',
      text: `${told}, ${countWords(nearMisses, 'near miss', 'near misses')}`,
      fix: `exact test-rule --unmatched ${servers} --since 1d`,
    });
  }
  return [...findings.values()];
}

function nearWords({ byProgram, wanted: { rules } }: Day, name: string): string {
  const near = [...byProgram]
    .filter(([program]) => rules.some((rule) => rule.name === name && isFor(program)(rule)))
    .reduce((sum, [, { nearMisses }]: [string, ProgramDay]) => sum + nearMisses, 0);
  return near === 0 ? '' : `, ${countWords(near, 'near miss', 'near misses')}`;
}

function refusalFindings({ byRule, conflicts }: Day): Finding[] {
  const refused = [...byRule].flatMap(([name, day]) =>
    [...day.refused].map(([reason, count]): Finding => {
      const text = `${name}: ${countWords(count, 'line')} refused: ${reason}${noClientWords(reason)}`;
      return {
        level: 'note',
        subject: 'rules',
        text,
        fix: `exact test-rule --server ${shellWord(name)} --since 1d`,
      };
    }),
  );
  const differing = [...conflicts].map((pair): Finding => {
    const text = `${pair} read a line differently: it is no login`;
    return { level: 'WARN', subject: 'rules', text, fix: 'exact test-rule --since 1d' };
  });
  return [...refused, ...differing];
}

/** What one process number joins is of one host, or of several that bear one name: nothing in the lines tells. */
function joinFindings({ joinedByProcess }: Day): Finding[] {
  return [...joinedByProcess].map((name): Finding => {
    const text =
      `${name}: the process number alone joins the lines of a login: hosts and containers that log here need ` +
      'host names of their own';
    return { level: 'note', subject: 'rules', text };
  });
}

/** What a login means that waits for a line which is not there. */
function noClientWords(reason: string): string {
  if (!reason.startsWith(noConnectLine)) return '';
  if (reason === sharedNumber)
    return ': do other hosts or containers log here under the same host name? Give each a name of its own';
  return ': the line with the address was lost, or the log begins after it; the next login counts';
}

/** What is careless about rules of the admin's own; the catalog is held by tests. */
function unsafeFindings({ wanted: { rules }, samples }: Day): Finding[] {
  return rules
    .filter(({ origin }) => origin !== 'built in')
    .flatMap((rule) => lintRule(rule, samples.matchedBy(rule), false))
    .filter(({ isWarning }) => isWarning)
    .map(({ check, rule, what, why }): Finding => {
      const text = `${rule.origin}: rule ${rule.name} is unsafe: ${what}: ${why}`;
      const level = check === 'takes-failure' ? 'FAIL' : 'WARN';
      // It shows the lines to paste, made of those of the log.
      return { level, subject: 'rules', text, fix: `exact test-rule --since 1d --server ${rule.name}` };
    });
}

/** A stanza without a program takes lines of every server: the first tells enough. */
function takenFindings(taken: readonly TakenLine[]): Finding[] {
  return [...new Set(taken.map(({ rule }) => rule))].flatMap((rule): Finding[] => {
    const [first, ...others] = taken.filter((one) => one.rule === rule);
    if (first === undefined) return [];
    const what = `takes for a login what ${first.server} writes (${first.shape}): ${first.line}`;
    const more = others.length === 0 ? '' : `; and ${countWords(others.length, 'other form')} of lines`;
    const text = `${rule.origin}: rule ${rule.name} ${what}${more}`;
    return [{ level: 'FAIL', subject: 'rules', text, fix: 'match text that only logins have' }];
  });
}

function isFor(program: string): (rule: Rule) => boolean {
  return ({ programs }) => programs.length > 0 && programMatcher(programs)(program);
}

function programOfAny(rules: readonly Rule[]): (program: string) => boolean {
  return (program) => rules.some(isFor(program));
}
