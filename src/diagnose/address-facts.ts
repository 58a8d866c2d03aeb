/** What the table, its history and the unread end of the log know of some addresses. */
import type { Address } from '../relay/address.ts';
import type { Entry } from '../relay/entry.ts';
import type { MergeSink } from '../relay/merge.ts';
import { isNetwork, parseNetwork } from '../relay/network.ts';
import { expiryOf } from '../relay/pair.ts';
import type { PastEntry } from '../state/history-file.ts';
import type { NextRun, WaitingRefusal } from './next-run.ts';
import type { Look, Table } from './open-table.ts';

/** What is known of one address. */
export interface AddressFacts {
  /** As it is in the table. */
  readonly now: Entry | undefined;
  /** As the next run will have it. */
  readonly next: Entry | undefined;
  /** A login in the unread end of the log that will not count. */
  readonly waiting: WaitingRefusal | undefined;
  /** What was last known of it. */
  readonly past: PastEntry | undefined;
}

/** How long what has left the table is remembered. Seconds. */
const day = 86_400;

/** So many addresses are looked up one by one; for more, the table is read as a whole. */
const mostLookedUp = 64;

/** Returns what is known of each of the addresses; `next` is the run to come, if it changes anything. */
export function factsOf(
  table: Table,
  addresses: ReadonlySet<Address>,
  next: NextRun | undefined,
): (address: Address) => AddressFacts {
  const past = new Map<Address, PastEntry>();
  for (const one of table.past()) if (addresses.has(one.address)) past.set(one.address, one);
  const report = leavers(table, (one) => {
    if (addresses.has(one.address)) past.set(one.address, one);
  });
  const entriesOf = (lookUp: Table['visitNetworks'], whole: Table['visit'], look?: Look) => {
    const entries = new Map<Address, Entry>();
    const take = (entry: Entry) => addresses.has(entry.address) && entries.set(entry.address, entry);
    if (addresses.size > mostLookedUp) whole(take, look);
    else lookUp([...addresses].map(parseNetwork).filter(isNetwork), take, look);
    return entries;
  };
  const nowEntries = entriesOf(table.visitNetworks, table.visit, { report });
  const nextEntries = next === undefined ? nowEntries : entriesOf(next.visitNetworks, next.visit);
  return (address) => ({
    now: nowEntries.get(address),
    next: nextEntries.get(address),
    waiting: next?.refused.get(address),
    past: past.get(address),
  });
}

/**
 * Returns what is told, by a look at the table, of the pairs that leave it at the next run, in the form in which
 * they will be remembered: their time has run out, or may have, already.
 */
export function leavers({ policy }: Table, take: (left: PastEntry) => void): MergeSink['report'] {
  return (outcome, pair, details) => {
    if (outcome === 'added' || outcome === 'refreshed') return;
    const { address, user, server, last } = pair;
    const time = outcome === 'expired' ? (details?.until ?? expiryOf(pair, policy)) : policy.now;
    const reason = details?.refusal?.reason ?? '';
    // Where no run has come for days, what it will find is no news.
    if (time > policy.now - day) take({ time, kind: outcome, address, user, server, login: last, reason });
  };
}
