/** Two hosts, one table in PostgreSQL. */
import { fileURLToPath } from 'node:url';
import { hostAddress, type Namespace } from './namespace.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { openTableHosts, password, type TableHosts } from './table-hosts.ts';

/** A server and two installations of Exact that write to it. */
export interface PgsqlHosts extends TableHosts {
  readonly postgres: Postgres;
  /** Makes table and hosts empty, as before the first run. */
  empty(): Promise<void>;
}

/** The table's URL, with a text in the place of the password. */
export const tableUrl = (shown: string) => `postgres://exact_writer:${shown}@${hostAddress.ipv4}/exact`;

/** All rows of the table, in SQL. */
export const allRows = 'select address, username, source from exact_relay order by 1, 2, 3';

/** What an MTA sees of it. */
export const readersSee = 'select distinct address from exact_relay where expires > now() order by 1';

/** Starts a server with the tables of examples/pgsql.sql, and installs the hosts; the role of the MTAs is 'reader'. */
export async function openPgsqlHosts(host: Namespace): Promise<PgsqlHosts> {
  const postgres = await startPostgres(host);
  const hosts = await openTableHosts(host, `pgsql ${tableUrl(encodeURIComponent(password))}`);
  await postgres.runFile(fileURLToPath(new URL('../../examples/pgsql.sql', import.meta.url)));
  await postgres.sql(
    `alter role exact_writer password '${password}'; alter role exact_reader password 'reader'`,
  );
  return {
    ...hosts,
    postgres,
    async empty() {
      await postgres.sql('truncate exact_relay, exact_revoked, exact_hosts');
      await hosts.emptyHosts();
    },
  };
}
