/**
 * What a run sends to one table: first what this host has revoked, then its rows as far as they differ from what the
 * table has. All work is done before; the table takes a batch of rows only if nothing was revoked and nobody else wrote
 * in this host's name meanwhile.
 */
import { randomUUID } from 'node:crypto';
import { endedIn } from '../../maps/shared/answers.ts';
import {
  type LiveRows,
  type RowChanges,
  type Rows,
  type RowsBuilder,
  rowChanges,
} from '../../maps/shared/rows.ts';
import { subjectsIndex } from '../../maps/shared/shared-revocation.ts';
import { mostEnded, mostSent, type RowName, type Sender, type SqlRow } from '../../maps/shared/statements.ts';
import { keyName } from '../../maps/shared/stored-name.ts';
import type { Policy } from '../../relay/policy.ts';
import type { Revocation } from '../../relay/revocation.ts';
import type { KnownTable } from '../../state/tables-file.ts';
import { type AskedTable, takenFailure } from './learn-table.ts';

/** Seconds by which a time that comes back from the database may differ from the one that was sent. */
const slack = 3;

/** Returns the text by which a revocation is known to have been sent. */
export function textOfRevocation({ kind, what, at, until }: Revocation): string {
  return JSON.stringify([kind, what, at, until]);
}

/** Sends revocations, and ends what they end, whoever put it there; returns what is known then. Throws as the server does. */
export async function sendRevocations(
  table: AskedTable,
  before: KnownTable,
  unsent: readonly Revocation[],
): Promise<KnownTable> {
  const { connection, time, save } = table;
  const next = randomUUID();
  const { source } = connection.target;
  const sender = senderOf(table, before, next);
  save({ ...before, pending: next });
  const { sql } = connection;
  const ending = sql.endRevoked(source, unsent);
  const [marked = [], , ...ended] = await connection.run(
    [sql.mark(sender), sql.tell(sender, unsent, time()), ...ending],
    { locks: true },
  );
  if (marked.length === 0) throw takenFailure(table.output, source);
  let isMore = ended.some(isFull);
  while (isMore) isMore = (await connection.run(ending, { locks: true })).some(isFull);
  await endOlderRows(table, unsent);
  const sent = unsent.map(textOfRevocation);
  const known = { ...before, token: next, pending: '', sent: [...before.sent, ...sent] };
  save(known);
  return known;
}

function isFull(rows: readonly SqlRow[]): boolean {
  return endedIn(rows) >= mostEnded;
}

/** Rows that an earlier release of Exact has written are found by reading them. */
async function endOlderRows({ connection }: AskedTable, unsent: readonly Revocation[]): Promise<void> {
  const { older } = connection.sql;
  const users = unsent.filter(({ kind }) => kind === 'user');
  if (older === undefined || users.length === 0) return;
  const isRevoked = subjectsIndex(users.map(({ kind, what }) => ({ kind, what: keyName(what) })));
  let last: RowName | undefined = { address: '', username: '', source: '' };
  while (last !== undefined) {
    await connection.ask(older.rowsAfter(last), (found) => {
      const rows = found as unknown as readonly RowName[];
      last = rows.length < mostEnded ? undefined : rows.at(-1);
      const ended = rows.filter(({ address, username }) => isRevoked(address, username));
      return ended.length === 0 ? [] : [older.end(ended)];
    });
  }
}

/** Asks the table for the rows that it has of this host. */
export async function fetchRows({ connection }: AskedTable, { skew }: KnownTable): Promise<Rows> {
  const { sql, target } = connection;
  const ends = new Map<string, number>();
  let [address, username] = ['', ''];
  for (;;) {
    const [rows = []] = await connection.run([sql.rowsAfter(target.source, address, username)]);
    for (const row of rows)
      ends.set(`${row.address}\t${row.username}`, Math.round(Number(row.expires) + skew));
    if (rows.length < mostSent) return { ends, members: new Map() };
    const last = rows.at(-1);
    [address, username] = [String(last?.address), String(last?.username)];
  }
}

/** What is to be sent. */
export interface RowsToSend {
  readonly changes: RowChanges;
  readonly live: LiveRows;
  /** When rows have to be renewed: Unix seconds; 0: never. */
  readonly renewAt: number;
}

/** Returns what makes `live` of what the table has. */
export function rowsToSend(
  { touched }: KnownTable,
  before: Rows & { readonly isFetched: boolean },
  live: RowsBuilder,
  { now, timeout }: Pick<Policy, 'now' | 'timeout'>,
): RowsToSend {
  const half = timeout / 2;
  const how = { touched, slack: before.isFetched ? slack : 0, renewsBefore: now + half };
  const changes = rowChanges(before, live, how);
  let renewAt = Number.POSITIVE_INFINITY;
  for (const key of live.renewed) renewAt = Math.min(renewAt, (live.ends.get(key) ?? 0) - half);
  return { live, changes, renewAt: Number.isFinite(renewAt) ? Math.max(1, renewAt) : 0 };
}

/**
 * Sends changes of rows; returns what is known then, or undefined where something was revoked meanwhile, and part of
 * it may have been sent. Throws as the server does.
 */
export async function pushRows(
  table: AskedTable,
  before: KnownTable,
  { changes, live, renewAt }: RowsToSend,
): Promise<KnownTable | undefined> {
  const { connection, time, save } = table;
  const next = randomUUID();
  save({ ...before, pending: next, rows: '' });
  let sender = senderOf(table, before, next);
  for (const some of batches(changes)) {
    const statement = connection.sql.sendRows(sender, before.digest, some, {
      now: time(),
      total: live.ends.size,
    });
    const [[answer] = []] = await connection.run([statement], { locks: true });
    if (Number(answer?.sent ?? 0) === 0) return undefined;
    sender = { ...sender, token: next };
  }
  return { ...before, token: next, pending: '', rows: next, size: live.ends.size, touched: [], renewAt };
}

function batches({ put, drop }: RowChanges): RowChanges[] {
  const count = Math.max(1, Math.ceil(Math.max(put.length, drop.length) / mostSent));
  return Array.from({ length: count }, (_none, index) => {
    const part = <T>(all: readonly T[]) => all.slice(index * mostSent, (index + 1) * mostSent);
    return { put: part(put), drop: part(drop) };
  });
}

function senderOf({ connection }: AskedTable, { instance, token }: KnownTable, next: string): Sender {
  return { source: connection.target.source, instance, token, next };
}
