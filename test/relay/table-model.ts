/** The relay table as plain objects, for tests: the merge on arrays, and what it should come to. */
import { sortKey } from '../../src/relay/address.ts';
import {
  type Admission,
  type AdmissionLines,
  admissionOf,
  everybody,
  type NamedNetwork,
} from '../../src/relay/admission.ts';
import { Batch } from '../../src/relay/batch.ts';
import { boundsOf, type TableLimits } from '../../src/relay/bounds.ts';
import { countedPass } from '../../src/relay/counted-pass.ts';
import type { Login } from '../../src/relay/login.ts';
import { merge } from '../../src/relay/merge.ts';
import { isNetwork, parseNetwork } from '../../src/relay/network.ts';
import { compareUsers, type Pair } from '../../src/relay/pair.ts';
import { streamOf } from '../../src/relay/pair-stream.ts';
import { livingPermits, type Permit } from '../../src/relay/permit.ts';
import type { Policy } from '../../src/relay/policy.ts';

/** A noon in November 2026, Unix seconds. */
export const noon = 1_795_348_800;

/** A policy that refuses nothing. */
export const openPolicy: Policy = {
  now: noon,
  timeout: 1800,
  sessionLimit: 0,
  admission: everybody,
  ownAddresses: new Set(),
  voidUntil: () => undefined,
};

/** Returns an admission that ignores networks, each on a line of its own. */
export function ignoring(...networks: string[]): Admission {
  return admitting({ ignore: namedNetworks(...networks) });
}

/** Returns the admission that some lines make. */
export function admitting(lines: Partial<AdmissionLines>): Admission {
  return admissionOf({ ignore: [], only: [], users: [], notUsers: [], ...lines });
}

/** Returns networks as the lines of exact.conf name them, from its first line on. */
export function namedNetworks(...texts: string[]): NamedNetwork[] {
  return texts.map((text, index) => {
    const network = parseNetwork(text);
    if (!isNetwork(network)) throw new Error(`${text}: ${network.reason}`);
    return { network, origin: `exact.conf:${index + 1}` };
  });
}

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

/** Limits, where there are others than 1,000 entries, and who was let in by hand. */
type ModelOptions = Partial<TableLimits> & { readonly permits?: readonly Permit[] };

/** Merges logins into pairs, as a run does. */
export function mergeLogins(
  pairs: readonly Pair[],
  logins: readonly Login[],
  policy: Policy = openPolicy,
  options: ModelOptions = {},
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
  { permits = [], ...options }: ModelOptions = {},
): Merged {
  const changes = batch.sorted();
  const judging = { policy, permits, strayLogouts: batch.strayLogouts, judgesOldPairs: true };
  const limits: TableLimits = { maxEntries: 1000, ...options };
  const pass = countedPass((use) => use(streamOf(pairs), changes, judging));
  const permitted = livingPermits(permits, policy).length;
  const bounds = boundsOf({
    limits,
    entries: pairs.length,
    changes: changes.length,
    permits: permitted,
    pass,
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
    { ...judging, bounds },
  );
  return { pairs: merged, published, outcomes, nextExpiry };
}

/** Orders pairs as the table is. */
export function comparePairs(a: Pair, b: Pair): number {
  const [keyOfA, keyOfB] = [sortKey(a.address), sortKey(b.address)];
  return keyOfA < keyOfB ? -1 : keyOfA > keyOfB ? 1 : compareUsers(a.user, b.user);
}
