/** Files in which the client programs of databases keep passwords: only their owner may read them. */
import { statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { readText } from '../../host/read-text.ts';
import { errnoOf, reasonOf } from '../../problem.ts';

/** Returns the path of a file in the home of the account that Exact runs as, which an account that no file knows lacks. */
export function inHome(name: string): string {
  let home = '/';
  try {
    home = userInfo().homedir;
  } catch {
    // As in a container.
  }
  return join(home, name);
}

/** Returns an Error that says why there is no password in a file. */
export function noPassword(path: string, why: string): Error {
  return new Error(`it wants a password, and ${path} ${why}`);
}

/**
 * Returns the text of a file that nobody else may read; undefined where it is not there and `mayBeMissing`.
 *
 * @throws Error that says why there is none, as of {@link noPassword}.
 */
export function privateText(path: string): string;
export function privateText(path: string, options: { readonly mayBeMissing: boolean }): string | undefined;
export function privateText(path: string, { mayBeMissing = false } = {}): string | undefined {
  try {
    if ((statSync(path).mode & 0o077) !== 0) throw noPassword(path, 'may be read by others: chmod 600 it');
    return readText(path);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    if (mayBeMissing && errnoOf(error) === 'ENOENT') return undefined;
    throw noPassword(path, `cannot be read: ${reasonOf(error)}`);
  }
}
