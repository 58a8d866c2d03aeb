/**
 * The option file of the client programs of MariaDB and MySQL, `.my.cnf` ("Using Option Files"): of it, the password in
 * `[client]`.
 */
import { inHome, noPassword, privateText } from '../shared/private-file.ts';

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
  const file = path ?? inHome('.my.cnf');
  const text = privateText(file, { mayBeMissing: path === undefined });
  if (text === undefined) return undefined;
  const password = passwordIn(text);
  if (password === undefined && path !== undefined)
    throw noPassword(file, 'has none in its section [client]');
  return password;
}
