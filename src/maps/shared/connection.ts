/**
 * A connection to the server of a table, opened by the first transaction and kept for those that follow it in the same
 * run. What is here, every database shares: how long it is waited for, which of several servers serves, what becomes of a
 * connection that was lost. What is said over it, and how, its own class tells.
 */
import { Socket } from 'node:net';
import type { Server } from './servers.ts';
import type { Connection, SqlRow, Statement, Statements } from './statements.ts';
import type { Target } from './target.ts';
import { NoServer, type ServerFailure, ServerTrouble } from './trouble.ts';

/** Milliseconds for connecting, and for each statement. */
export const patience = 5000;

/** Milliseconds for which other writers are waited for. */
export const lockPatience = 15_000;

/** A way to one table, open or not yet, by a `Client` of its database. */
export abstract class ServerConnection<Client> implements Connection {
  readonly target: Target;
  protected client: Client | undefined;
  #socket: Socket | undefined;

  abstract readonly sql: Statements;
  abstract readonly serverProcess: number | undefined;

  constructor(target: Target) {
    this.target = target;
  }

  async open(): Promise<void> {
    await this.#using(false, async () => {});
  }

  run(
    statements: readonly Statement[],
    { locks = false }: { readonly locks?: boolean } = {},
  ): Promise<readonly (readonly SqlRow[])[]> {
    return this.#using(locks, (client) => this.transact(client, statements, locks));
  }

  ask(first: Statement, next: (rows: readonly SqlRow[]) => readonly Statement[]): Promise<void> {
    return this.#using(true, (client) => this.converse(client, first, next));
  }

  close(): void {
    this.#socket?.destroy();
    this.client = undefined;
    this.#socket = undefined;
  }

  /** Connects over a socket; one that goes wrong later rejects what waits for an answer. */
  protected abstract connect(target: Target, socket: Socket, milliseconds: number): Promise<Client>;

  /** Whether the server takes writes. */
  protected abstract takesWrites(client: Client): Promise<boolean>;

  /** Does statements in one transaction; returns the rows of each. */
  protected abstract transact(
    client: Client,
    statements: readonly Statement[],
    locks: boolean,
  ): Promise<readonly (readonly SqlRow[])[]>;

  /** Does a statement and, in the same transaction, those that depend on its answer; no other writer writes meanwhile. */
  protected abstract converse(
    client: Client,
    first: Statement,
    next: (rows: readonly SqlRow[]) => readonly Statement[],
  ): Promise<void>;

  /** Whether an error says that the connection is gone, and nothing of the statement. */
  protected abstract isLost(error: unknown): boolean;

  /** Returns what is wrong, in words for people. */
  protected abstract troubleOf(error: Error): ServerTrouble;

  async #using<Result>(locks: boolean, use: (client: Client) => Promise<Result>): Promise<Result> {
    const wasOpen = this.client !== undefined;
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
      this.client ??= await this.#connectToAny();
      this.#socket?.ref();
      timer = setTimeout(giveUp, locks ? lockPatience + patience : patience);
      const result = await use(this.client);
      // What is kept open for later keeps no process.
      this.#socket?.unref();
      return result;
    } catch (error) {
      this.close();
      if (isLate) throw this.troubleOf(new Error('timeout'));
      // One that was open and is no longer: nothing that was begun on it has been committed before it answered.
      if (wasOpen && this.isLost(error)) return this.#using(locks, use);
      if (error instanceof ServerTrouble || !(error instanceof Error) || error instanceof TypeError)
        throw error;
      throw this.troubleOf(error);
    } finally {
      isOver = true;
      clearTimeout(timer);
    }
  }

  /** Connects to the first server that serves. */
  async #connectToAny(): Promise<Client> {
    const { target } = this;
    const servers: Server[] = [{ host: target.host, port: target.port }, ...target.others];
    if (servers.length === 1 && !target.isWriterSought) return this.#connectTo(target);
    const failures: ServerFailure[] = [];
    for (const server of servers) {
      try {
        const client = await this.#connectTo({ ...target, ...server }, patience / servers.length);
        if (!target.isWriterSought || (await this.takesWrites(client))) return client;
        failures.push({ server, reason: undefined });
      } catch (error) {
        if (!(error instanceof Error) || error instanceof TypeError) throw error;
        failures.push({ server, reason: error });
      }
      this.close();
    }
    throw new NoServer(failures);
  }

  #connectTo(target: Target, milliseconds = patience): Promise<Client> {
    // A socket of our own: one that a silent server keeps open must not keep the process.
    const socket = new Socket();
    this.#socket = socket;
    // A look at a name cannot be given up: the process ends only when the resolver has (resolv.conf(5)), which waits up
    // to 30 s where it is not told otherwise.
    process.env.RES_OPTIONS ??= 'timeout:1 attempts:2';
    return this.connect(target, socket, milliseconds);
  }
}

/** Waits for all answers: the first error is what went wrong; those after it say only that the transaction has failed. */
export async function allAnswers(answers: readonly Promise<unknown>[]): Promise<void> {
  const settled = await Promise.allSettled(answers);
  const failed = settled.find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
