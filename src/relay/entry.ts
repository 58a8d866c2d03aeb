/**
 * Relay entries: the table as people and JSON see it, one entry per address with all of its users. Made from
 * the pairs by the same merge that publishes maps, so that what is shown is what is published.
 */
import { utcText } from '../terminal/words.ts';
import type { Address } from './address.ts';
import type { Changes } from './batch.ts';
import { boundsOf, type TableLimits } from './bounds.ts';
import { countedPass } from './counted-pass.ts';
import { type MergeSink, merge } from './merge.ts';
import { expiryOf, type Lifetime, type Pair } from './pair.ts';
import type { PairStream } from './pair-stream.ts';
import { asPair, livingPermits, type Permit } from './permit.ts';
import type { Policy } from './policy.ts';

/** One user at an address. Times are Unix seconds. */
export interface EntryUser {
  readonly user: string;
  readonly server: string;
  readonly first: number;
  readonly last: number;
  readonly expires: number;
  readonly logins: number;
  /** Kept alive by an open session, past its timeout. */
  readonly isOpen: boolean;
  /** Held back by `max-addresses-per-user`, or with all others of an address that has too many users. */
  readonly isHeldBack: boolean;
  /** Let in by hand: what was given, where there was no login. */
  readonly permit?: Permit;
}

/** An address of the relay table. */
export interface Entry {
  readonly address: Address;
  /** When the last of its users that count expires: Unix seconds. */
  readonly expires: number;
  /** Whether it may relay: one of its users is not held back. */
  readonly relays: boolean;
  /** How many users it has, where these are more than `max-users-per-address`. */
  readonly crowd?: number | undefined;
  /** Latest login first. */
  readonly users: readonly EntryUser[];
}

/** Where pairs come from, each time from the start. */
type OpenPairs = <Result>(use: (stream: PairStream) => Result) => Result;

/** How entries come of pairs. */
export interface EntryOptions {
  readonly openPairs: OpenPairs;
  readonly policy: Policy;
  readonly permits: readonly Permit[];
  readonly limits: TableLimits;
  /** New lines to merge with the pairs, as a run would; default: none. */
  readonly news?: {
    readonly changes: Changes;
    readonly strayLogouts: ReadonlyMap<string, number>;
    /** How many pairs the table has before. */
    readonly entries: number;
  };
  /** Told what becomes of each pair that does not stay as it is, as by a run. */
  readonly report?: MergeSink['report'];
}

/** Calls `take` with each living entry, in the order of the relay table. */
export function visitEntries(options: EntryOptions, take: (entry: Entry) => void): void {
  const { openPairs, policy, permits, limits, report = () => {} } = options;
  const { changes, strayLogouts, entries } = options.news ?? {
    changes: [],
    strayLogouts: new Map<string, number>(),
    entries: 0,
  };
  const judging = { policy, permits, strayLogouts, judgesOldPairs: true };
  const pass = countedPass((use) => openPairs((stream) => use(stream, changes, judging)));
  const permitCount = livingPermits(permits, policy).length;
  const bounds = boundsOf({ limits, entries, changes: changes.length, permits: permitCount, pass });
  let group: EntryUser[] = [];
  let address = '';
  let crowd: number | undefined;
  const flush = () => {
    if (group.length > 0) take(entryOf(address, group, crowd));
    group = [];
  };
  const moveTo = (next: Address, key: string) => {
    if (next === address) return;
    flush();
    address = next;
    crowd = bounds.crowds.get(key);
  };
  const visit = (key: string, pair: Pair) => {
    moveTo(pair.address, key);
    const isHeldBack = crowd !== undefined || bounds.addressLimit.isOver(key, () => pair.user);
    group.push(entryUser(pair, policy, isHeldBack));
  };
  openPairs((stream) =>
    merge(
      stream,
      changes,
      {
        keep: (kept, pair = kept.pair()) => visit(kept.key, pair),
        write: (pair, key) => visit(key, pair),
        permit(permit, key) {
          moveTo(permit.address, key);
          group.push(permittedUser(permit));
        },
        publish: () => {},
        report,
      },
      { ...judging, bounds },
    ),
  );
  flush();
}

function entryUser(
  pair: Pair,
  lifetime: Lifetime & { readonly now: number },
  isHeldBack: boolean,
): EntryUser {
  const { user, server, first, last, logins } = pair;
  const isOpen = last + lifetime.timeout <= lifetime.now;
  return { user, server, first, last, expires: expiryOf(pair, lifetime), logins, isOpen, isHeldBack };
}

function permittedUser(permit: Permit): EntryUser {
  const { user, server, first, last, logins } = asPair(permit);
  const held = { isOpen: false, isHeldBack: false };
  return { user, server, first, last, expires: permit.until, logins, ...held, permit };
}

function entryOf(address: Address, users: EntryUser[], crowd: number | undefined): Entry {
  const counting = users.filter((user) => !user.isHeldBack);
  return {
    address,
    expires: Math.max(...(counting.length > 0 ? counting : users).map(({ expires }) => expires)),
    relays: counting.length > 0,
    crowd,
    users: users.sort((a, b) => b.last - a.last),
  };
}

/** Returns an entry with the fields that JSON has everywhere, times in RFC 3339 UTC. */
export function entryJson(entry: Entry): Record<string, unknown> {
  return {
    address: entry.address,
    expires: utcText(entry.expires),
    users: entry.users.map(({ user, server, first, last, expires, logins, permit }) => ({
      user,
      server,
      first: utcText(first),
      last: utcText(last),
      expires: utcText(expires),
      logins,
      ...(permit && { by: permit.by, note: permit.note }),
    })),
  };
}
