/** `exact test-rule --forge`: what hostile lines the rules under test can be fooled by. */
import type { Settings } from '../../config/settings.ts';
import { zoneOf } from '../../config/time-zone.ts';
import { type ForgeryKind, shownBreach } from '../../rule-debugger/forge/forge.ts';
import { forgeRules, type RuleBreach } from '../../rule-debugger/forge/forge-rules.ts';
import { loadPatterns } from '../../rule-debugger/pattern.ts';
import type { Samples } from '../../rule-debugger/samples.ts';
import { parseEnvelope } from '../../syslog/envelope.ts';
import { countWords, numberWords } from '../../terminal/words.ts';
import { marked } from './marked-text.ts';
import type { TestRuleInvocation } from './options.ts';
import { coloursOf } from './report.ts';
import type { RulesUnderTest } from './rules-under-test.ts';

/** Hostile lines that are written as JSON; people see one of each kind. */
const mostInJson = 20;

const places: Readonly<Record<ForgeryKind, string>> = {
  user: 'address taken from inside the user name',
  host: 'address taken from the host name',
  program: 'login taken from another program',
  'other-line': 'login taken from a line that is none',
  'cut-line': 'login taken from a failed one that is cut off here',
};

/** Tries to fool the rules under test; returns whether that was tried and none could be. */
export async function printForged(
  invocation: TestRuleInvocation,
  settings: Settings,
  { rules }: RulesUnderTest,
  samples: Samples,
): Promise<boolean> {
  const options = { zone: zoneOf(settings), connectWindow: settings.connectWindow };
  const { tried, breaches } = forgeRules(rules, samples, options, await loadPatterns());
  const { stdout } = invocation.world;
  const isSound = tried > 0 && breaches.length === 0;
  if (invocation.has('quiet')) return isSound;
  if (invocation.has('json')) {
    const first = breaches.slice(0, mostInJson).map(breachJson);
    stdout.write(`${JSON.stringify({ kind: 'forge', tried, worked: breaches.length, breaches: first })}\n`);
  } else {
    const fooled = [...new Set(breaches.map(({ rule }) => rule.name))].join(', ');
    const which = rules.length === 1 ? 'this rule' : `rule ${fooled}`;
    stdout.write(`forge: ${forgedWords(tried, breaches.length, which)}\n`);
    for (const kind of Object.keys(places)) {
      const breach = breaches.find((one) => one.kind === kind);
      // A rule that takes the whole line of a failed login takes it cut off too.
      if (kind === 'cut-line' && breaches.some((one) => one.kind === 'other-line')) continue;
      if (breach !== undefined) stdout.write(breachLines(breach, invocation));
    }
  }
  return isSound;
}

function forgedWords(tried: number, breaches: number, which: string): string {
  if (tried === 0) return 'no line here is a login, so there is nothing to forge from';
  const lines = countWords(tried, 'hostile line');
  if (breaches === 0) return `${lines}, none gives another address`;
  const gives = breaches === 1 ? 'gives' : 'give';
  return `${lines}, ${numberWords(breaches)} ${gives} another address: ${which} can be made an open relay`;
}

function breachLines(breach: RuleBreach, invocation: TestRuleInvocation): string {
  const { kind, rule } = breach;
  const line = shownBreach(breach);
  const span = kind === 'cut-line' ? { start: line.length - 1, end: line.length } : breach.span;
  const message = parseEnvelope(line)?.message ?? line;
  // The envelope is the server's own; the program's name stands in it.
  const offset = kind === 'program' || rule.isOriginalForm ? 0 : line.length - message.length;
  const { start, end } = span ?? { start: offset, end: offset };
  const { columns } = invocation.world.stdout;
  const width = columns === undefined ? undefined : columns - 2;
  const shown = marked(line.slice(offset), { start: start - offset, end: end - offset }, width);
  const carets = coloursOf(invocation).red(`${'^'.repeat(shown.width)} ${places[kind]}`);
  return `  ${shown.before}${shown.rest}\n  ${' '.repeat(shown.indent)}${carets}\n`;
}

function breachJson({ rule, kind, line, address }: RuleBreach): object {
  return { server: rule.name, place: kind, line, address };
}
