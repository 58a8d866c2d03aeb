/** The words of `exact parse`: its options, and which of them go with the lines that are no login. */
import type { Contradiction, Mode, ModeWord, OptionSpec } from '../../cli/command.ts';
import type { Invocation } from '../../host/invocation.ts';

/** The options of `parse`. */
export const parseOptions = [
  { name: 'server', value: 'NAME', repeats: true, summary: 'use only this rule (auto: every rule)' },
  { name: 'since', value: 'TIME', summary: 'print logins since then: 7d, 2h, 09:00, or RFC 3339' },
  { name: 'until', value: 'TIME', summary: 'print logins before then' },
  { name: 'year', value: 'YEAR', summary: 'take this for the year of stamps that have none' },
  { name: 'follow', summary: 'keep reading, and print logins as they are written' },
  { name: 'count', summary: 'print only the number of logins' },
  { name: 'invert', summary: 'print the lines that are not logins' },
] as const satisfies readonly OptionSpec[];

/** The name of an option of `parse`. */
export type ParseOption = (typeof parseOptions)[number]['name'];

/** A call of `parse`. */
export type ParseInvocation = Invocation<ParseOption>;

/** What `parse` prints. Lines that are no login have no fields and, for all that is known, no time. */
export const parseModes: readonly Mode<ParseOption>[] = [
  { by: ['invert'], takes: ['server', 'follow', 'count', 'operands'] },
  { takes: ['server', 'since', 'until', 'year', 'follow', 'count', 'json', 'operands'] },
];

/** What does not go together though both print the same. */
export const parseContradictions: readonly Contradiction<ModeWord<ParseOption>>[] = [
  ['follow', 'count', '--follow has no end at which a number could be printed'],
];
