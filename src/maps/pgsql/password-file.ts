/**
 * The password file of PostgreSQL's programs, `.pgpass` (libpq, "The Password File"): lines of
 * `host:port:database:user:password`, each of the first four perhaps `*`, with `\:` and `\\` for those characters.
 */
import { inHome, noPassword, privateText } from '../shared/private-file.ts';
import type { Target } from '../shared/target.ts';

/** Whom a password is for. */
export type DatabaseLogin = Pick<Target, 'host' | 'port' | 'database'> & { readonly user: string };

/** Returns the password of the first line that fits, or undefined. A socket's folder goes by `localhost` too. */
export function passwordIn(text: string, { host, port, database, user }: DatabaseLogin): string | undefined {
  const hosts = host.startsWith('/') ? [host, 'localhost'] : [host];
  const wanted = [hosts, [String(port)], [database], [user]];
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) continue;
    const fields = (line.match(/(?:\\.|[^:\\])*(?::|$)/g) ?? []).map((field) =>
      field.replace(/:$/, '').replace(/\\(.)/g, '$1'),
    );
    const fits = wanted.every((names, index) => ['*', ...names].includes(fields[index] ?? ''));
    if (fits && fields[4] !== undefined) return fields[4];
  }
  return undefined;
}

/**
 * Returns the password for a login: from the file at `path`, by default the one that PGPASSFILE names, or `.pgpass` in
 * the home of the account that Exact runs as. A file that others may read is not used, as with libpq.
 *
 * @throws Error that says why there is none.
 */
export function passwordOnDisk(
  login: DatabaseLogin,
  env: NodeJS.ProcessEnv,
  path = env.PGPASSFILE ?? inHome('.pgpass'),
): string {
  const password = passwordIn(privateText(path), login);
  if (!password) {
    throw noPassword(path, `has none for ${login.host}:${login.port}:${login.database}:${login.user}`);
  }
  return password;
}
