/** The parts of a line that a rule has read: where its stamp, host, program, user and address stand. */

import type { Outcome } from '../recognize/outcome.ts';
import { addressGroups } from '../rules/address-groups.ts';
import type { Captures, Expression, Rule } from '../rules/rule.ts';
import type { LogRecord } from '../syslog/envelope.ts';
import type { CompilePattern, Pattern, Span } from './pattern.ts';

/** Where the parts of a line stand, each where it has one: offsets in the line. */
export interface LineParts {
  readonly stamp?: Span;
  readonly host?: Span;
  readonly program?: Span;
  readonly user?: Span;
  readonly address?: Span;
  /** What the expression matched, whole. */
  readonly match: Span;
}

/** How a line was read. */
export interface LineReading {
  /** The line that the parts stand in: of JSON the one that says the same in a file. */
  readonly line: string;
  readonly rule: Rule;
  readonly expression: Expression;
  readonly parts: LineParts;
}

/** Returns how a line was read that came to an outcome; undefined for one that no expression matches. */
export type FindParts = (outcome: Outcome, record: LogRecord, line: string) => LineReading | undefined;

/** Returns a finder for the lines that a recognizer reads. */
export function createPartsFinder(
  rulesFor: (program: string) => readonly Rule[],
  compile: CompilePattern,
): FindParts {
  const patterns = new Map<Expression, Pattern>();
  return (outcome, record, line) => {
    const name = serverOf(outcome);
    for (const rule of rulesFor(record.program)) {
      if (rule.name !== name) continue;
      const text = rule.isOriginalForm ? line : record.message;
      for (const expression of expressionsOf(rule, outcome)) {
        // As the recognizer does it: without a blank at the end first.
        const captures = expression.match(text.replace(/ $/, '')) ?? expression.match(text);
        if (captures === undefined) continue;
        let pattern = patterns.get(expression);
        if (pattern === undefined) {
          pattern = compile(expression.expanded, rule.isOriginalForm);
          patterns.set(expression, pattern);
        }
        const found = shifted(spansOf(pattern, rule, text, captures), line.length - text.length);
        return { line, rule, expression, parts: { ...envelopeParts(record, line), ...found } };
      }
    }
    return undefined;
  };
}

/** Returns the name of the rule that an outcome comes from; the first of two that read the line differently. */
export function serverOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'login':
      return outcome.login.server;
    case 'logout':
      return outcome.logout.server;
    case 'conflict':
      return outcome.rules[0];
    default:
      return outcome.rule;
  }
}

function expressionsOf(rule: Rule, { kind }: Outcome): readonly Expression[] {
  if (kind === 'connect' || kind === 'logout') return rule[kind];
  // A connect line is refused too, where its process may not write one.
  return kind === 'refused' ? [...rule.match, ...rule.connect] : rule.match;
}

type MatchParts = Pick<LineParts, 'user' | 'address' | 'match'>;

function spansOf(pattern: Pattern, rule: Rule, text: string, captures: Captures): MatchParts {
  const found = pattern.find(text.replace(/ $/, '')) ?? pattern.find(text);
  if (found === undefined) return { match: { start: 0, end: text.length } };
  // Without names, the groups are known by what they took: the second and third, or the first and second.
  const numbers = pattern.groups > 2 ? [2, 3] : [1, 2];
  const named = (names: readonly string[]) => names.filter((name) => pattern.names.includes(name));
  const spanOf = (which: readonly (string | number)[], taken: string | undefined): Span | undefined =>
    which
      .map((group) => found.group(group))
      .find((span) => span !== undefined && text.slice(span.start, span.end) === taken);
  const user = spanOf(rule.isOriginalForm ? numbers : named(['user']), captures.user);
  const address = spanOf(rule.isOriginalForm ? numbers : named(addressGroups), captures.address);
  return {
    match: { start: found.start, end: found.end },
    ...(user === undefined ? {} : { user }),
    ...(address === undefined ? {} : { address }),
  };
}

function shifted({ match, user, address }: MatchParts, offset: number): MatchParts {
  const shift = ({ start, end }: Span): Span => ({ start: start + offset, end: end + offset });
  return {
    match: shift(match),
    ...(user === undefined ? {} : { user: shift(user) }),
    ...(address === undefined ? {} : { address: shift(address) }),
  };
}

/** Returns where the parts of a line stand that are before its message: they have this order in every form. */
export function envelopeParts(
  record: LogRecord,
  line: string,
): Pick<LineParts, 'stamp' | 'host' | 'program'> {
  const end = line.length - record.message.length;
  const parts: { stamp?: Span; host?: Span; program?: Span } = {};
  let from = 0;
  for (const name of ['stamp', 'host', 'program'] as const) {
    const start = record[name] === '' ? -1 : line.indexOf(record[name], from);
    if (start < 0 || start >= end) continue;
    from = start + record[name].length;
    parts[name] = { start, end: from };
  }
  return parts;
}
