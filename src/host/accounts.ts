/**
 * User and group ids by name. Node has no getpwnam(3); the local files answer for the accounts that mail
 * software runs as, and getent(1) for those of a directory service.
 */

import { spawnSync } from 'node:child_process';
import { readText } from './read-text.ts';

/** A user account: its name, and its numeric user and primary group id. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Returns the fields of the first line of passwd(5) or group(5) for which `isWanted` holds. */
function findLine(
  database: 'passwd' | 'group',
  key: string,
  isWanted: (fields: string[]) => boolean,
): string[] | undefined {
  for (const line of readText(`/etc/${database}`).split('\n')) {
    const fields = line.split(':');
    if (fields.length >= 3 && isWanted(fields)) return fields;
  }
  return askGetent(database, key)?.split(':');
}

function askGetent(database: 'passwd' | 'group', key: string): string | undefined {
  // A name is one word of a configuration file; one that looks like an option is no account's.
  if (!/^[A-Za-z0-9_.][-A-Za-z0-9_.@$]*$/.test(key)) return undefined;
  const answer = spawnSync('getent', [database, key], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin' },
    timeout: 5000,
  });
  return answer.status === 0 ? answer.stdout.split('\n')[0] : undefined;
}

function accountOf(fields: string[] | undefined): Account | undefined {
  if (fields === undefined || fields[0] === undefined) return undefined;
  return { name: fields[0], uid: Number(fields[2]), gid: Number(fields[3]) };
}

/** Returns the account with a name, or undefined. */
export function accountByName(name: string): Account | undefined {
  return accountOf(findLine('passwd', name, (fields) => fields[0] === name));
}

/** Returns the account with a numeric user id, or undefined. */
export function accountById(uid: number): Account | undefined {
  return accountOf(findLine('passwd', String(uid), (fields) => fields[2] === String(uid)));
}

/** Returns the name of a user, for a message; the number where it has none, or where none can be found out. */
export function userName(uid: number): string {
  return nameOf('passwd', uid);
}

/** Returns the name of a group, as {@link userName} does. */
export function groupName(gid: number): string {
  return nameOf('group', gid);
}

function nameOf(database: 'passwd' | 'group', id: number): string {
  try {
    const [name] = findLine(database, String(id), (fields) => fields[2] === String(id)) ?? [];
    return name || String(id);
  } catch {
    return String(id); // A message does not fail for want of a name.
  }
}

/** Returns the numeric id of a group by its name, or undefined. */
export function groupId(name: string): number | undefined {
  const fields = findLine('group', name, (parts) => parts[0] === name);
  return fields === undefined ? undefined : Number(fields[2]);
}
