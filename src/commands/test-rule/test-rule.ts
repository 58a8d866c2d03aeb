/** `exact test-rule`: the debugger for parse rules. It reads lines and rules, and changes nothing. */

import type { Command } from '../../cli/command.ts';
import { configure } from '../../config/configured.ts';
import type { Settings } from '../../config/settings.ts';
import { zoneOf } from '../../config/time-zone.ts';
import { ExitStatus } from '../../exit-status.ts';
import type { Login } from '../../relay/login.ts';
import { Mender } from '../../rule-debugger/mend/mender.ts';
import { Samples } from '../../rule-debugger/samples.ts';
import { createTrial } from '../../rule-debugger/trial.ts';
import { sampleLines } from './lines.ts';
import {
  type TestRuleInvocation,
  type TestRuleOption,
  testRuleContradictions,
  testRuleModes,
  testRuleOptions,
} from './options.ts';
import { listRules, showRule } from './print-catalog.ts';
import { printComparison, readTruth } from './print-expected.ts';
import { printFixes } from './print-fixes.ts';
import { printForged } from './print-forged.ts';
import { printLint } from './print-lint.ts';
import { suggest } from './print-suggestion.ts';
import { chosenLines, reportFor } from './report.ts';
import { type RulesUnderTest, rulesUnderTest } from './rules-under-test.ts';
import { Tally } from './tally.ts';

/** The command `test-rule`. */
export const testRuleCommand: Command<TestRuleOption> = {
  name: 'test-rule',
  summary: 'try parse rules on lines, and see why a line is a login or is none',
  operands: { name: 'FILE', summary: 'log files; - is standard input; default: the configured mail log' },
  options: testRuleOptions,
  modes: testRuleModes,
  contradictions: testRuleContradictions,
  examples: [
    ['test-rule /var/log/mail.log', 'which rules match, and what do they miss?'],
    ["test-rule --program zpopd --match '^OK %{USER} %{PEER}$' log", 'try a rule before it is in a file'],
  ],
  run,
};

async function run(invocation: TestRuleInvocation): Promise<ExitStatus> {
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

async function tryRules(
  invocation: TestRuleInvocation,
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
  const mender = new Mender();
  const logins: Login[] = [];
  for await (const sample of sampleLines(invocation, settings)) {
    const result = trial.take(sample);
    tally.take(result);
    samples.take(sample, result);
    mender.take(sample, result);
    report.tell(sample, result);
    truth?.take(sample.context.line, sample.text);
    if (truth !== undefined && result.kind === 'read' && result.outcome.kind === 'login') {
      logins.push(result.outcome.login);
    }
  }
  report.end(tally);
  const isSilent = invocation.has('quiet') || chosenLines(invocation) !== undefined || truth !== undefined;
  if (!isSilent) {
    printLint(invocation, under, samples, tally.lines > 0);
    await printFixes(invocation, under, samples, { mender, options });
  }
  const isTrue = truth === undefined || printComparison(invocation, truth, logins);
  const withstood = !invocation.has('forge') || (await printForged(invocation, settings, under, samples));
  if (invocation.status !== ExitStatus.ok) return invocation.status;
  return isTrue && withstood && (tally.logins > 0 || truth !== undefined) ? ExitStatus.ok : ExitStatus.no;
}
