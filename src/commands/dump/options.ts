/** The words of `exact dump`: its options, and which of them each of its questions takes. */
import type { Contradiction, Mode, ModeWord, OptionSpec } from '../../cli/command.ts';
import type { Invocation } from '../../host/invocation.ts';
import { sortKeys } from './order.ts';

/** The options of `dump`. */
export const dumpOptions = [
  { name: 'user', value: 'NAME', summary: "one user's addresses; a pattern (*@example.org) works too" },
  { name: 'server', value: 'NAME', summary: 'only logins that this rule found' },
  {
    name: 'sort',
    value: 'COLUMN',
    choices: sortKeys,
    summary: `order of addresses: ${sortKeys.join(', ')}`,
  },
  { name: 'limit', value: 'N', summary: 'show so many addresses, newest first; 0 shows all' },
  { name: 'tsv', summary: 'tab-separated: address, user, server, first, last, expires, logins' },
  { name: 'denied', summary: 'whom the MTA has refused to relay for, and why each may not' },
  {
    name: 'since',
    value: 'TIME',
    summary: 'with --denied: from then on (7d, 2h, 09:00, RFC 3339); default 1h',
  },
  {
    name: 'log',
    value: 'FILE',
    repeats: true,
    summary: "with --denied: the MTA's log, where it is not the mail log",
  },
  { name: 'by-user', summary: 'a table of users: those with the most addresses first' },
  { name: 'stats', summary: 'sums: entries, servers, the last run, what was refused' },
  { name: 'revoked', summary: 'what exact expire has revoked or refuses' },
  { name: 'maps', summary: 'read each published map back and compare it with the state' },
  { name: 'settings', summary: 'the settings in force, or those named, and where each comes from' },
  { name: 'path-unit', summary: "systemd's drop-in for exact.path, which watches the mail log" },
] as const satisfies readonly OptionSpec[];

/** The name of an option of `dump`. */
export type DumpOption = (typeof dumpOptions)[number]['name'];

/** A call of `dump`. */
export type DumpInvocation = Invocation<DumpOption>;

/** What `dump` is asked, and what may be said with it. */
export const dumpModes: readonly Mode<DumpOption>[] = [
  { by: ['by-user'], takes: ['user', 'server', 'limit', 'tsv', 'json'] },
  { by: ['denied'], takes: ['since', 'log', 'limit', 'tsv', 'json'] },
  { by: ['settings'], takes: ['operands', 'json'], operands: 'SETTING' },
  { by: ['stats', 'revoked', 'maps'], takes: ['json'] },
  { by: ['path-unit'], takes: [] },
  { by: ['operands'], takes: ['json'] },
  { takes: ['user', 'server', 'sort', 'limit', 'tsv', 'json'] },
];

/** What does not go together though the same question takes it. */
export const dumpContradictions: readonly Contradiction<ModeWord<DumpOption>>[] = [
  ['tsv', 'json', 'each is another form of the same'],
];
