/**
 * `max-addresses-per-user`: a stolen password must not open the relay to a botnet. All pairs are kept; of each
 * user's the N with the earliest first login are published. The answer depends on the pairs alone, not on the
 * order in which lines were read.
 */
import { foldUser } from './pair.ts';
import type { Stretch, VisitPair } from './stretch.ts';
import { counterOf, countersFor, countUser } from './user-counters.ts';

/** Who is over the limit. */
export interface AddressLimit {
  /** Says whether a pair, by the sort key of its address and its user, is over the limit. */
  isOver(key: string, user: () => string): boolean;
  /** What somebody over the limit logged in from and what is not published, by {@link placeOf}; in no order. */
  readonly places: Iterable<string>;
}

/** Returns what is said of a login that the limit holds back; `limit` is left out where it is not at hand. */
export function overLimitWords(limit?: number): string {
  return `over max-addresses-per-user${limit === undefined ? '' : ` ${limit}`}`;
}

/** No limit. */
export const noLimit: AddressLimit = { isOver: () => false, places: [] };

/** Is told of a user over the limit: the name in lower case, and from how many addresses logins came. */
export type TellOver = (user: string, addresses: number) => void;

/**
 * Shows each living pair of the table once, in order. Where stretches can be taken too, a pair comes by itself or in one
 * of them.
 */
export type VisitPairs = (visit: VisitPair, visitStretch?: (stretch: Stretch) => void) => void;

/**
 * Returns what counts as one address of a user, from a sort key: an IPv4 address, or the /64 of an IPv6 one,
 * within which a single client changes its address at will (RFC 8981).
 */
export function placeOf(key: string): string {
  return key.startsWith('6') ? key.slice(0, 17) : key;
}

/**
 * Works out who is over the limit, in one pass over the pairs where nobody may be, in two otherwise. The first counts
 * pairs in `counterCount` counters, the second looks at those alone that fall to a counter over the limit.
 */
export function limitAddresses(
  limit: number | undefined,
  visitPairs: VisitPairs,
  tell: TellOver = () => {},
  counterCount = countersFor(Number.POSITIVE_INFINITY),
): AddressLimit {
  if (limit === undefined) return noLimit;
  const counts = new Uint32Array(counterCount);
  visitPairs(
    (user) => countUser(counts, user),
    (stretch) => stretch.countUsers(counts),
  );
  if (!counts.some((count) => count > limit)) return noLimit;
  /** Of each user the places, and the first login from each: Unix seconds. */
  const users = new Map<string, Map<string, number>>();
  const visit: VisitPair = (user, key, first) => {
    if ((counts[counterOf(user, counterCount)] as number) <= limit) return;
    const name = foldUser(user);
    const places = users.get(name) ?? new Map<string, number>();
    users.set(name, places);
    const place = placeOf(key());
    places.set(place, Math.min(places.get(place) ?? Number.POSITIVE_INFINITY, first()));
  };
  visitPairs(visit, (stretch) => stretch.visitUsers(counts, limit, visit));
  const over = new Map<string, Set<string>>();
  const overPlaces = new Set<string>();
  for (const [name, places] of users) {
    if (places.size <= limit) continue;
    tell(name, places.size);
    // Sorted by first login; a stable sort leaves equal ones in the order of addresses.
    const sorted = [...places].sort(([, a], [, b]) => a - b);
    const held = sorted.slice(limit).map(([place]) => place);
    over.set(name, new Set(held));
    for (const place of held) overPlaces.add(place);
  }
  if (over.size === 0) return noLimit;
  return {
    isOver: (key, user) =>
      overPlaces.has(placeOf(key)) && over.get(foldUser(user()))?.has(placeOf(key)) === true,
    places: overPlaces,
  };
}
