/**
 * Why addresses may not relay, from all that can be asked: the table, its history, the unread end of the log, the
 * sessions that the log shows to be open, and whom the MTA has just refused.
 */

import type { Invocation } from '../host/invocation.ts';
import { noConnectLine } from '../recognize/record-judge.ts';
import type { FailedLogin } from '../refusals/failed-logins.ts';
import type { Address } from '../relay/address.ts';
import { permitServer } from '../relay/permit.ts';
import type { PastEntry } from '../state/history-file.ts';
import { refusedInDay } from '../state/refused-counts.ts';
import { countWords, durationWords } from '../terminal/words.ts';
import { factsOf } from './address-facts.ts';
import { failureWords, findFailures } from './find-failures.ts';
import { findRefusals } from './find-refusals.ts';
import { lookAhead } from './next-run.ts';
import { findOpenSessions } from './open-sessions.ts';
import type { Table } from './open-table.ts';
import { type Logs, openLogs, patience } from './search-logs.ts';
import { senderHints } from './sender-hints.ts';
import { sessionDoubt } from './session-doubt.ts';
import { type Reason, whyNot } from './why-not.ts';

/** Why one address may not relay. */
export interface AddressExplanation extends Reason {
  /** Who has given a wrong password from it in the last hour, the newest first. */
  readonly failed: readonly FailedLogin[];
  /** What else there is to know, a line each, failed logins among it. */
  readonly notes: readonly string[];
}

/** How far back refusals by the MTA and failed logins are looked for. Seconds. */
export const recently = 3600;

/** The timer is to run each minute; after so long without, something is wrong. Seconds. */
const lateAfter = 300;

/** Explains addresses that may not relay. */
export async function explain(
  invocation: Invocation,
  table: Table,
  addresses: readonly Address[],
): Promise<ReadonlyMap<Address, AddressExplanation>> {
  const logs = openLogs(invocation, table);
  const facts = factsOf(table, new Set(addresses), await lookAhead(table, logs));
  const reasons = addresses.map((address) => ({ address, reason: whyNot(table, address, facts(address)) }));
  const sessions = await sessionNotes(
    table,
    logs,
    reasons.flatMap(({ reason }) => reason.past ?? []),
  );
  const unknown = reasons.flatMap(({ address, reason }) => (reason.isUnknown === true ? [address] : []));
  const hints = unknown.length === 0 ? undefined : await refusedSenders(table, logs, new Set(unknown));
  const failures = await findFailures(table, logs, {
    since: table.policy.now - recently,
    addresses: new Set(addresses),
  });
  return new Map(
    reasons.map(({ address, reason }) => {
      const failed = failures.get(address) ?? [];
      const notes = [
        ...failed.map((one) => failureWords(table, one)),
        reason.past && sessions.get(reason.past),
        reason.isUnknown === true ? hints?.get(address) : undefined,
        reason.isUnknown === true ? clientlessNote(table) : undefined,
        reason.isNotYet === true ? lateNote(table) : undefined,
      ];
      return [address, { ...reason, failed, notes: notes.filter((note) => note !== undefined) }];
    }),
  );
}

/**
 * Returns, for each of some entries that have expired, that `sessions on` would have kept it, if so; or with it, that no
 * session of its server counts.
 */
export async function sessionNotes(
  table: Table,
  logs: Logs,
  past: readonly PastEntry[],
): Promise<ReadonlyMap<PastEntry, string>> {
  const expired = past.filter(({ kind, server }) => kind === 'expired' && server !== permitServer);
  if (expired.length === 0) return new Map();
  if (table.settings.sessions) {
    const doubts = expired.map((entry) => [entry, sessionDoubt(table, entry.server)] as const);
    return new Map(doubts.flatMap(([entry, doubt]) => (doubt === undefined ? [] : [[entry, doubt]])));
  }
  const open = await findOpenSessions(table, logs, expired);
  return new Map(
    [...open].map(([entry, since]) => {
      const age = durationWords(table.policy.now - since);
      return [entry, `its session is still open (${age}): 'sessions on' would keep it`];
    }),
  );
}

/** Returns that the run to come may not come, if the last one was long ago. */
export function lateNote(table: Table): string | undefined {
  const { time } = table.saved().lastRun;
  const age = table.policy.now - time;
  if (age < lateAfter) return undefined;
  const last = time === 0 ? 'there has been no run yet' : `the last run was ${durationWords(age)} ago`;
  return `${last}: does cron or the timer run it? see exact update --check`;
}

/** Returns that somebody has logged in of whom no line told from where, which may have been this address. */
function clientlessNote(table: Table): string | undefined {
  const refused = refusedInDay(table.saved().refusedByHour, table.policy.now);
  const count = Object.entries(refused).reduce(
    (sum, [reason, times]) => sum + (reason.startsWith(noConnectLine) ? times : 0),
    0,
  );
  if (count === 0) return undefined;
  return `${countWords(count, 'login')} in the last 24 h had no line with the address: see exact update --check`;
}

/** The MTA's log tells who sends from an address that nobody has logged in from. */
async function refusedSenders(
  table: Table,
  logs: Logs,
  addresses: ReadonlySet<Address>,
): Promise<ReadonlyMap<Address, string>> {
  const { clients } = await findRefusals(table, logs, {
    since: table.policy.now - recently,
    patience,
    isWanted: (address) => addresses.has(address),
  });
  const hintFor = senderHints(
    table,
    clients.map(({ sender }) => sender),
  );
  const hints = new Map<Address, string>();
  for (const { address, sender } of clients) {
    const hint = hintFor(address, sender);
    if (hint !== undefined) hints.set(address, hint);
  }
  return hints;
}
