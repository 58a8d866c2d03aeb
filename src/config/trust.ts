/**
 * Whether a configuration can be believed. What it says is done with the rights of whoever runs Exact, so for
 * root nobody else may be able to change it, nor put another file in its place.
 */
import { dirname } from 'node:path';
import { ExitStatus } from '../exit-status.ts';
import type { Problem } from '../problem.ts';
import type { FileAccess, Permissions } from './locate.ts';

const writableByGroup = 0o020;
const writableByOthers = 0o002;
const readableByOthers = 0o004;
const sticky = 0o1000;

/**
 * Returns why root should not use a configuration or rules file, first for the file and then for each folder
 * above it, with and without symbolic links; nothing if all is well, or if the file cannot be looked at, which
 * reading it will tell.
 */
export function distrust(file: string, files: FileAccess): Problem[] {
  const paths = new Set<string>();
  for (const path of [file, resolvedOr(file, files)]) {
    for (let each = path; !paths.has(each); each = dirname(each)) paths.add(each);
  }
  const beside = new Set([dirname(file), dirname(resolvedOr(file, files))]);
  return [...paths].flatMap((path) => {
    const permissions = permissionsOf(path, files);
    if (permissions === undefined) return [];
    // Above the file's own folder a sticky folder such as /tmp lets nobody replace what is another's.
    const isAbove = path !== file && path !== resolvedOr(file, files) && !beside.has(path);
    const isSafe = isAbove && (permissions.mode & sticky) !== 0 && permissions.uid === 0;
    const reason = isSafe ? undefined : whoElseWrites(permissions);
    return reason === undefined ? [] : [untrusted(path, ...reason)];
  });
}

function whoElseWrites({ uid, gid, mode }: Permissions): [why: string, fix: string] | undefined {
  if (uid !== 0) return [`uid ${uid} may write it, and root would do what it says`, 'chown root'];
  if ((mode & writableByOthers) !== 0) return ['everybody may write it', 'chmod go-w'];
  if ((mode & writableByGroup) !== 0 && gid !== 0) return [`group ${gid} may write it`, 'chmod g-w'];
  return undefined;
}

function untrusted(path: string, why: string, fix: string): Problem {
  return { status: ExitStatus.config, where: path, what: 'cannot be trusted', why, fix: `${fix} ${path}` };
}

/** Returns what is wrong with a file that holds a password: others can read it. Whoever runs Exact. */
export function exposure(file: string, files: FileAccess): Problem[] {
  const permissions = permissionsOf(file, files);
  if (permissions === undefined || (permissions.mode & readableByOthers) === 0) return [];
  return [
    {
      status: ExitStatus.config,
      where: file,
      what: 'holds a database password',
      why: 'everybody may read it',
      fix: `chmod o-r ${file}, and change the password`,
    },
  ];
}

function permissionsOf(path: string, files: FileAccess): Permissions | undefined {
  try {
    return files.permissions(path);
  } catch {
    return undefined;
  }
}

function resolvedOr(path: string, files: FileAccess): string {
  try {
    return files.realPath(path);
  } catch {
    return path;
  }
}
