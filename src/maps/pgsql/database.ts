/** A connection to the server for one transaction, never longer than it takes. */
import { Socket } from 'node:net';
import { userInfo } from 'node:os';
import pg from 'pg';
import { readText } from '../../host/read-text.ts';
import { errnoOf, reasonOf } from '../../problem.ts';
import type { Output } from '../output.ts';
import { databaseFailure, undefinedTable } from './database-failure.ts';
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
    if (!makesTables || errnoOf(error) !== undefinedTable) throw databaseFailure(output, error, patience);
  }
  try {
    await attempt(target, async (query) => {
      for (const statement of schema) await query(statement);
    });
    return await attempt(target, use);
  } catch (error) {
    throw databaseFailure(output, error, patience);
  }
}

async function attempt<Result>(target: Target, use: (query: Query) => Promise<Result>): Promise<Result> {
  // A socket of our own: one that a silent server keeps open must not keep the process.
  const socket = new Socket();
  // A look at a name cannot be given up: the process ends only when the resolver has (resolv.conf(5)), which waits up to
  // 30 s where it is not told otherwise.
  process.env.RES_OPTIONS ??= 'timeout:1 attempts:2';
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
    ssl: sslOf(target),
    application_name: 'exact',
    connectionTimeoutMillis: patience,
    statement_timeout: patience,
    query_timeout: patience,
  };
}

/** `require` is encrypted and believes every certificate, as with libpq. */
function sslOf({ sslMode, sslRootCert }: Target): pg.ClientConfig['ssl'] {
  if (sslMode !== 'verify-full') return sslMode === 'require' && { rejectUnauthorized: false };
  return {
    rejectUnauthorized: true,
    ...(sslRootCert === undefined ? {} : { ca: authoritiesIn(sslRootCert) }),
  };
}

function authoritiesIn(path: string): string {
  let text: string;
  try {
    text = readText(path);
  } catch (error) {
    throw new Error(`cannot read ${path}: ${reasonOf(error)}`);
  }
  if (!/^-----BEGIN .*CERTIFICATE-----/m.test(text)) throw new Error(`${path} holds no certificate`);
  return text;
}
