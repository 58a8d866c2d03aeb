/** The relay table as plain objects, for tests: the merge on arrays, and what it should come to. */
import { sortKey } from '../../src/relay/address.ts';
import { Batch } from '../../src/relay/batch.ts';
import type { Login } from '../../src/relay/login.ts';
import { limitAddresses } from '../../src/relay/max-addresses-per-user.ts';
import { type MergeOptions, type MergeSink, merge } from '../../src/relay/merge.ts';
import { compareUsers, type Pair } from '../../src/relay/pair.ts';
import { type PairStream, streamOf } from '../../src/relay/pair-stream.ts';
import type { Policy } from '../../src/relay/policy.ts';

/** A noon in November 2026, Unix seconds. */
export const noon = 1_795_348_800;

/** A policy that refuses nothing. */
export const openPolicy: Policy = {
  now: noon,
  timeout: 1800,
  sessionLimit: 0,
  ignore: [],
  ownAddresses: new Set(),
  voidUntil: () => undefined,
};

/** A login at noon of alice from 192.0.2.10, but for what is given. */
export function loginOf(given: Partial<Login>): Login {
  return {
    time: noon,
    address: '192.0.2.10',
    user: 'alice',
    server: 'dovecot',
    host: 'mx',
    program: 'dovecot',
    pid: '1',
    source: 'mail.log',
    line: 1,
    ...given,
  };
}

/** What a merge came to. */
export interface Merged {
  readonly pairs: Pair[];
  readonly published: string[];
  /** `OUTCOME ADDRESS USER`. */
  readonly outcomes: string[];
  readonly nextExpiry: number;
}

/** Merges logins into pairs, as a run does. */
export function mergeLogins(
  pairs: readonly Pair[],
  logins: readonly Login[],
  policy: Policy = openPolicy,
  options: Partial<MergeOptions> & { maxAddressesPerUser?: number } = {},
): Merged {
  const batch = new Batch(policy);
  for (const login of logins) batch.login(login);
  return mergeBatch(pairs, batch, policy, options);
}

/** Merges a batch into pairs, as a run does. */
export function mergeBatch(
  pairs: readonly Pair[],
  batch: Batch,
  policy: Policy = openPolicy,
  options: Partial<MergeOptions> & { maxAddressesPerUser?: number } = {},
): Merged {
  const changes = batch.sorted();
  const open: MergeOptions = {
    policy,
    room: 1000,
    strayLogouts: batch.strayLogouts,
    judgesOldPairs: true,
    isOverLimit: () => false,
    ...options,
  };
  const silent: MergeSink = { keep: () => {}, write: () => {}, publish: () => {}, report: () => {} };
  const isOverLimit = limitAddresses(options.maxAddressesPerUser, (visit) => {
    const write = (pair: Pair, key: string) =>
      visit(
        pair.user,
        () => key,
        () => pair.first,
      );
    const keep = (stream: PairStream) => write(stream.pair(), stream.key);
    merge(streamOf(pairs), changes, { ...silent, write, keep }, open);
  });
  const merged: Pair[] = [];
  const published: string[] = [];
  const outcomes: string[] = [];
  const { nextExpiry } = merge(
    streamOf(pairs),
    changes,
    {
      keep: (stream) => merged.push(stream.pair()),
      write: (pair) => merged.push(pair),
      publish: (address) => published.push(address),
      report: (outcome, pair) => outcomes.push(`${outcome} ${pair.address} ${pair.user}`),
    },
    { ...open, isOverLimit },
  );
  return { pairs: merged, published, outcomes, nextExpiry };
}

/** Orders pairs as the table is. */
export function comparePairs(a: Pair, b: Pair): number {
  const [keyOfA, keyOfB] = [sortKey(a.address), sortKey(b.address)];
  return keyOfA < keyOfB ? -1 : keyOfA > keyOfB ? 1 : compareUsers(a.user, b.user);
}
