/** The words of `exact update`: its options, and which of them each thing that it does takes. */
import type { Mode, OptionSpec } from '../../cli/command.ts';
import type { Invocation } from '../../host/invocation.ts';

/** The options of `update`. */
export const updateOptions = [
  { name: 'dry-run', summary: 'print what would be done; change nothing' },
  {
    name: 'check',
    summary: 'print all that is wrong with this host, and how to fix it; change nothing',
  },
  {
    name: 'as',
    value: 'ADDRESS',
    needs: 'check',
    summary: "with --check: play this client's SMTP conversation, and print what the MTA says",
  },
  { name: 'helo', value: 'NAME', needs: 'as', summary: 'with --as: what the client calls itself' },
  { name: 'sender', value: 'ADDRESS', needs: 'as', summary: 'with --as: the sender of its mail' },
  { name: 'recipient', value: 'ADDRESS', needs: 'as', summary: 'with --as: the recipient of its mail' },
  { name: 'rebuild', summary: 'forget the table and read the end of the log again' },
  {
    name: 'logins',
    value: 'FILE',
    summary: 'read logins from exact parse (-: standard input, as they come), and no log',
  },
  {
    name: 'permit',
    value: 'ADDRESS',
    needs: 'for',
    summary: 'permit this address by hand, without a login; exact expire ends that',
  },
  {
    name: 'user',
    value: 'NAME',
    summary: 'with --permit: who asked for it, as the log would write the name',
  },
  { name: 'for', value: 'DURATION', summary: 'with --permit: for so long (2h), a week at most' },
  { name: 'note', value: 'TEXT', summary: 'with --permit: why, for exact dump and the log' },
] as const satisfies readonly OptionSpec[];

/** The name of an option of `update`. */
export type UpdateOption = (typeof updateOptions)[number]['name'];

/** A call of `update`. */
export type UpdateInvocation = Invocation<UpdateOption>;

/**
 * What `update` does, and what may be said with it: a look at the host changes nothing, `--logins` and `--permit` read no
 * log.
 */
export const updateModes: readonly Mode<UpdateOption>[] = [
  { by: ['check'], takes: ['as', 'helo', 'sender', 'recipient', 'json'] },
  { by: ['logins'], takes: ['dry-run', 'json'] },
  { by: ['permit'], needs: ['user'], takes: ['user', 'for', 'note', 'dry-run', 'json'] },
  { takes: ['dry-run', 'rebuild', 'json'] },
];
