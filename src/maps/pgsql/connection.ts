/**
 * A connection to PostgreSQL. The statements of a transaction are sent at once, so that it takes one round trip however
 * far away the server is, and locks are held for no longer than the server works. All limits are set within the
 * transaction: a server ends by itself what a host that is gone had begun, and programs that share connections (PgBouncer)
 * take no other ones.
 */
import type { Socket } from 'node:net';
import { userInfo } from 'node:os';
import pg from 'pg';
import { errnoOf } from '../../problem.ts';
import { allAnswers, lockPatience, patience, ServerConnection } from '../shared/connection.ts';
import type { SqlRow, Statement } from '../shared/statements.ts';
import type { Target } from '../shared/target.ts';
import { tlsOf } from '../shared/tls.ts';
import { ServerTrouble, takesNone, type Why, whyOf } from '../shared/trouble.ts';
import { passwordOnDisk } from './password-file.ts';
import { statements as sql } from './statements.ts';

const limits = [
  // Each statement sees what was committed before it began, whatever the database's default is: one that has waited
  // for the lock must see what was revoked meanwhile.
  'begin isolation level read committed',
  `set local statement_timeout = ${patience}`,
  `set local idle_in_transaction_session_timeout = ${2 * patience}`,
  // Tables grow faster than what the planner knows of them, and each of our statements has its index.
  'set local enable_seqscan = off',
  'set local enable_hashjoin = off',
  'set local enable_mergejoin = off',
  // What it costs to compile a statement is not worth it for any of ours, and the above makes all look costly.
  'set local jit = off',
].join('; ');

const lock = [
  `set local statement_timeout = ${lockPatience}`,
  "select pg_advisory_xact_lock(hashtext('exact_relay'))",
  `set local statement_timeout = ${patience}`,
].join('; ');

/** SQLSTATEs of tables, columns and sequences that are not there. */
const notThere = ['42P01', '42703'];
const insufficientPrivilege = '42501';
/** As a standby answers, and a server that an administrator has made so. */
const readOnly = '25006';

/** A way to one table in PostgreSQL. */
export class PgsqlConnection extends ServerConnection<pg.Client> {
  readonly sql = sql;

  get serverProcess(): number | undefined {
    // @types/pg does not know it.
    return (this.client as { processID?: number | null } | undefined)?.processID ?? undefined;
  }

  protected async transact(
    client: pg.Client,
    statements: readonly Statement[],
    locks: boolean,
  ): Promise<readonly (readonly SqlRow[])[]> {
    const answers = [send(client, [limits])];
    if (locks) answers.push(send(client, [lock]));
    const wanted = statements.map((statement) => send(client, statement));
    await allAnswers([...answers, ...wanted, send(client, ['commit'])]);
    return Promise.all(wanted);
  }

  protected async converse(
    client: pg.Client,
    first: Statement,
    next: (rows: readonly SqlRow[]) => readonly Statement[],
  ): Promise<void> {
    const answer = send(client, first, [[limits], [lock]]);
    await allAnswers([answer]);
    const rest = next(await answer).map((statement) => send(client, statement));
    await allAnswers([...rest, send(client, ['commit'])]);
  }

  protected async connect(target: Target, socket: Socket, milliseconds: number): Promise<pg.Client> {
    const client = new pg.Client({
      ...settingsOf(target),
      connectionTimeoutMillis: milliseconds,
      stream: () => socket,
    });
    // What goes wrong, the query that waits is told too.
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  protected async takesWrites(client: pg.Client): Promise<boolean> {
    const { rows } = await client.query<{ takes: boolean }>(
      "select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' as takes",
    );
    return rows[0]?.takes === true;
  }

  protected isLost(error: unknown): boolean {
    return /terminat(?:ed|ing)|not queryable|EPIPE|ECONNRESET/.test(String(error));
  }

  protected troubleOf(error: Error): ServerTrouble {
    return new ServerTrouble(whyOf(error, whyOfServer, patience), {
      isOfSchema: notThere.includes(errnoOf(error) ?? ''),
      isForbidden: /permission denied|must be owner/.test(error.message),
    });
  }
}

function send(client: pg.Client, statement: Statement, before: readonly Statement[] = []): Promise<SqlRow[]> {
  const sent = [...before, statement].map(([text, ...values]) =>
    client.query<SqlRow>({ text, ...(values.length > 0 ? { values } : {}) }),
  );
  return Promise.all(sent).then((results) => results.at(-1)?.rows ?? []);
}

function whyOfServer(error: Error): Why | undefined {
  const code = errnoOf(error);
  if (code === readOnly) return takesNone;
  if (!(error instanceof pg.DatabaseError)) return undefined;
  const fix =
    code === insufficientPrivilege ? 'let the owner of the database run examples/pgsql.sql once' : undefined;
  return { why: error.message, fix };
}

function settingsOf(target: Target): pg.ClientConfig & { readonly pipeline: true } {
  const { host, port, database } = target;
  const user = target.user ?? userInfo().username;
  return {
    host,
    port,
    database,
    user,
    // Called where the server asks for one.
    password: () =>
      target.password ??
      (process.env.PGPASSWORD ||
        passwordOnDisk({ host, port, database, user }, process.env, target.passwordFile)),
    ssl: tlsOf(target) ?? false,
    application_name: 'exact',
    pipeline: true,
  };
}
