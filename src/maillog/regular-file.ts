/** Opening a log, which is a regular file; and why one cannot be opened, in words that help. */
import { realpathSync, type Stats, statSync } from 'node:fs';
import { ExitStatus } from '../exit-status.ts';
import { groupId, groupName, userName } from '../host/accounts.ts';
import { NotRegular, openRegular } from '../host/regular-file.ts';
import { errnoOf, Failure, type Problem, reasonOf, statusOf } from '../problem.ts';

/** A regular file that is open for reading, and what fstat(2) said of it then. */
export interface OpenFile {
  readonly path: string;
  readonly fd: number;
  readonly stat: Stats;
}

/** No file has that name. In a log's case that may pass: a rotation awaits the first new line. */
export class MissingFile extends Failure {}

/**
 * Opens a regular file for reading, symbolic links followed. Throws a {@link Failure} (exit status 66) that says
 * why it cannot be read; for want of permission it names the file's owner, group and mode.
 */
export function openRegularFile(path: string): OpenFile {
  try {
    return { path, ...openRegular(path) };
  } catch (error) {
    const problem = error instanceof NotRegular ? kindProblem(path, error) : openProblem(path, error);
    throw errnoOf(error) === 'ENOENT' ? new MissingFile(problem) : new Failure(problem);
  }
}

function kindProblem(path: string, { message, isFifo }: NotRegular): Problem {
  return {
    status: ExitStatus.noInput,
    where: path,
    what: 'cannot read',
    why: message,
    ...(isFifo && { fix: `exact parse --follow ${path} | exact update --logins -` }),
  };
}

function openProblem(path: string, error: unknown): Problem {
  const code = errnoOf(error);
  const problem = { status: statusOf(error, 'reading'), where: path, what: 'cannot open' };
  if (code === 'EACCES') return { ...problem, ...permissionProblem(path) };
  return { ...problem, why: reasonOf(error) };
}

function permissionProblem(path: string): { why: string; fix?: string } {
  const user = userName(process.geteuid?.() ?? 0);
  let stat: Stats;
  try {
    stat = statSync(path);
  } catch {
    return { why: `a directory above it is closed to user ${user}` };
  }
  const group = groupName(stat.gid);
  const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0');
  const why = `not readable by user ${user} (${userName(stat.uid)}:${group} ${mode})`;
  // Membership in root's group would give more than a log.
  const groupMayRead = (stat.mode & 0o040) !== 0 && stat.gid !== 0;
  return groupMayRead ? { why, fix: `usermod -aG ${group} ${user}` } : { why };
}

/**
 * Returns the command with which root lets this account read a mail log that is its owner's alone, as a file of Dovecot's
 * `log_path` is; undefined where that is not what keeps it from reading.
 */
export function openingFix(path: string): string | undefined {
  const stat = statIfSeen(path);
  if (!stat?.isFile() || process.geteuid?.() === 0) return undefined;
  if ((stat.mode & 0o040) !== 0 && stat.gid !== 0) return undefined;
  const group = readersGroup();
  const fix = `chgrp ${group} ${path} && chmod g+r ${path}`;
  return `${fix} # and 'create 0640 ${userName(stat.uid)} ${group}' where logrotate rotates it`;
}

/** The group that may read mail logs, if this account is in it; else its own one. */
function readersGroup(): string {
  const readers = groupId('adm');
  const isIn = readers !== undefined && process.getgroups?.().includes(readers);
  return isIn ? 'adm' : groupName(process.getegid?.() ?? 0);
}

/** Returns what stat(2) says of a path; undefined where nothing is, or where this account may not look. */
export function statIfSeen(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Reports whether a path leads to the file that one of the configured mail logs is. */
export function isMaillog(path: string, { maillogs }: { readonly maillogs: readonly string[] }): boolean {
  const stat = statIfSeen(path);
  if (stat === undefined) return false;
  return maillogs.map(statIfSeen).some((log) => log?.ino === stat.ino && log.dev === stat.dev);
}

/** Returns the file that a symbolic link leads to; any other path, and one where nothing is, as it is. */
export function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
