/** Two hosts, one table in MariaDB. */
import { fileURLToPath } from 'node:url';
import { type MariaDb, startMariaDb } from './mariadb.ts';
import { hostAddress, type Namespace } from './namespace.ts';
import { openTableHosts, password, type TableHosts } from './table-hosts.ts';

/** A server and two installations of Exact that write to it. */
export interface MysqlHosts extends TableHosts {
  readonly mariadb: MariaDb;
  /** Makes table and hosts empty, as before the first run. */
  empty(): Promise<void>;
}

/** The table's URL, with a text in the place of the password. */
export const tableUrl = (shown: string) => `mysql://exact_writer:${shown}@${hostAddress.ipv4}/exact`;

/** All rows of the table, in SQL. */
export const allRows = 'select address, username, source from exact_relay order by 1, 2, 3';

/** What an MTA sees of it. */
export const readersSee =
  'select distinct address from exact_relay where expires > utc_timestamp() order by 1';

/** Starts a server with the tables of examples/mysql.sql, and installs the hosts. */
export async function openMysqlHosts(host: Namespace): Promise<MysqlHosts> {
  const mariadb = await startMariaDb(host);
  const hosts = await openTableHosts(host, `mysql ${tableUrl(encodeURIComponent(password))}`);
  await mariadb.runFile(fileURLToPath(new URL('../../examples/mysql.sql', import.meta.url)));
  await mariadb.sql(
    `alter user exact_writer identified by '${password}' account unlock;
     alter user exact_reader identified by 'reader' account unlock`,
  );
  return {
    ...hosts,
    mariadb,
    async empty() {
      const tables = ['exact_relay', 'exact_revoked', 'exact_hosts', 'exact_serial'];
      await mariadb.sql(tables.map((table) => `delete from ${table};`).join(' '));
      await hosts.emptyHosts();
    },
  };
}
