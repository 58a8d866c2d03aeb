/**
 * `output pgsql URL`: one table in PostgreSQL for the logins of several hosts, which Postfix (`pgsql:`) and Exim
 * (`${lookup pgsql…}`) on any number of hosts read with `expires > now()`. Keys are text: IPv4, compressed lower-case
 * IPv6, and networks as `2001:db8:7::/64`, for which a query of Exim's can ask and one of Postfix's cannot. Both see a
 * change at the next connection. What this file tells, configuration and pages need; whatever talks to the server is
 * loaded where such an output exists.
 */
import { tableOutput } from '../shared/table-output.ts';

/** The output type `pgsql`: no file, so no map type. */
export const pgsqlOutput = tableOutput('pgsql', 'a table in PostgreSQL for several hosts: Postfix, Exim', {
  scheme: 'postgres',
  otherSchemes: ['postgresql'],
  port: 5432,
  socket: '/run/postgresql',
  keyPrefix: '',
});
