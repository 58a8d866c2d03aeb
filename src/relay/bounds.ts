/**
 * What bounds the table as a whole: `max-entries`, `max-addresses-per-user`, `max-users-per-address`. What they come to
 * is worked out by passes over the pairs before the one that publishes, so that this one knows it of each pair.
 */
import { CrowdFinder } from './crowd.ts';
import { type AddressLimit, limitAddresses, noLimit, type VisitPairs } from './max-addresses-per-user.ts';
import { type FullTable, makeRoom } from './room.ts';
import type { VisitPair } from './stretch.ts';
import { countersFor } from './user-counters.ts';

/** The limits, as settings have them; undefined: there is none. */
export interface TableLimits {
  readonly maxEntries: number;
  readonly maxAddressesPerUser?: number | undefined;
  readonly maxUsersPerAddress?: number | undefined;
}

/** What a pass has to know of the limits. Addresses are given by their sort keys. */
export interface Bounds {
  readonly limits: TableLimits;
  readonly addressLimit: AddressLimit;
  /** Addresses with too many users, and how many these are. */
  readonly crowds: ReadonlyMap<string, number>;
  /** Users, as logged, that have no room at an address. */
  readonly leaving: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What to tell of the limits. */
export interface LimitFindings {
  /** Users over `max-addresses-per-user`, in lower case, and from how many addresses they logged in. */
  readonly overLimit: Readonly<Record<string, number>>;
  /** undefined while there is room. */
  readonly full: FullTable | undefined;
}

/** Holds nothing back. */
const unbounded: Bounds = {
  limits: { maxEntries: Number.POSITIVE_INFINITY },
  addressLimit: noLimit,
  crowds: new Map(),
  leaving: new Map(),
};

/** Makes a pass over the pairs under some bounds, shows each living one, and returns how many of them are new. */
export type CountedPass = (bounds: Bounds, ...visit: Parameters<VisitPairs>) => number;

/** What the bounds are worked out from. */
export interface BoundsOptions {
  readonly limits: TableLimits;
  /** Pairs before the changes; undefined where that is not known. */
  readonly entries: number | undefined;
  /** How many pairs may be new. */
  readonly changes: number;
  /** How many permits hold: `max-entries` has so much less room for pairs. */
  readonly permits: number;
  readonly pass: CountedPass;
}

/** Works out the bounds of a table. Without a limit that may be met, no pass is made. */
export function boundsOf({ limits, entries, changes, permits, pass }: BoundsOptions): Bounds & LimitFindings {
  const { maxAddressesPerUser, maxUsersPerAddress } = limits;
  const room = Math.max(0, limits.maxEntries - permits);
  const overLimit: Record<string, number> = {};
  const bounds = { ...unbounded, limits, overLimit, full: undefined };
  const { leaving, full } = changes + (entries ?? room) < room ? bounds : roomBy(room, pass);
  const bounded = { ...bounds, leaving, full };
  const finder = new CrowdFinder(maxUsersPerAddress ?? Number.POSITIVE_INFINITY);
  const takeCrowded: VisitPair = (user, key) => finder.take(user, key());
  // The first pass over the pairs serves both.
  let isCounted = maxUsersPerAddress === undefined;
  const visitPairs: VisitPairs = (visit, visitStretch) => {
    const [take, takeStretch] = isCounted
      ? [visit, visitStretch]
      : [
          both(visit, takeCrowded),
          visitStretch &&
            both(visitStretch, (stretch) => stretch.visitCrowds(maxUsersPerAddress ?? 0, takeCrowded)),
        ];
    pass(bounded, take, takeStretch);
    isCounted = true;
  };
  const tell = (user: string, addresses: number) => {
    overLimit[user] = addresses;
  };
  const counters = countersFor((entries ?? Number.POSITIVE_INFINITY) + changes);
  const addressLimit = limitAddresses(maxAddressesPerUser, visitPairs, tell, counters);
  if (!isCounted)
    visitPairs(
      () => {},
      () => {},
    );
  return { ...bounded, addressLimit, crowds: finder.finish() };
}

/** Calls one function, then the other. */
function both<Given extends unknown[]>(one: (...given: Given) => void, other: (...given: Given) => void) {
  return (...given: Given) => {
    one(...given);
    other(...given);
  };
}

function roomBy(room: number, pass: CountedPass): ReturnType<typeof makeRoom> {
  let added = 0;
  const visitPairs: VisitPairs = (...visit) => {
    added = pass(unbounded, ...visit);
  };
  return makeRoom(room, visitPairs, () => added);
}
