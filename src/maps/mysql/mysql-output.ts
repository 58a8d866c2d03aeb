/**
 * `output mysql URL`: one table in MariaDB or MySQL for the logins of several hosts, which Postfix (`mysql:`) and Exim
 * (`${lookup mysql…}`) on any number of hosts read with `expires > utc_timestamp()`. Keys are as in pgsql-output.ts, and
 * bytes: no collation makes two names one. Both see a change at the next connection.
 */
import { tableOutput } from '../shared/table-output.ts';

/** The output type `mysql`: no file, so no map type. */
export const mysqlOutput = tableOutput(
  'mysql',
  'a table in MariaDB or MySQL for several hosts: Postfix, Exim',
  {
    scheme: 'mysql',
    otherSchemes: ['mariadb'],
    port: 3306,
    socket: '/run/mysqld/mysqld.sock',
    keyPrefix: 'mysql ',
  },
);
