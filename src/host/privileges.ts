/**
 * Giving up root. Whoever starts a writing command as root (cron, sudo) gets files that belong to the
 * account that Exact runs as, never to root; logs and state are opened only after that.
 */
import { spawnSync } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { ExitStatus } from '../exit-status.ts';
import { errnoOf, Failure, reasonOf } from '../problem.ts';
import { type Account, accountById, accountByName, groupId } from './accounts.ts';

/** What decides which account a run becomes. */
export interface AccountChoice {
  readonly user?: string;
  readonly group?: string;
  /** The state file: where no user is configured, the owner of its folder serves. */
  readonly state: string;
}

/** The work was done by another process, which this one started since it could not give up root itself. */
export class HandedOver extends Error {
  /** The exit status of that process. */
  readonly status: number;

  constructor(status: number) {
    super('done by another process');
    this.status = status;
  }
}

/**
 * Becomes the account that the configuration asks for, if this process is root; does nothing otherwise. Throws
 * {@link HandedOver} when this command line has been run, to its end, by a process of that account, which was given
 * some variables in addition.
 */
export function dropPrivileges(choice: AccountChoice, handed: Readonly<Record<string, string>> = {}): void {
  if (process.getuid?.() !== 0) return;
  const account = chosenAccount(choice);
  if (account === undefined || account.uid === 0) return;
  const gid = choice.group === undefined ? account.gid : groupId(choice.group);
  if (gid === undefined) throw noSuch('group', choice.group ?? '');
  rememberRoot();
  try {
    // @types/node does not know initgroups(3); Node has it wherever it has setuid.
    (process as { initgroups?: (user: string, group: number) => void }).initgroups?.(account.name, gid);
    process.setgid?.(gid);
    process.setuid?.(account.uid);
  } catch (error) {
    // Node 20 on the libuv of the system, as Debian 13 has it, refuses all three: io_uring might keep the rights of
    // root (CVE-2024-22017). A process that starts without them has nothing to keep.
    if (errnoOf(error) !== 'ERR_INVALID_STATE') throw error;
    throw new HandedOver(runAs(account, gid, handed));
  }
  // A kernel or container that lets setuid pass without effect must not go unnoticed.
  if (
    process.getuid?.() !== account.uid ||
    process.geteuid?.() !== account.uid ||
    process.getgid?.() !== gid
  ) {
    throw cannotGiveUpRoot(account);
  }
}

/** `docker exec` and nsenter(1) name nobody in the environment; once root is given up, nobody could tell that it was root. */
function rememberRoot(): void {
  const { env } = process;
  if ((env.SUDO_USER ?? env.LOGNAME ?? env.USER) === undefined) env.SUDO_USER = 'root';
}

/** Runs this command line once more, as an account with its groups, and returns the exit status. */
function runAs(account: Account, gid: number, handed: Readonly<Record<string, string>>): number {
  const become = [`--reuid=${account.uid}`, `--regid=${gid}`, '--init-groups'];
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const run = spawnSync('setpriv', [...become, '--', ...command], {
    stdio: 'inherit',
    env: { ...process.env, ...handed },
  });
  if (run.error !== undefined) {
    const why = errnoOf(run.error) === 'ENOENT' ? 'no program setpriv (util-linux)' : reasonOf(run.error);
    throw cannotGiveUpRoot(account, `this Node.js does not let it, and ${why}`);
  }
  return run.status ?? 128 + (run.signal === null ? 0 : constants.signals[run.signal]);
}

function cannotGiveUpRoot({ name }: Account, why?: string): Failure {
  return new Failure({
    status: ExitStatus.noPermission,
    where: `user ${name}`,
    what: 'cannot give up root',
    ...(why === undefined ? {} : { why }),
    consequence: 'nothing was changed',
    ...(why === undefined ? {} : { fix: `start it as user ${name}` }),
  });
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
    ...(kind === 'user' ? { kind: 'no such user' } : {}),
    status: ExitStatus.config,
    where: `${kind} ${name}`,
    what: `no such ${kind}`,
    consequence: 'nothing was changed',
    fix: `create it, or change '${kind}' in exact.conf`,
  });
}
