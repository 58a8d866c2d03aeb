/**
 * Giving up root. Whoever starts a writing command as root (cron, sudo) gets files that belong to the
 * account that Exact runs as, never to root; logs and state are opened only after that.
 */
import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Account, accountById, accountByName, groupId } from './accounts.ts';
import { ExitStatus } from './exit-status.ts';
import { Failure } from './problem.ts';

/** What decides which account a run becomes. */
export interface AccountChoice {
  readonly user?: string;
  readonly group?: string;
  /** The state file: where no user is configured, the owner of its folder serves. */
  readonly state: string;
}

/** Becomes the account that the configuration asks for, if this process is root; does nothing otherwise. */
export function dropPrivileges(choice: AccountChoice): void {
  if (process.getuid?.() !== 0) return;
  const account = chosenAccount(choice);
  if (account === undefined || account.uid === 0) return;
  const gid = choice.group === undefined ? account.gid : groupId(choice.group);
  if (gid === undefined) throw noSuch('group', choice.group ?? '');
  // @types/node does not know initgroups(3); Node has it wherever it has setuid.
  (process as { initgroups?: (user: string, group: number) => void }).initgroups?.(account.name, gid);
  process.setgid?.(gid);
  process.setuid?.(account.uid);
  // A kernel or container that lets setuid pass without effect must not go unnoticed.
  if (
    process.getuid?.() !== account.uid ||
    process.geteuid?.() !== account.uid ||
    process.getgid?.() !== gid
  ) {
    throw new Failure({
      status: ExitStatus.noPermission,
      where: `user ${account.name}`,
      what: 'cannot give up root',
      consequence: 'nothing was changed',
    });
  }
}

function chosenAccount({ user, state }: AccountChoice): Account | undefined {
  if (user !== undefined) {
    const account = accountByName(user);
    if (account === undefined) throw noSuch('user', user);
    return account;
  }
  try {
    return accountById(lstatSync(dirname(state)).uid);
  } catch {
    return undefined; // A folder that is missing is told when the lock is taken.
  }
}

function noSuch(kind: 'user' | 'group', name: string): Failure {
  return new Failure({
    status: ExitStatus.config,
    where: `${kind} ${name}`,
    what: `no such ${kind}`,
    consequence: 'nothing was changed',
    fix: `create it, or change '${kind}' in exact.conf`,
  });
}
