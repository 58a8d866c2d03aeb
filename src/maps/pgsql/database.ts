/** A connection to the server for one transaction, never longer than it takes; and what its failure is called. */
import { Socket } from 'node:net';
import { userInfo } from 'node:os';
import pg from 'pg';
import { withoutPassword } from '../../config/password.ts';
import type { Output } from '../../config/settings.ts';
import { ExitStatus } from '../../exit-status.ts';
import { errnoOf, Failure, reasonOf } from '../../problem.ts';
import { passwordOnDisk } from './password-file.ts';
import { schema } from './schema.ts';
import type { Target } from './target.ts';

/** Milliseconds for connecting, and for each statement. */
const patience = 5000;

/** Runs statements. */
export type Query = <Row extends object>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

/**
 * Does something in one transaction; with `makesTables`, tables that are missing are made first where the server
 * lets us.
 *
 * @throws Failure with exit status 75 that names the output and holds no password.
 */
export async function inTransaction<Result>(
  output: Output,
  target: Target,
  makesTables: boolean,
  use: (query: Query) => Promise<Result>,
): Promise<Result> {
  try {
    return await attempt(target, use);
  } catch (error) {
    if (!makesTables || errnoOf(error) !== undefinedTable) throw failure(output, error);
  }
  try {
    await attempt(target, async (query) => {
      for (const statement of schema) await query(statement);
    });
    return await attempt(target, use);
  } catch (error) {
    throw failure(output, error);
  }
}

const undefinedTable = '42P01';
const insufficientPrivilege = '42501';

async function attempt<Result>(target: Target, use: (query: Query) => Promise<Result>): Promise<Result> {
  // A socket of our own: one that a silent server keeps open must not keep the process.
  const socket = new Socket();
  const client = new pg.Client({ ...settingsOf(target), stream: () => socket });
  // What goes wrong, the query that waits is told too.
  client.on('error', () => {});
  try {
    await client.connect();
    const query: Query = async (text, values = []) => (await client.query(text, [...values])).rows;
    await query('begin');
    const result = await use(query);
    await query('commit');
    await client.end();
    return result;
  } finally {
    socket.destroy();
  }
}

function settingsOf(target: Target): pg.ClientConfig {
  const { host, port, database, sslMode } = target;
  const user = target.user ?? userInfo().username;
  const password =
    target.password ??
    process.env.PGPASSWORD ??
    passwordOnDisk({ host, port, database, user }, process.env) ??
    '';
  return {
    host,
    port,
    database,
    user,
    password: () => password,
    ...(sslMode === undefined ? {} : { ssl: sslMode === 'disable' ? false : sslOf(sslMode) }),
    application_name: 'exact',
    connectionTimeoutMillis: patience,
    statement_timeout: patience,
    query_timeout: patience,
  };
}

/** `require` is encrypted and believes every certificate, as with libpq. */
function sslOf(mode: string): { rejectUnauthorized: boolean } {
  return { rejectUnauthorized: mode === 'verify-full' };
}

function failure(output: Output, error: unknown): Failure {
  if (!(error instanceof Error) || error instanceof Failure || error instanceof TypeError) throw error;
  const code = errnoOf(error);
  const lacksTables = code === undefinedTable || code === insufficientPrivilege;
  return new Failure({
    status: ExitStatus.tryAgain,
    where: withoutPassword(`output ${output.type} ${output.path}`),
    what: 'cannot use the table',
    why: withoutPassword(reasonFor(error)),
    consequence: 'addresses end in it by themselves, and the next good run sends all',
    ...(lacksTables ? { fix: 'let the owner of the database run examples/pgsql.sql once' } : {}),
  });
}

function reasonFor(error: Error): string {
  if (error instanceof pg.DatabaseError) return error.message;
  if (/timeout/i.test(error.message)) return `no answer in ${patience / 1000} s`;
  return errnoOf(error) === 'ECONNREFUSED' ? 'connection refused' : reasonOf(error);
}
