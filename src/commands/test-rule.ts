/** `exact test-rule`: the debugger for parse rules. It reads lines and rules, and changes nothing. */
import type { Settings } from '../config/settings.ts';
import { ExitStatus } from '../exit-status.ts';
import { createTrial, type LineResult } from '../rules/trial.ts';
import { chooseColours } from '../terminal/colour.ts';
import { escapeControls } from '../terminal/escape.ts';
import type { Command } from './command.ts';
import { configure } from './configured.ts';
import type { Invocation } from './invocation.ts';
import { listRules, showRule } from './test-rule-catalog.ts';
import { lineJson } from './test-rule-json.ts';
import { sampleLines } from './test-rule-lines.ts';
import { LineReport } from './test-rule-report.ts';
import { type RulesUnderTest, rulesUnderTest } from './test-rule-rules.ts';
import { summaryJson, summaryLines } from './test-rule-summary.ts';
import { Tally } from './test-rule-tally.ts';
import { createVerdicts } from './test-rule-verdict.ts';
import { zoneOf } from './time-zone.ts';

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
    { name: 'unmatched', summary: 'list the lines that hold an address and a user and match nothing' },
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
  const configured = configure(invocation);
  if (configured === undefined) return invocation.status;
  const { settings } = configured;
  const shown = invocation.value('show');
  if (shown !== undefined) return showRule(invocation, settings, shown);
  const under = await rulesUnderTest(invocation, settings);
  if (invocation.has('list')) return listRules(invocation, under);
  return tryRules(invocation, settings, under);
}

async function tryRules(
  invocation: Invocation,
  settings: Settings,
  under: RulesUnderTest,
): Promise<ExitStatus> {
  const zone = zoneOf(settings);
  const trial = await createTrial({ rules: under.rules, zone, connectWindow: settings.connectWindow });
  const verdicts = createVerdicts(invocation, settings);
  const { stdout } = invocation.world;
  const write = (line: string) => stdout.write(`${line}\n`);
  const isJson = invocation.has('json');
  const listsUnmatched = invocation.has('unmatched');
  const tellsLines = !isJson && !listsUnmatched && !invocation.has('quiet');
  const report = new LineReport({
    write,
    chalk: chooseColours({
      option: invocation.value('color'),
      env: invocation.world.env,
      isTerminal: stdout.isTerminal,
    }),
    width: stdout.columns,
    zone,
    verdicts,
    limit: invocation.count('limit') ?? 3,
    namesRules: under.rules.length > 1,
  });
  const tally = new Tally();
  for await (const sample of sampleLines(invocation)) {
    const result = trial.take(sample.text, sample.context, sample.isAsked);
    tally.take(result);
    if (isJson) {
      const object = lineJson(sample, result, verdicts);
      if (object !== undefined) write(JSON.stringify(object));
    } else if (tellsLines) report.tell(sample, result);
    if (listsUnmatched && !isJson && isUnmatched(result)) {
      write(
        `${escapeControls(sample.context.source)}:${sample.context.line}: ${escapeControls(sample.text)}`,
      );
    }
  }
  if (tellsLines) report.end();
  if (isJson) write(JSON.stringify(summaryJson(tally)));
  else if (!invocation.has('quiet')) for (const line of summaryLines(tally, under)) write(line);
  return tally.logins > 0 ? ExitStatus.ok : ExitStatus.no;
}

function isUnmatched(result: LineResult): boolean {
  return result.kind === 'missed' || (result.kind === 'passed' && result.mentionsLogin);
}
