/**
 * What a run does with the tables that hosts share: before it reads its log it learns what other hosts have revoked;
 * after its own files are published it sends its rows. A server that is away costs a run 5 seconds, once.
 */
import { ExitStatus } from '../../exit-status.ts';
import { asFailure } from '../../maps/shared/failure.ts';
import { withoutPassword } from '../../maps/shared/password.ts';
import { takenBack } from '../../maps/shared/shared-revocation.ts';
import { connectionTo, type SharedTable, sharedTables } from '../../maps/shared/shared-tables.ts';
import type { Connection } from '../../maps/shared/statements.ts';
import { withTables } from '../../maps/shared/with-tables.ts';
import { Failure } from '../../problem.ts';
import { endRefusal, type Revocation } from '../../relay/revocation.ts';
import { readTableRows, writeTableRows } from '../../state/table-rows-file.ts';
import {
  type KnownTable,
  type KnownTables,
  unknownTable,
  writeKnownTables,
} from '../../state/tables-file.ts';
import type { RunContext } from '../run-context.ts';
import { type AskedTable, type LearnedTable, learnTable, takenFailure } from './learn-table.ts';
import { clearRows } from './leave-table.ts';
import { liveRows } from './live-rows.ts';
import { fetchRows, pushRows, rowsToSend, sendRevocations, textOfRevocation } from './push-table.ts';

/** How often a run tries to send rows while others go on revoking. */
const mostRounds = 5;

/** What was found of a host that is gone. */
export interface ForgottenHost {
  /** How many rows it had. */
  readonly rows: number;
  /** Whether a table knew it. */
  readonly isFound: boolean;
  /** Tables that did not answer, without passwords. */
  readonly away: readonly string[];
}

type ConnectedTable = SharedTable & { readonly connection: Connection };

/** The shared tables of one run, each with a connection. */
export class SharedRun {
  readonly #context: RunContext;
  readonly #tables: readonly ConnectedTable[];
  #hasLearned = false;

  private constructor(context: RunContext, tables: readonly ConnectedTable[]) {
    this.#context = context;
    this.#tables = tables;
  }

  /** Returns the shared tables of a run; no server is asked yet. */
  static async of(context: RunContext): Promise<SharedRun> {
    const tables = sharedTables(context.settings).map(async (table) => ({
      ...table,
      connection: await connectionTo(table),
    }));
    return new SharedRun(context, await Promise.all(tables));
  }

