/**
 * A connection to the server, opened by the first transaction and kept for those that follow it in the same run. The
 * statements of a transaction are sent at once, so that it takes one round trip however far away the server is, and
 * locks are held for no longer than the server works. All limits are set within the transaction: a server ends by itself
 * what a host that is gone had begun, and programs that share connections (PgBouncer) take no other ones.
 */
import { Socket } from 'node:net';
import { userInfo } from 'node:os';
import pg from 'pg';
import { readText } from '../../host/read-text.ts';
import { reasonOf } from '../../problem.ts';
import { passwordOnDisk } from './password-file.ts';
import type { Server } from './servers.ts';
import type { Target } from './target.ts';

/** Milliseconds for connecting, and for each statement. */
export const patience = 5000;

/** Milliseconds for which other writers are waited for. */
const lockPatience = 15_000;

/** A statement and the values of its parameters. */
export type Statement = readonly [text: string, ...values: unknown[]];

/** A row as the server sends it. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** What a transaction is to be. */
export interface Begin {
  /** Has writers come one after another: what one revokes, the next cannot have read too early. Readers do not wait. */
  readonly locks?: boolean;
}

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

/** What the server, or the way to it, has said in the place of an answer. */
export class ServerTrouble extends Error {
  /** The error as it came. */
  readonly reason: Error;

  constructor(reason: Error) {
    super(reason.message);
    this.name = 'ServerTrouble';
    this.reason = reason;
  }
}

/** Why one of several servers does not serve: undefined where it takes no writes. */
interface ServerFailure {
  readonly server: Server;
  readonly reason: Error | undefined;
}

/** None of the servers that a URL names serves. */
export class NoServer extends Error {
  readonly failures: readonly ServerFailure[];

  constructor(failures: readonly ServerFailure[]) {
    super('no server');
    this.name = 'NoServer';
    this.failures = failures;
  }
}

/** A way to one table, open or not yet. */
export class Connection {
  readonly target: Target;
  #client: pg.Client | undefined;
  #socket: Socket | undefined;

  constructor(target: Target) {
    this.target = target;
  }

  /** Does statements in one transaction; returns the rows of each. Throws {@link ServerTrouble}. */
  run(statements: readonly Statement[], begin: Begin = {}): Promise<readonly (readonly SqlRow[])[]> {
    return this.#using(begin.locks === true, async (send) => {
      const answers = [send([limits])];
      if (begin.locks) answers.push(send([lock]));
      const wanted = statements.map((statement) => send(statement));
      return this.#all([...answers, ...wanted, send(['commit'])]).then(() => Promise.all(wanted));
    });
  }

  /** Does statements that depend on the answer to a first one, in one transaction in which no other writer writes. */
  ask(first: Statement, next: (rows: readonly SqlRow[]) => readonly Statement[]): Promise<void> {
    return this.#using(true, async (send) => {
      const answer = send(first, [[limits], [lock]]);
      await this.#all([answer]);
      await this.#all([...next(await answer).map((statement) => send(statement)), send(['commit'])]);
    });
  }

  /** Opens it, where it is not open: what is sent next arrives soon. Throws {@link ServerTrouble}. */
  async open(): Promise<void> {
    await this.#using(false, async () => {});
  }

  /** The process of the server that the connection was begun with, by what it then said. */
  get serverProcess(): number | undefined {
    // @types/pg does not know it.
    return (this.#client as { processID?: number | null } | undefined)?.processID ?? undefined;
  }

  /** Ends it; nothing is waited for. */
  close(): void {
    this.#socket?.destroy();
    this.#client = undefined;
    this.#socket = undefined;
  }

  async #using<Result>(
    locks: boolean,
    use: (
      send: (statement: Statement, before?: readonly Statement[]) => Promise<SqlRow[]>,
    ) => Promise<Result>,
  ): Promise<Result> {
    const wasOpen = this.#client !== undefined;
    let timer: NodeJS.Timeout | undefined;
    // An answer that has come while this process had to wait for its turn is taken first.
    let isOver = false;
    let isLate = false;
    const giveUp = () =>
      setImmediate(() => {
        isLate = !isOver;
        if (isLate) this.#socket?.destroy();
      });
    try {
      this.#client ??= await this.#connect();
      const client = this.#client;
      this.#socket?.ref();
      timer = setTimeout(giveUp, locks ? lockPatience + patience : patience);
      const result = await use((statement, before = []) => {
        const sent = [...before, statement].map(([text, ...values]) =>
          client.query<SqlRow>({ text, ...(values.length > 0 ? { values } : {}) }),
        );
        return Promise.all(sent).then((results) => results.at(-1)?.rows ?? []);
      });
      // What is kept open for later keeps no process.
      this.#socket?.unref();
      return result;
    } catch (error) {
      this.close();
      if (isLate) throw new ServerTrouble(new Error('timeout'));
      // One that was open and is no longer: nothing that was begun on it has been committed before it answered.
      if (wasOpen && isOfConnection(error)) return this.#using(locks, use);
      throw error instanceof Error && !(error instanceof TypeError) ? new ServerTrouble(error) : error;
    } finally {
      isOver = true;
      clearTimeout(timer);
    }
  }

  /** The first error is what went wrong; those after it say only that the transaction has failed. */
  async #all(answers: readonly Promise<unknown>[]): Promise<void> {
    const settled = await Promise.allSettled(answers);
    const failed = settled.find((each) => each.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** Connects to the first server that serves. */
  async #connect(): Promise<pg.Client> {
    const { target } = this;
    const servers = [{ host: target.host, port: target.port }, ...target.others];
    if (servers.length === 1 && !target.isWriterSought) return this.#connectTo(target);
    const failures: ServerFailure[] = [];
    for (const server of servers) {
      try {
        const client = await this.#connectTo({ ...target, ...server }, patience / servers.length);
        if (!target.isWriterSought || (await takesWrites(client))) return client;
        failures.push({ server, reason: undefined });
      } catch (error) {
        if (!(error instanceof Error) || error instanceof TypeError) throw error;
        failures.push({ server, reason: error });
      }
      this.close();
    }
    throw new NoServer(failures);
  }

  async #connectTo(target: Target, milliseconds = patience): Promise<pg.Client> {
    // A socket of our own: one that a silent server keeps open must not keep the process.
    const socket = new Socket();
    this.#socket = socket;
    // A look at a name cannot be given up: the process ends only when the resolver has (resolv.conf(5)), which waits up
    // to 30 s where it is not told otherwise.
    process.env.RES_OPTIONS ??= 'timeout:1 attempts:2';
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
}

async function takesWrites(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ takes: boolean }>(
    "select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' as takes",
  );
  return rows[0]?.takes === true;
}

function isOfConnection(error: unknown): boolean {
  return /terminat(?:ed|ing)|not queryable|EPIPE|ECONNRESET/.test(String(error));
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
    ssl: sslOf(target),
    application_name: 'exact',
    pipeline: true,
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
