/** `exact test-rule --forge`: what hostile lines the rules under test can be fooled by. */
import type { Settings } from '../../config/settings.ts';
import { zoneOf } from '../../config/time-zone.ts';
import { type ForgeryKind, shownBreach } from '../../rule-debugger/forge/forge.ts';
import { type ForgedRules, forgeRules, type RuleBreach } from '../../rule-debugger/forge/forge-rules.ts';
import { loadPatterns, type Span } from '../../rule-debugger/pattern.ts';
import type { Samples } from '../../rule-debugger/samples.ts';
import { parseEnvelope } from '../../syslog/envelope.ts';
import { countWords, numberWords } from '../../terminal/words.ts';
import { marked, markLine } from './marked-text.ts';
import type { TestRuleInvocation } from './options.ts';
import { coloursOf } from './report.ts';
import type { RulesUnderTest } from './rules-under-test.ts';

/** Hostile lines that are written as JSON; people see one of each kind. */
const mostInJson = 20;
/** Lines of servers that are shown to people: one is as bad as the next. */
const mostTaken = 5;

const places: Readonly<Record<ForgeryKind, string>> = {
  user: 'address taken from inside the user name',
  host: 'address taken from the host name',
  program: 'login taken from another program',
  'other-line': 'login taken where there is none',
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
  const forged = await forgeRules(rules, samples, options, await loadPatterns());
  const { tried, breaches, taken, failures } = forged;
  const { stdout } = invocation.world;
  const isSound = tried > 0 && breaches.length === 0 && taken.length === 0 && failures.length === 0;
  if (invocation.has('quiet')) return isSound;
  if (invocation.has('json')) {
    stdout.write(`${JSON.stringify(forgedJson(forged))}\n`);
    return isSound;
  }
  const fooled = [...new Set(breaches.map(({ rule }) => rule.name))].join(', ');
  const which = rules.length === 1 ? '' : `, by rule ${fooled}`;
  stdout.write(`forge: ${forgedWords(tried, breaches.length, which)}\n`);
  for (const kind of Object.keys(places)) {
    const breach = breaches.find((one) => one.kind === kind);
    // A rule that takes the whole line of a failed login takes it cut off too.
    if (kind === 'cut-line' && breaches.some((one) => one.kind === 'other-line')) continue;
    if (breach !== undefined) stdout.write(breachLines(breach, invocation));
  }
  for (const { rule, line, span } of failures) {
    const offset = rule.isOriginalForm ? 0 : line.length - (parseEnvelope(line)?.message ?? line).length;
    const place = { start: span.start - offset, end: span.end - offset };
    stdout.write(
      markedLines(line.slice(offset), place, 'login taken from a line that says this', invocation),
    );
  }
  for (const { server, shape, line } of taken.slice(0, mostTaken)) {
    const words = `login taken from what ${server} writes: ${shape}`;
    stdout.write(markedLines(line, { start: 0, end: 1 }, words, invocation));
  }
  return isSound;
}

function forgedWords(tried: number, breaches: number, which: string): string {
  if (tried === 0) return 'no line here is a login, so there is nothing to forge from';
  const lines = countWords(tried, 'hostile line');
  if (breaches === 0) return `${lines}, none gives another address`;
  const gives = breaches === 1 ? 'gives' : 'give';
  return `${lines}, ${numberWords(breaches)} ${gives} another address: an open relay${which}`;
}

function breachLines(breach: RuleBreach, invocation: TestRuleInvocation): string {
  const { kind, rule } = breach;
  const line = shownBreach(breach);
  const span = kind === 'cut-line' ? { start: line.length - 1, end: line.length } : breach.span;
  const message = parseEnvelope(line)?.message ?? line;
  // The envelope is the server's own; the program's name stands in it.
  const offset = kind === 'program' || rule.isOriginalForm ? 0 : line.length - message.length;
  const { start, end } = span ?? { start: offset, end: offset };
  return markedLines(
    line.slice(offset),
    { start: start - offset, end: end - offset },
    places[kind],
    invocation,
  );
}

/** A line, and what is to be said of a part of it below. */
function markedLines(text: string, part: Span, words: string, invocation: TestRuleInvocation): string {
  const { columns } = invocation.world.stdout;
  const width = columns === undefined ? undefined : columns - 2;
  const shown = marked(text, part, width);
  return `  ${shown.before}${shown.rest}\n  ${markLine(shown, words, coloursOf(invocation).red, width)}\n`;
}

function forgedJson({ tried, breaches, taken, failures }: ForgedRules): object {
  return {
    kind: 'forge',
    tried,
    worked: breaches.length,
    breaches: breaches.slice(0, mostInJson).map(breachJson),
    taken: taken.map(({ rule, server, shape, line }) => ({ server: rule.name, of: server, shape, line })),
    failures: failures.map(({ rule, line }) => ({ server: rule.name, line })),
  };
}

function breachJson({ rule, kind, line, address }: RuleBreach): object {
  return { server: rule.name, place: kind, line, address };
}
