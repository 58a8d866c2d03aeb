/** The words of `exact dump`: its options, and which of them each of its questions takes. */
import type { Contradiction, Mode, ModeWord, OptionSpec } from '../../cli/command.ts';
import type { Invocation } from '../../host/invocation.ts';
import { sortKeys } from './order.ts';

/** The options of `dump`. */
export const dumpOptions = [
  {
    name: 'user',
    value: 'NAME',
    summary: "show one user's addresses, or those of a pattern (*@example.org)",
  },
  { name: 'server', value: 'NAME', summary: 'show only logins that this rule found' },
  {
    name: 'sort',
    value: 'COLUMN',
    choices: sortKeys,
    summary: `sort addresses by one of: ${sortKeys.join(', ')}`,
  },
  { name: 'limit', value: 'N', summary: 'show at most so many rows, newest first; 0 shows all' },
  { name: 'tsv', summary: 'print tab-separated: address, user, server, first, last, expires, logins' },
  { name: 'denied', summary: 'show whom the MTA has refused to relay for, and why' },
  {
    name: 'since',
    value: 'TIME',
    summary: 'with --denied: refusals since then (7d, 2h, 09:00, RFC 3339); default 1h',
  },
  {
    name: 'log',
    value: 'FILE',
    repeats: true,
    summary: 'with --denied: read this log of the MTA, if it is not the mail log',
  },
  { name: 'by-user', summary: 'show a table of users, those with the most addresses first' },
  { name: 'stats', summary: 'show sums: entries, servers, the last run, what was refused' },
  { name: 'revoked', summary: 'show what exact expire has revoked or refuses' },
  { name: 'maps', summary: 'read each published map back and compare it with the state' },
  { name: 'shared', summary: 'show the entries of all hosts, in tables that hosts share' },
  { name: 'hosts', summary: 'show the hosts that write to these tables, and how each of them does' },
  { name: 'settings', summary: 'show all settings in force, or those named, and where each comes from' },
  { name: 'path-unit', summary: 'print the systemd drop-in by which exact.path watches the mail log' },
] as const satisfies readonly OptionSpec[];

/** The name of an option of `dump`. */
export type DumpOption = (typeof dumpOptions)[number]['name'];

/** A call of `dump`. */
export type DumpInvocation = Invocation<DumpOption>;

/** What `dump` is asked, and what may be said with it. */
export const dumpModes: readonly Mode<DumpOption>[] = [
  { by: ['by-user'], takes: ['user', 'server', 'limit', 'tsv', 'json'] },
  { by: ['denied'], takes: ['since', 'log', 'limit', 'tsv', 'json'] },
  { by: ['shared'], takes: ['operands', 'user', 'limit', 'tsv', 'json'] },
  { by: ['hosts'], takes: ['json'] },
  { by: ['settings'], takes: ['operands', 'json'], operands: 'SETTING' },
  { by: ['stats', 'revoked', 'maps'], takes: ['json'] },
  { by: ['path-unit'], takes: [] },
  { by: ['operands'], takes: ['json'] },
  { takes: ['user', 'server', 'sort', 'limit', 'tsv', 'json'] },
];

/** What does not go together though the same question takes it. */
export const dumpContradictions: readonly Contradiction<ModeWord<DumpOption>>[] = [
  ['tsv', 'json', 'each is another form of the same'],
  ['user', 'operands', 'entries are found by one of them'],
];