  /** Asks each table for what other hosts have revoked; the run goes by it from then on. */
  async learn(): Promise<void> {
    this.#hasLearned = true;
    const away = new Set<string>();
    await Promise.all(
      this.#tables.map(async ({ output, target, connection }) => {
        try {
          await withTables(output, connection, () => this.#learn(this.#asked(output, connection)));
        } catch (error) {
          this.#meet(error);
          away.add(target.key);
        }
      }),
    );
    this.#context.learn(this.#context.known, away);
  }

  /**
   * Sends what has changed since the last push.
   *
   * @param isPublished - Whether this run has made a pass over the table; without one, no row has changed.
   */
  async push(isPublished: boolean): Promise<void> {
    if (!this.#hasLearned) await this.learn();
    await this.#inEach((table) => this.#push(table, isPublished));
  }

  /** Does a step with each table whose server answers. */
  async #inEach(step: (table: AskedTable) => Promise<void>): Promise<void> {
    for (const { output, target, connection } of this.#tables) {
      if (this.#context.away.has(target.key)) continue;
      try {
        await asFailure(output, () => step(this.#asked(output, connection)));
      } catch (error) {
        this.#meet(error);
        this.#context.learn(this.#context.known, new Set([...this.#context.away, target.key]));
      }
    }
  }

  /** Ends refusals in the tables, of whichever host they are; this host's own are ended by the next push. */
  async undo(subjects: readonly Pick<Revocation, 'kind' | 'what'>[]): Promise<void> {
    if (!this.#hasLearned) await this.learn();
    await this.#inEach(async (table) => {
      const { connection } = table;
      await connection.run([connection.sql.undo(subjects)], { locks: true });
      await this.#learn(table);
    });
  }

  /** Takes a host that is gone out of the tables. */
  async forgetHost(source: string): Promise<ForgottenHost> {
    let [rows, isFound] = [0, false];
    await this.#inEach(async ({ connection }) => {
      const found = await clearRows(connection, source);
      rows += found.rows;
      isFound ||= found.isFound || found.rows > 0;
    });
    const away = this.#tables.filter(({ target }) => this.#context.away.has(target.key));
    return { rows, isFound, away: away.map(nameOf) };
  }

  /** Returns the tables that do not have all that this host has revoked, without passwords. */
  unreached(): string[] {
    const { known, away, neededRevocations } = this.#context;
    return this.#tables
      .filter(({ target: { key } }) => {
        const sent = new Set((known[key] ?? unknownTable).sent);
        return away.has(key) || neededRevocations.some((each) => !sent.has(textOfRevocation(each)));
      })
      .map(nameOf);
  }

  /** Ends the connections. */
  close(): void {
    for (const { connection } of this.#tables) connection.close();
  }

  #asked(output: SharedTable['output'], connection: Connection): AskedTable {
    const save = (known: KnownTable) => this.#save(connection.target.key, known);
    return { output, connection, time: () => this.#context.invocation.time(), save };
  }

  #knownOf({ connection }: AskedTable): KnownTable {
    const { known } = this.#context;
    // A URL that has changed may lead to the same table: what this host was called there is its own.
    const former = Object.values(known).map(({ instance }) => instance);
    return known[connection.target.key] ?? { ...unknownTable, former: former.filter(Boolean) };
  }

  async #learn(table: AskedTable): Promise<void> {
    const learned = await learnTable(table, this.#knownOf(table));
    // Written at once: what was revoked elsewhere holds here too when the server is away by the next run.
    table.save(this.#isEmptied(table, learned) ? { ...learned.known, rows: '' } : learned.known);
    if (learned.standing === 'taken') throw takenFailure(table.output, table.connection.target.source);
    this.#reconcile(learned);
  }

  /** Somebody may have emptied the table by hand, where no token tells of it. */
  #isEmptied({ connection }: AskedTable, { known, hasRows }: LearnedTable): boolean {
    if (hasRows || known.rows === '') return false;
    const rows = readTableRows(this.#context.paths, connection.target.key, known.rows);
    return rows !== undefined && rows.ends.size > 0;
  }

  /** Brings revocations of this host home that it has lost, or that were undone from elsewhere. */
  #reconcile({ own, standing, known }: LearnedTable): void {
    if (own === undefined) return;
    const { revocations, invocation } = this.#context;
    if (standing === 'behind') {
      const all = takenBack(revocations, own, known.skew);
      if (all !== revocations) this.#context.revoke(all);
      return;
    }
    const undone = takenBack(
      [],
      own.filter(({ isUndone }) => isUndone),
      known.skew,
    );
    const isUndone = (revocation: Revocation) =>
      revocation.until > invocation.now &&
      known.sent.includes(textOfRevocation(revocation)) &&
      undone.some(({ kind, what }) => kind === revocation.kind && what === revocation.what);
    if (!revocations.some(isUndone)) return;
    this.#context.revoke(
      revocations.map((each) => (isUndone(each) ? endRefusal(each, invocation.now) : each)),
    );
  }

  async #push(table: AskedTable, isPublished: boolean): Promise<void> {
    const context = this.#context;
    for (let round = 0; round < mostRounds; round++) {
      let known = this.#knownOf(table);
      const unsent = context.neededRevocations.filter(
        (revocation) => !known.sent.includes(textOfRevocation(revocation)),
      );
      if (unsent.length > 0) {
        const needed = new Set(context.neededRevocations.map(textOfRevocation));
        const sent = known.sent.filter((text) => needed.has(text));
        known = await sendRevocations(table, { ...known, sent }, unsent);
        // What they come to now is another text.
        await this.#learn(table);
        known = this.#knownOf(table);
      }
      if (await this.#pushRows(table, known, isPublished)) {
        // Only metrics ask for it, and each such write is waited for.
        if (context.settings.metrics !== undefined)
          table.save({ ...this.#knownOf(table), pushed: context.invocation.now });
        return;
      }
      await this.#learn(table);
      context.learn(context.known, context.away);
    }
    throw busyFailure(table.output);
  }

  /** Returns whether the table has the rows of this host. */
  async #pushRows(table: AskedTable, known: KnownTable, isPublished: boolean): Promise<boolean> {
    const { paths, invocation, startsAfresh } = this.#context;
    const { key } = table.connection.target;
    const isDue = known.renewAt > 0 && invocation.now >= known.renewAt;
    const mayDiffer = isPublished || startsAfresh || isDue || known.touched.length > 0 || known.rows === '';
    if (!mayDiffer) return true;
    const file = readTableRows(paths, key, known.rows);
    const before = { ...(file ?? (await fetchRows(table, known))), isFetched: file === undefined };
    const live = liveRows(this.#context, table.output);
    const sending = rowsToSend(known, before, live, this.#context.policy);
    const { put, drop } = sending.changes;
    if (file !== undefined && put.length + drop.length === 0) {
      const { renewAt } = sending;
      if (known.touched.length > 0 || known.renewAt !== renewAt)
        table.save({ ...known, touched: [], renewAt });
      return true;
    }
    const pushed = await pushRows(table, known, sending);
    if (pushed === undefined) return false;
    writeTableRows(paths, key, pushed.rows, sending.live);
    table.save(pushed);
    return true;
  }

  /** Writes down what is known of the tables that are still configured. */
  #save(key: string, known: KnownTable): void {
    const context = this.#context;
    const all: KnownTables = { ...context.known, [key]: known };
    const kept = this.#tables.flatMap(({ target }) => {
      const table = all[target.key];
      return table === undefined ? [] : [[target.key, table] as const];
    });
    context.learn(all, context.away);
    writeKnownTables(context.paths.tables, Object.fromEntries(kept));
  }

  /** A server that is away is a problem met; nothing else is. */
  #meet(error: unknown): void {
    if (!(error instanceof Failure)) throw error;
    this.#context.record.meet(error.problem, { isOfReason: true });
  }
}

function nameOf({ output }: SharedTable): string {
  return withoutPassword(`${output.type} ${output.path}`);
}

function busyFailure(output: SharedTable['output']): Failure {
  return new Failure({
    status: ExitStatus.tryAgain,
    where: withoutPassword(`output ${output.type} ${output.path}`),
    what: 'other hosts revoke all the time',
    consequence: 'what this one has to send is sent by the next run',
  });
}
