/** `exact test-rule`: the debugger for parse rules. It reads lines and rules, and changes nothing. */

import type { Command } from '../../cli/command.ts';
import { configure } from '../../config/configured.ts';
import type { Settings } from '../../config/settings.ts';
import { zoneOf } from '../../config/time-zone.ts';
import { ExitStatus } from '../../exit-status.ts';
import type { Invocation } from '../../host/invocation.ts';
import { Failure } from '../../problem.ts';
import type { Login } from '../../relay/login.ts';
import { Samples } from '../../rule-debugger/samples.ts';
import { createTrial } from '../../rule-debugger/trial.ts';
import { sampleLines } from './lines.ts';
import { listRules, showRule } from './print-catalog.ts';
import { readTruth, tellComparison } from './print-expected.ts';
import { tellForged } from './print-forged.ts';
import { tellLint } from './print-lint.ts';
import { suggest } from './print-suggestion.ts';
import { reportFor } from './report.ts';
import { type RulesUnderTest, rulesUnderTest } from './rules-under-test.ts';
import { Tally } from './tally.ts';

/** The command `test-rule`. */
export const testRuleCommand: Command = {
  name: 'test-rule',
  summary: 'try parse rules on lines, and see why a line is a login or is none',
  operands: { name: 'FILE', summary: 'log files; - is standard input; none: the configured mail log' },
  options: [
    { name: 'server', value: 'NAME', repeats: true, summary: 'try this rule alone (auto: all)' },
    { name: 'match', value: 'EXPR', repeats: true, summary: 'try this expression, as a match line has it' },
    { name: 'program', value: 'NAME', repeats: true, summary: 'with --match: the programs it is for' },
    { name: 'order', value: 'ORDER', summary: "with --match: EXACT 1.41's form, user host or host user" },
    { name: 'serverdefs', value: 'FILE', repeats: true, summary: 'try the rules of this servers file' },
    { name: 'line', value: 'TEXT', repeats: true, summary: 'try this line' },
    { name: 'since', value: 'TIME', summary: 'lines from then on: 7d, 2h, 09:00, or RFC 3339' },
    { name: 'limit', value: 'N', summary: 'show so many lines of a kind (default 3); 0 shows all' },
    { name: 'unmatched', summary: 'print the lines that hold an address and a user and match nothing' },
    { name: 'forge', summary: 'try to fool the rule with hostile lines; exit status 1 if one works' },
    {
      name: 'expect',
      value: 'FILE',
      summary: 'compare with the truth: LINE USER ADDRESS or LINE -, or JSON',
    },
    { name: 'suggest', summary: 'propose a stanza from lines in which the users of --user log in' },
    {
      name: 'user',
      value: 'NAME',
      repeats: true,
      summary: 'with --suggest: who logged in, as the log writes it',
    },
    { name: 'list', summary: 'list the rules that there are' },
    { name: 'show', value: 'NAME', summary: 'print the stanza of a rule, to copy and change' },
  ],
  examples: [
    ['test-rule /var/log/mail.log', 'which rules match, and what they miss'],
    [
      "test-rule --program zpopd --match '^OK u=%{USER} peer=%{PEER}$' zpopd.log",
      'try a rule before it is in a file',
    ],
  ],
  run,
};

async function run(invocation: Invocation): Promise<ExitStatus> {
  checkCombination(invocation);
  const configured = configure(invocation);
  if (configured === undefined) return invocation.status;
  const { settings } = configured;
  const shown = invocation.value('show');
  if (shown !== undefined) return showRule(invocation, settings, shown);
  if (invocation.has('suggest')) return suggest(invocation, settings);
  const under = await rulesUnderTest(invocation, settings);
  if (invocation.has('list')) return listRules(invocation, under);
  return tryRules(invocation, settings, under);
}

/** Each of these says what else is printed; two of them contradict each other. */
const answers = ['list', 'show', 'suggest', 'unmatched', 'expect', 'forge'];

function checkCombination(invocation: Invocation): void {
  const [one, other] = answers.filter((option) => invocation.has(option));
  const isMeant = other === undefined || (one === 'expect' && other === 'forge');
  const loneUser = invocation.has('user') && !invocation.has('suggest');
  if (isMeant && !loneUser) return;
  throw new Failure({
    status: ExitStatus.usage,
    where: loneUser ? '--user' : `--${one}`,
    what: loneUser ? 'says nothing without --suggest' : `cannot be given with --${other}`,
    fix: 'see exact test-rule --help',
  });
}

async function tryRules(
  invocation: Invocation,
  settings: Settings,
  under: RulesUnderTest,
): Promise<ExitStatus> {
  const truth = readTruth(invocation);
  if (invocation.status !== ExitStatus.ok) return invocation.status;
  const options = { rules: under.rules, zone: zoneOf(settings), connectWindow: settings.connectWindow };
  const trial = await createTrial(options);
  const report = reportFor(invocation, settings, under);
  const tally = new Tally();
  const samples = new Samples(options);
  const logins: Login[] = [];
  for await (const sample of sampleLines(invocation, settings)) {
    const result = trial.take(sample);
    tally.take(result);
    samples.take(sample, result);
    report.tell(sample, result);
    truth?.take(sample.context.line, sample.text);
    if (truth !== undefined && result.kind === 'read' && result.outcome.kind === 'login') {
      logins.push(result.outcome.login);
    }
  }
  report.end(tally);
  const isSilent = invocation.has('quiet') || invocation.has('unmatched') || truth !== undefined;
  if (!isSilent) tellLint(invocation, under, samples, tally.lines > 0);
  const isTrue = truth === undefined || tellComparison(invocation, truth, logins);
  const withstood = !invocation.has('forge') || (await tellForged(invocation, settings, under, samples));
  if (invocation.status !== ExitStatus.ok) return invocation.status;
  return isTrue && withstood && (tally.logins > 0 || truth !== undefined) ? ExitStatus.ok : ExitStatus.no;
}
