/**
 * `max-addresses-per-user`: a stolen password must not open the relay to a botnet. All pairs are kept; of each
 * user's the N with the earliest first login are published. The answer depends on the pairs alone, not on the
 * order in which lines were read.
 */
import { foldUser } from './pair.ts';

/** Says whether a pair, by the sort key of its address and its user, is over the limit. */
export type IsOverLimit = (key: string, user: () => string) => boolean;

/** No limit. */
export const noLimit: IsOverLimit = () => false;

/** Shows each living pair of the table once, in order: sort key, user, first login (Unix seconds). */
export type VisitPairs = (visit: (key: string, user: string, first: () => number) => void) => void;

/**
 * Returns what counts as one address of a user, from a sort key: an IPv4 address, or the /64 of an IPv6 one,
 * within which a single client changes its address at will (RFC 8981).
 */
export function placeOf(key: string): string {
  return key.startsWith('6') ? key.slice(0, 17) : key;
}

/**
 * Works out who is over the limit, in one pass over the pairs where nobody is, in two otherwise; it holds a
 * number per user, and places only of users that are over.
 */
export function limitAddresses(limit: number | undefined, visitPairs: VisitPairs): IsOverLimit {
  if (limit === undefined) return noLimit;
  const counts = new Map<string, { places: number; latest: string }>();
  visitPairs((key, user) => {
    const name = foldUser(user);
    const place = placeOf(key);
    const count = counts.get(name);
    if (count === undefined) counts.set(name, { places: 1, latest: place });
    else if (count.latest !== place) {
      count.places++;
      count.latest = place;
    }
  });
  const firsts = new Map<string, Map<string, number>>();
  for (const [name, { places }] of counts) if (places > limit) firsts.set(name, new Map());
  counts.clear();
  if (firsts.size === 0) return noLimit;
  visitPairs((key, user, first) => {
    const places = firsts.get(foldUser(user));
    if (places === undefined) return;
    const place = placeOf(key);
    places.set(place, Math.min(places.get(place) ?? Number.POSITIVE_INFINITY, first()));
  });
  const over = new Map<string, Set<string>>();
  for (const [name, places] of firsts) {
    // Sorted by first login; a stable sort leaves equal ones in the order of addresses.
    const sorted = [...places].sort(([, a], [, b]) => a - b);
    over.set(name, new Set(sorted.slice(limit).map(([place]) => place)));
  }
  return (key, user) => over.get(foldUser(user()))?.has(placeOf(key)) ?? false;
}
