/** The words of `exact expire`: its options, and which of them revoking, its undoing and expiry alone take. */
import type { Mode, OptionSpec } from '../../cli/command.ts';
import type { Invocation } from '../../host/invocation.ts';

/** The options of `expire`. */
export const expireOptions = [
  { name: 'user', value: 'NAME', repeats: true, summary: 'revoke every address of this user' },
  { name: 'all', summary: 'revoke every address' },
  { name: 'for', value: 'DURATION', summary: 'also refuse new logins for so long (24h)' },
  { name: 'undo', summary: 'stop refusing what --for refused' },
  { name: 'forget-host', value: 'NAME', summary: 'take a host that is gone out of shared tables' },
  { name: 'dry-run', summary: 'print what would be done; change nothing' },
] as const satisfies readonly OptionSpec[];

/** The name of an option of `expire`. */
export type ExpireOption = (typeof expireOptions)[number]['name'];

/** A call of `expire`. */
export type ExpireInvocation = Invocation<ExpireOption>;

/** What is revoked, in any number. */
const subjects = ['operands', 'user', 'all'] as const;

/** What `expire` does, and what may be said with it. */
export const expireModes: readonly Mode<ExpireOption>[] = [
  { by: ['forget-host'], takes: [] },
  { by: ['undo'], needs: subjects, takes: [...subjects, 'dry-run', 'json'] },
  { by: subjects, takes: [...subjects, 'for', 'dry-run', 'json'] },
  { takes: ['dry-run', 'json'] },
];
