/** What `exact test-rule` says of rules rather than lines: lint, and with `--forge` what they can be fooled by. */
import type { ChalkInstance } from 'chalk';
import type { Settings } from '../config/settings.ts';
import { parseEnvelope } from '../rules/envelope.ts';
import { type Breach, type ForgeryKind, forgeRule } from '../rules/forge/forge.ts';
import { lintRule } from '../rules/lint.ts';
import { loadPatterns } from '../rules/pattern.ts';
import type { Rule } from '../rules/rule.ts';
import type { Samples } from '../rules/samples.ts';
import { formatTable } from '../terminal/table.ts';
import { countWords, numberWords } from '../terminal/words.ts';
import type { Invocation } from './invocation.ts';
import { coloursOf } from './test-rule-report.ts';
import type { RulesUnderTest } from './test-rule-rules.ts';
import { marked } from './test-rule-text.ts';
import { zoneOf } from './time-zone.ts';

/** Logins of an expression, and other lines, that hostile ones are made from: more say nothing new. */
const mostForged = 3;
/** Hostile lines that are shown to people. */
const mostShown = 3;
/** Hostile lines that are written as JSON. */
const mostInJson = 20;

const places: Readonly<Record<ForgeryKind, string>> = {
  user: 'address taken from inside the user name',
  host: 'address taken from the host name',
  program: 'login taken from another program',
  'other-line': 'login taken from a line that is none',
};

/** Tells what is careless about the rules under test. */
export function tellLint(
  invocation: Invocation,
  { rules, areNamed }: RulesUnderTest,
  samples: Samples,
  lines: number,
): void {
  const wanted = areNamed ? rules : rules.filter(({ origin }) => origin !== 'built in');
  const findings = wanted.flatMap((rule) => lintRule(rule, samples.matchedBy(rule), areNamed && lines > 0));
  const { stdout } = invocation.world;
  if (invocation.has('json')) {
    for (const { check, isWarning, rule, expression, what, why, fix } of findings) {
      const object = { kind: 'lint', server: rule.name, check, isWarning, what, why, fix };
      stdout.write(`${JSON.stringify({ ...object, expression: expression?.source })}\n`);
    }
    return;
  }
  if (wanted.length === 0 || (findings.length === 0 && !areNamed)) return;
  stdout.write(`lint: ${findings.length === 0 ? 'ok' : countWords(findings.length, 'finding')}\n`);
  const rows = findings.map(({ isWarning, rule, what, why, fix }) =>
    [isWarning ? 'warn' : 'note', ...(rules.length > 1 ? [rule.name] : []), what, why, fix].map((text) => ({
      text,
    })),
  );
  const columns = (rows[0] ?? []).map(() => ({ title: '' }));
  const [, ...table] = formatTable(columns, rows, undefined);
  for (const line of table) stdout.write(`  ${line}\n`);
}

/** Tries to fool the rules under test; returns whether none could be. */
export async function tellForged(
  invocation: Invocation,
  settings: Settings,
  { rules }: RulesUnderTest,
  samples: Samples,
): Promise<boolean> {
  const chalk = coloursOf(invocation);
  const compile = await loadPatterns();
  const options = { zone: zoneOf(settings), connectWindow: settings.connectWindow };
  let tried = 0;
  const breaches: (Breach & { readonly rule: Rule })[] = [];
  for (const rule of rules) {
    const logins = rule.match.flatMap((expression) =>
      samples
        .loginsOf(rule)
        .filter((sample) => sample.expression === expression)
        .slice(0, mostForged),
    );
    const result = forgeRule(rule, logins, samples.othersOf(rule).slice(0, mostForged), options, compile);
    tried += result.tried;
    breaches.push(...result.breaches.map((breach) => ({ ...breach, rule })));
  }
  const { stdout } = invocation.world;
  if (invocation.has('json')) {
    const shown = breaches.slice(0, mostInJson);
    const worked = shown.map(({ rule, kind, line, address }) => ({
      server: rule.name,
      place: kind,
      line,
      address,
    }));
    stdout.write(`${JSON.stringify({ kind: 'forge', tried, worked: breaches.length, breaches: worked })}\n`);
  } else if (!invocation.has('quiet')) {
    stdout.write(`forge: ${forgedWords(tried, breaches.length)}\n`);
    const shown = breaches.filter(
      ({ kind }, index) => breaches.findIndex((one) => one.kind === kind) === index,
    );
    for (const breach of shown.slice(0, mostShown))
      tellBreach(breach, stdout.columns, chalk, (line) => stdout.write(`${line}\n`));
  }
  return breaches.length === 0 && tried > 0;
}

function forgedWords(tried: number, breaches: number): string {
  if (tried === 0) return 'no line here is a login, so there is nothing to forge from';
  const lines = countWords(tried, 'hostile line');
  if (breaches === 0) return `${lines}, none gives another address`;
  const gives = breaches === 1 ? 'gives' : 'give';
  return `${lines}, ${numberWords(breaches)} ${gives} another address: this rule can be made an open relay`;
}

function tellBreach(
  { kind, line, span, rule }: Breach & { readonly rule: Rule },
  columns: number | undefined,
  chalk: ChalkInstance,
  write: (line: string) => void,
): void {
  const message = parseEnvelope(line)?.message ?? line;
  // The envelope is the server's own; the program's name stands in it.
  const offset = kind === 'program' || rule.isOriginalForm ? 0 : line.length - message.length;
  const { start, end } = span ?? { start: offset, end: offset };
  const width = columns === undefined ? undefined : columns - 2;
  const shown = marked(line.slice(offset), { start: start - offset, end: end - offset }, width);
  write(`  ${shown.text}`);
  write(`  ${' '.repeat(shown.indent)}${chalk.red(`${'^'.repeat(shown.width)} ${places[kind]}`)}`);
}
