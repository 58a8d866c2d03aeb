/** Two hosts on which people read their mail, one table in PostgreSQL: what the tests of shared tables work with. */
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './commands-inside.ts';
import { type InstalledExact, installExact } from './installed-exact.ts';
import { hostAddress, type Namespace } from './namespace.ts';
import { type Postgres, startPostgres } from './postgres.ts';

/** The hosts; they share a machine, and nothing but the table. */
type HostName = 'alpha' | 'beta';

/** A server and two installations of Exact that write to it. */
export interface PgsqlHosts {
  readonly exact: InstalledExact;
  readonly postgres: Postgres;
  /** Runs a command on one of the hosts. */
  on(name: HostName, ...words: string[]): Promise<Outcome>;
  /** Has users log in at a host, some seconds ago, and updates its table. */
  login(name: HostName, logins: Readonly<Record<string, string>>, ago?: number): Promise<Outcome>;
  /** Makes table and hosts empty, as before the first run. */
  empty(): Promise<void>;
}

const password = 'p:w@rd/1';

/** The table's URL, with a text in the place of the password. */
export const tableUrl = (shown: string) => `postgres://exact_writer:${shown}@${hostAddress.ipv4}/exact`;

/** All rows of the table, in SQL. */
export const allRows = 'select address, username, source from exact_relay order by 1, 2, 3';

/** What an MTA sees of it. */
export const readersSee = 'select distinct address from exact_relay where expires > now() order by 1';

/** Starts a server with the tables of examples/pgsql.sql, and installs the hosts; the role of the MTAs is 'reader'. */
export async function openPgsqlHosts(host: Namespace): Promise<PgsqlHosts> {
  const postgres = await startPostgres(host);
  const exact = await installExact(host);
  await postgres.runFile(fileURLToPath(new URL('../../examples/pgsql.sql', import.meta.url)));
  await postgres.sql(
    `alter role exact_writer password '${password}'; alter role exact_reader password 'reader'`,
  );
  for (const name of ['alpha', 'beta']) {
    const folder = join(exact.folder, name);
    await host.must(['install', '-d', '-o', 'exact', folder]);
    await exact.configure(
      `${name}.conf`,
      [
        `maillog ${join(host.folder, 'no-mail.log')}`,
        'timeout 10m',
        'warn-repeat 1m',
        `state ${folder}/state`,
        `output text ${folder}/relay.txt`,
        `output pgsql ${tableUrl(encodeURIComponent(password))} source=${name}`,
        '',
      ].join('\n'),
    );
    await chmod(join(host.folder, 'exact/etc', `${name}.conf`), 0o600);
  }
  const on = (name: HostName, ...words: string[]) =>
    exact.run(...words, '-c', join(host.folder, 'exact/etc', `${name}.conf`));
  return {
    exact,
    postgres,
    on,
    async login(name, logins, ago = 0) {
      const time = new Date(Date.now() - ago * 1000).toISOString();
      const lines = Object.entries(logins).map(([address, user]) =>
        JSON.stringify({ time, address, user, server: 'dovecot' }),
      );
      const file = join(host.folder, 'logins.json');
      await writeFile(file, lines.map((line) => `${line}\n`).join(''));
      return on(name, 'update', '--logins', file);
    },
    async empty() {
      await postgres.sql('truncate exact_relay, exact_revoked, exact_hosts');
      await host.must(['sh', '-c', `rm -f ${exact.folder}/*/*`]);
    },
  };
}
