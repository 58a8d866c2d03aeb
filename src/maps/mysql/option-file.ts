/**
 * The option file of the client programs of MariaDB and MySQL, `.my.cnf` ("Using Option Files"): of it, the password in
 * `[client]`.
 */
import { statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { readText } from '../../host/read-text.ts';
import { errnoOf, reasonOf } from '../../problem.ts';

/** Returns the last `password` of the `[client]` sections of a file, or undefined. */
export function passwordIn(text: string): string | undefined {
  let section = '';
  let password: string | undefined;
  for (const line of text.split('\n')) {
    section = /^\s*\[([^\]]*)\]/.exec(line)?.[1]?.trim() ?? section;
    const value = /^\s*password\s*=\s*(.*?)\s*$/.exec(line)?.[1];
    if (section !== 'client' || value === undefined) continue;
    const quoted = /^(["'])(.*)\1$/.exec(value);
    password = quoted?.[2] ?? value;
  }
  return password;
}

/**
 * Returns the password: from the file at `path`, which then has to have one, or else from `.my.cnf` in the home of the
 * account that Exact runs as; undefined where that is not there. A file that others may read is not used.
 *
 * @throws Error that says why there is none.
 */
export function passwordOnDisk(path?: string): string | undefined {
  const file = path ?? join(homeFolder(), '.my.cnf');
  const lack = (why: string) => new Error(`it wants a password, and ${file} ${why}`);
  let text: string;
  try {
    if ((statSync(file).mode & 0o077) !== 0) throw lack('may be read by others: chmod 600 it');
    text = readText(file);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    if (path === undefined && errnoOf(error) === 'ENOENT') return undefined;
    throw lack(`cannot be read: ${reasonOf(error)}`);
  }
  const password = passwordIn(text);
  if (password === undefined && path !== undefined) throw lack('has none in its section [client]');
  return password;
}

/** An account that no file knows, as in a container, has no home. */
function homeFolder(): string {
  try {
    return userInfo().homedir;
  } catch {
    return '/';
  }
}
