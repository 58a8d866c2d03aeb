/**
 * What a run does with the tables that hosts share: before it reads its log it learns what other hosts have revoked;
 * after its own files are published it sends its rows. A server that is away costs a run 5 seconds, once.
 */
import { familyOf, holdsFamily } from '../maps/output.ts';
import { inTransaction, type Query } from '../maps/pgsql/database.ts';
import { type RowChanges, type Rows, rowChanges, rowKey } from '../maps/pgsql/rows.ts';
import { foreignRevocations, type Learned } from '../maps/pgsql/shared-revocation.ts';
import { type SharedTable, sharedTables } from '../maps/pgsql/shared-tables.ts';
import {
  clearSource,
  fetchRevocations,
  lockWriters,
  sendRevocations,
  sendRows,
} from '../maps/pgsql/statements.ts';
import { Failure } from '../problem.ts';
import { type EntryOptions, visitEntries } from '../relay/entry.ts';
import type { Policy } from '../relay/policy.ts';
import { publishedForms } from '../relay/published-form.ts';
import { indexRevocations, type Revocation } from '../relay/revocation.ts';
import { withPairs } from '../state/table-run.ts';
import { type KnownTable, type KnownTables, unknownTable, writeKnownTables } from '../state/tables-file.ts';
import type { RunContext } from './run-context.ts';

/** Asks each table for what other hosts have revoked; the run goes by it from then on. */
export async function learnRevocations(context: RunContext): Promise<void> {
  const { invocation } = context;
  const known = { ...context.known };
  const away = new Set<string>();
  let hasNews = false;
  const ask = async ({ output, target }: SharedTable) => {
    const { key, source } = target;
    const before = known[key] ?? unknownTable;
    let { rows } = before;
    try {
      const learned = await inTransaction(output, target, true, (query) =>
        fetchRevocations(query, source, () => invocation.time()),
      );
      // Who revoked a network may have taken rows of ours out that hold part of it: what is right is sent again.
      if (!isSame(before, learned)) rows = null;
      hasNews ||= !isSame(before, learned);
      known[key] = { ...before, ...learned, rows };
    } catch (error) {
      meetFailure(context, error);
      away.add(key);
      // A server that comes back may have come back from a backup.
      hasNews ||= rows !== null;
      known[key] = { ...before, rows: null };
    }
  };
  await Promise.all(sharedTables(context.settings).map(ask));
  // Written at once: what was revoked elsewhere holds here too when the server is away by the next run.
  if (hasNews) writeKnown(context, known);
  context.learn(known, away);
}

/**
 * Sends what has changed since the last push; everything, where that is not known to have arrived.
 *
 * @param isPublished - Whether this run has made a pass over the table; without one, no row has changed.
 */
export async function pushTables(context: RunContext, isPublished: boolean): Promise<void> {
  let { known } = context;
  for (const table of sharedTables(context.settings)) {
    const { key } = table.target;
    if (context.away.has(key)) continue;
    const before = known[key] ?? unknownTable;
    const push = preparePush(context, table, before, isPublished);
    if (push === undefined) continue;
    known = { ...known, [key]: { ...before, rows: null } };
    writeKnown(context, known);
    try {
      known = { ...known, [key]: await sendPush(context, table, push) };
    } catch (error) {
      meetFailure(context, error);
      continue;
    }
    writeKnown(context, known);
  }
}

/** What one table is to be sent. */
interface Push {
  /** What was known of it before. */
  readonly before: KnownTable;
  readonly live: Rows;
  /** undefined: all that is live, in the place of what is there. */
  readonly changes: RowChanges | undefined;
  readonly unsent: readonly Revocation[];
}

function preparePush(
  context: RunContext,
  table: SharedTable,
  before: KnownTable,
  isPublished: boolean,
): Push | undefined {
  const unsent = context.neededRevocations.filter((revocation) => !before.sent.includes(textOf(revocation)));
  const isKnown = before.rows !== null && !context.startsAfresh;
  if (isKnown && !isPublished && unsent.length === 0) return undefined;
  const live = liveRows(context, table, context.policy);
  const changes = isKnown ? rowChanges(new Map(before.rows), live) : undefined;
  if (changes !== undefined && changes.put.length + changes.drop.length + unsent.length === 0)
    return undefined;
  return { before, live, changes, unsent };
}

async function sendPush(
  context: RunContext,
  table: SharedTable,
  { before, live, changes, unsent }: Push,
): Promise<KnownTable> {
  const { source } = table.target;
  const now = () => context.invocation.time();
  return inTransaction(table.output, table.target, true, async (query: Query) => {
    await lockWriters(query);
    const learned = await fetchRevocations(query, source, now);
    const hasNews = !isSame(before, learned);
    const rows = hasNews ? liveRows(context, table, policyAfter(context, learned)) : live;
    await sendRevocations(query, source, unsent, now());
    if (changes === undefined || hasNews) {
      await clearSource(query, source);
      await sendRows(query, source, { put: [...rows], drop: [] }, now());
    } else await sendRows(query, source, changes, now());
    return { ...learned, rows: [...rows], sent: context.neededRevocations.map(textOf) };
  });
}

/** The policy of a run, with what other hosts have revoked while it went on. */
function policyAfter({ policy, revocations }: RunContext, learned: Learned): Policy {
  return { ...policy, voidUntil: indexRevocations([...revocations, ...foreignRevocations(learned)]) };
}

function liveRows({ paths, settings, permits }: RunContext, { output }: SharedTable, policy: Policy): Rows {
  const rows = new Map<string, number>();
  const openPairs: EntryOptions['openPairs'] = (use) =>
    withPairs({ path: paths.pairs, startsEmpty: false }, use);
  const formOf = publishedForms(policy, settings.ipv6Prefix);
  visitEntries({ openPairs, policy, permits, limits: settings }, ({ address, users, relays }) => {
    if (!relays || !holdsFamily(output, familyOf(address))) return;
    const form = formOf(address);
    for (const { user, expires, isHeldBack } of users) {
      if (isHeldBack) continue;
      const key = rowKey(form, user);
      rows.set(key, Math.max(rows.get(key) ?? 0, expires));
    }
  });
  return rows;
}

function textOf({ kind, what, at, until }: Revocation): string {
  return JSON.stringify([kind, what, at, until]);
}

function isSame(a: Learned, b: Learned): boolean {
  return JSON.stringify(a.revocations) === JSON.stringify(b.revocations);
}

/** Writes down what is known of the tables that are still configured. */
function writeKnown({ paths, settings }: RunContext, known: KnownTables): void {
  const kept = sharedTables(settings).flatMap(({ target: { key } }) => {
    const table = known[key];
    return table === undefined ? [] : [[key, table] as const];
  });
  writeKnownTables(paths.tables, Object.fromEntries(kept));
}

/** A server that is away is a problem met; nothing else is. */
function meetFailure({ record }: RunContext, error: unknown): void {
  if (!(error instanceof Failure)) throw error;
  record.meet(error.problem);
}
