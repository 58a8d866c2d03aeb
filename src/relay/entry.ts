/**
 * Relay entries: the table as people and JSON see it, one entry per address with all of its users. Made from
 * the pairs by the same merge that publishes maps, so that what is shown is what is published.
 */
import { utcText } from '../terminal/words.ts';
import type { Address } from './address.ts';
import type { PairChange } from './batch.ts';
import { limitAddresses } from './max-addresses-per-user.ts';
import { type MergeOptions, type MergeSink, merge } from './merge.ts';
import { expiryOf, type Lifetime, type Pair } from './pair.ts';
import type { PairStream } from './pair-stream.ts';
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
  /** Held back by `max-addresses-per-user`. */
  readonly isOverLimit: boolean;
}

/** An address of the relay table. */
export interface Entry {
  readonly address: Address;
  /** When the last of its users that count expires: Unix seconds. */
  readonly expires: number;
  /** Whether it may relay: one of its users is not over the limit. */
  readonly relays: boolean;
  /** Latest login first. */
  readonly users: readonly EntryUser[];
}

/** Where pairs come from, each time from the start. */
type OpenPairs = <Result>(use: (stream: PairStream) => Result) => Result;

/** How entries come of pairs. */
export interface EntryOptions {
  readonly openPairs: OpenPairs;
  readonly policy: Policy;
  readonly maxAddressesPerUser: number | undefined;
  /** New lines to merge with the pairs, as a run would; default: none. */
  readonly news?: {
    readonly changes: readonly PairChange[];
    readonly strayLogouts: ReadonlyMap<string, number>;
    /** How many new pairs the table still takes. */
    readonly room: number;
  };
  /** Told what becomes of each pair that does not stay as it is, as by a run. */
  readonly report?: MergeSink['report'];
}

/** Calls `take` with each living entry, in the order of the relay table. */
export function visitEntries(options: EntryOptions, take: (entry: Entry) => void): void {
  const { openPairs, policy, maxAddressesPerUser, report = () => {} } = options;
  const { changes, ...news } = options.news ?? { changes: [], strayLogouts: new Map(), room: 0 };
  const open: MergeOptions = { policy, ...news, judgesOldPairs: true, isOverLimit: () => false };
  const visitPairs = (visit: (key: string, pair: Pair) => void, tell: MergeSink['report']) =>
    openPairs((stream) =>
      merge(
        stream,
        changes,
        {
          keep: (kept, pair = kept.pair()) => visit(kept.key, pair),
          write: (pair, key) => visit(key, pair),
          publish: () => {},
          report: tell,
        },
        open,
      ),
    );
  const isOverLimit = limitAddresses(maxAddressesPerUser, (visit) =>
    visitPairs(
      (key, pair) =>
        visit(
          pair.user,
          () => key,
          () => pair.first,
        ),
      () => {},
    ),
  );
  let group: EntryUser[] = [];
  let address = '';
  const flush = () => {
    if (group.length > 0) take(entryOf(address, group));
    group = [];
  };
  visitPairs((key, pair) => {
    if (pair.address !== address) flush();
    address = pair.address;
    group.push(
      entryUser(
        pair,
        policy,
        isOverLimit(key, () => pair.user),
      ),
    );
  }, report);
  flush();
}

function entryUser(
  pair: Pair,
  lifetime: Lifetime & { readonly now: number },
  isOverLimit: boolean,
): EntryUser {
  const { user, server, first, last, logins } = pair;
  const isOpen = last + lifetime.timeout <= lifetime.now;
  return { user, server, first, last, expires: expiryOf(pair, lifetime), logins, isOpen, isOverLimit };
}

function entryOf(address: Address, users: EntryUser[]): Entry {
  const counting = users.filter((user) => !user.isOverLimit);
  return {
    address,
    expires: Math.max(...(counting.length > 0 ? counting : users).map(({ expires }) => expires)),
    relays: counting.length > 0,
    users: users.sort((a, b) => b.last - a.last),
  };
}

/** Returns an entry with the fields that JSON has everywhere, times in RFC 3339 UTC. */
export function entryJson(entry: Entry): Record<string, unknown> {
  return {
    address: entry.address,
    expires: utcText(entry.expires),
    users: entry.users.map(({ user, server, first, last, expires, logins }) => ({
      user,
      server,
      first: utcText(first),
      last: utcText(last),
      expires: utcText(expires),
      logins,
    })),
  };
}
