/**
 * A connection to MariaDB or MySQL. A transaction is sent as one text of several statements, its end too, so that it takes
 * one round trip however far away the server is; of a text, the server does nothing more once a statement has failed, and
 * the connection is then closed. `GET_LOCK` would be the session's, and known to one server alone: writers come one after
 * another by a row that each of them changes, which is locked until the transaction ends, however it ends.
 */
import { isIP, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import mysql from 'mysql2';
import { errnoOf } from '../../problem.ts';
import { lockPatience, patience, ServerConnection } from '../shared/connection.ts';
import type { SqlRow, Statement } from '../shared/statements.ts';
import type { Target } from '../shared/target.ts';
import { tlsOf } from '../shared/tls.ts';
import { nameAuthority, ServerTrouble, takesNone, type Why, whyOf } from '../shared/trouble.ts';
import { passwordOnDisk } from './option-file.ts';
import { statements as sql } from './statements.ts';

/** How often a transaction is begun that others have got in the way of. */
const mostTries = 4;

const deadlock = 'ER_LOCK_DEADLOCK';
/** Codes of tables and columns that are not there. */
const notThere = ['ER_NO_SUCH_TABLE', 'ER_BAD_FIELD_ERROR'];
/** Codes of rights that are lacking. */
const forbidden = ['ER_TABLEACCESS_DENIED_ERROR', 'ER_COLUMNACCESS_DENIED_ERROR', 'ER_DBACCESS_DENIED_ERROR'];
/** Codes of servers that take no writes. */
const readOnly = [
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_READ_ONLY_MODE',
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
];

/** Returns what a transaction begins with. */
function beginning(locks: boolean): string[] {
  const seconds = (locks ? lockPatience : patience) / 1000;
  return [
    // What is escaped in a text below is read by these rules; and what does not fit is refused.
    `set session sql_mode = 'STRICT_ALL_TABLES', innodb_lock_wait_timeout = ${seconds}, lock_wait_timeout = ${seconds},
       wait_timeout = ${(2 * patience) / 1000} /*M! , max_statement_time = ${seconds} */`,
    // As with PostgreSQL: who has waited for the row sees what was revoked meanwhile.
    'set transaction isolation level read committed',
    'start transaction',
    'set @now = utc_timestamp(6)',
    ...(locks
      ? [
          `insert into exact_serial (id, serial) values (1, last_insert_id(1))
             on duplicate key update serial = last_insert_id(serial + 1)`,
          'set @serial = last_insert_id()',
        ]
      : []),
  ];
}

/** A way to one table in MariaDB or MySQL. */
export class MysqlConnection extends ServerConnection<mysql.Connection> {
  readonly sql = sql;
  /** A proxy gives a connection whatever number it likes. */
  readonly serverProcess = undefined;

  protected async transact(
    client: mysql.Connection,
    statements: readonly Statement[],
    locks: boolean,
  ): Promise<readonly (readonly SqlRow[])[]> {
    for (let tries = 1; ; tries++) {
      try {
        return await sendAll(client, beginning(locks), statements, ['commit']);
      } catch (error) {
        // Nothing of it is done.
        if (errnoOf(error) !== deadlock || tries === mostTries) throw error;
      }
    }
  }

  protected async converse(
    client: mysql.Connection,
    first: Statement,
    next: (rows: readonly SqlRow[]) => readonly Statement[],
  ): Promise<void> {
    const [answer = []] = await sendAll(client, beginning(true), [first], []);
    await sendAll(client, [], next(answer), ['commit']);
  }

  protected connect(target: Target, socket: Socket, milliseconds: number): Promise<mysql.Connection> {
    return new Promise((resolve, reject) => {
      const client = mysql.createConnection({
        ...settingsOf(target),
        connectTimeout: milliseconds,
        stream: () => socket,
      });
      client.once('connect', () => resolve(client));
      // What goes wrong later, the query that waits is told too.
      client.on('error', (error: NodeJS.ErrnoException) => {
        // Its own limit, which it calls as the system calls another.
        const isOwn = error.code === 'ETIMEDOUT' && error.errno === undefined;
        reject(isOwn ? new Error('timeout') : error);
      });
      if (target.host.startsWith('/')) socket.connect(target.host);
      else socket.connect(target.port, target.host);
      socket.setNoDelay(true);
    });
  }

  protected async takesWrites(client: mysql.Connection): Promise<boolean> {
    const [[row] = []] = await sendAll(client, [], [['select @@global.read_only = 0 as takes']], []);
    return Number(row?.takes) === 1;
  }

  protected isLost(error: unknown): boolean {
    return /PROTOCOL_CONNECTION_LOST|closed state|EPIPE|ECONNRESET|ER_CLIENT_INTERACTION_TIMEOUT|ER_CONNECTION_KILLED|ER_SERVER_SHUTDOWN/.test(
      `${errnoOf(error)} ${error}`,
    );
  }

  protected troubleOf(error: Error): ServerTrouble {
    return new ServerTrouble(whyOf(error, whyOfServer, patience), {
      isOfSchema: notThere.includes(errnoOf(error) ?? ''),
      isForbidden: forbidden.includes(errnoOf(error) ?? ''),
    });
  }
}

/** Sends statements as one text; returns the rows of each of those in the middle. */
function sendAll(
  client: mysql.Connection,
  before: readonly string[],
  statements: readonly Statement[],
  after: readonly string[],
): Promise<SqlRow[][]> {
  const texts = [...before, ...statements.map(([text]) => text), ...after];
  const values = statements.flatMap(([, ...given]) => given);
  return new Promise((resolve, reject) => {
    client.query(texts.join(';\n'), values, (error, found) => {
      if (error !== null) {
        reject(error);
        return;
      }
      const answers = texts.length === 1 && countIn(texts[0] ?? '') === 1 ? [found] : (found as unknown[]);
      let at = before.length - 1;
      resolve(
        statements.map(([text]) => {
          at += countIn(text);
          const answer = answers[at];
          return Array.isArray(answer) ? (answer as SqlRow[]) : [];
        }),
      );
    });
  });
}

/** How many statements a text is; none of ours has a semicolon in a word. */
function countIn(text: string): number {
  return text.split(';').length;
}

function whyOfServer(error: Error): Why | undefined {
  const { sqlMessage } = error as mysql.QueryError & { readonly sqlMessage?: string };
  const code = errnoOf(error) ?? '';
  if (readOnly.includes(code)) return takesNone;
  if (code === 'PROTOCOL_CONNECTION_LOST') return { why: 'the server has closed the connection' };
  if (code === 'ER_LOCK_WAIT_TIMEOUT' || code === 'ER_STATEMENT_TIMEOUT')
    return { why: 'others hold the table locked' };
  if (code === 'HANDSHAKE_SSL_ERROR') {
    const isUnknown = /self-signed|issuer|first certificate/.test(error.message);
    return { why: error.message, fix: isUnknown ? nameAuthority : undefined };
  }
  if (sqlMessage === undefined) return undefined;
  const fix = forbidden.includes(code)
    ? 'let the owner of the database run examples/mysql.sql once'
    : undefined;
  return { why: sqlMessage, fix };
}

function settingsOf(target: Target): mysql.ConnectionOptions {
  const { database } = target;
  const tls = tlsOf(target);
  // The client asks of an address whether the certificate is for `localhost`.
  if (tls?.rejectUnauthorized && isIP(target.host) !== 0)
    throw new Error('sslmode=verify-full wants the name of the server, not its address');
  const password = target.password ?? (process.env.MYSQL_PWD || passwordOnDisk(target.passwordFile));
  return {
    database,
    host: target.host,
    user: target.user ?? userInfo().username,
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { ssl: { ...tls, verifyIdentity: tls.rejectUnauthorized } }),
    charset: 'UTF8MB4_BIN',
    multipleStatements: true,
    // Rows are read without making code, and no server asks for a file.
    disableEval: true,
    flags: ['-LOCAL_FILES'],
    supportBigNumbers: true,
  };
}
