/**
 * `max-addresses-per-user`: a stolen password must not open the relay to a botnet. All pairs are kept; of each
 * user's the N with the earliest first login are published. The answer depends on the pairs alone, not on the
 * order in which lines were read.
 */
import { foldUser } from './pair.ts';

/** Says whether a pair, by the sort key of its address and its user, is over the limit. */
export type IsOverLimit = (key: string, user: () => string) => boolean;

/** Returns what is said of a login that the limit holds back; `limit` is left out where it is not at hand. */
export function overLimitWords(limit?: number): string {
  return `over max-addresses-per-user${limit === undefined ? '' : ` ${limit}`}`;
}

/** No limit. */
export const noLimit: IsOverLimit = () => false;

/** Is told of a user over the limit: the name in lower case, and from how many addresses logins came. */
export type TellOver = (user: string, addresses: number) => void;

/** Shows each living pair of the table once, in order: user, sort key, first login (Unix seconds). */
export type VisitPairs = (visit: (user: string, key: () => string, first: () => number) => void) => void;

/**
 * Returns what counts as one address of a user, from a sort key: an IPv4 address, or the /64 of an IPv6 one,
 * within which a single client changes its address at will (RFC 8981).
 */
export function placeOf(key: string): string {
  return key.startsWith('6') ? key.slice(0, 17) : key;
}

/**
 * Works out who is over the limit, in one pass over the pairs where nobody may be, in two otherwise. The first counts
 * pairs in `counterCount` counters, each for all users that fall to it, so that of a million users none is held by
 * name; the second looks at those alone that fall to a counter over the limit.
 */
export function limitAddresses(
  limit: number | undefined,
  visitPairs: VisitPairs,
  tell: TellOver = () => {},
  counterCount = 2 ** 20,
): IsOverLimit {
  if (limit === undefined) return noLimit;
  const counters = new Uint32Array(counterCount);
  let most = 0;
  visitPairs((user) => {
    const counter = counterOf(user, counterCount);
    const count = (counters[counter] as number) + 1;
    counters[counter] = count;
    if (count > most) most = count;
  });
  if (most <= limit) return noLimit;
  /** Of each user the places, and the first login from each: Unix seconds. */
  const users = new Map<string, Map<string, number>>();
  visitPairs((user, key, first) => {
    if ((counters[counterOf(user, counterCount)] as number) <= limit) return;
    const name = foldUser(user);
    const places = users.get(name) ?? new Map<string, number>();
    users.set(name, places);
    const place = placeOf(key());
    places.set(place, Math.min(places.get(place) ?? Number.POSITIVE_INFINITY, first()));
  });
  const over = new Map<string, Set<string>>();
  for (const [name, places] of users) {
    if (places.size <= limit) continue;
    tell(name, places.size);
    // Sorted by first login; a stable sort leaves equal ones in the order of addresses.
    const sorted = [...places].sort(([, a], [, b]) => a - b);
    over.set(name, new Set(sorted.slice(limit).map(([place]) => place)));
  }
  if (over.size === 0) return noLimit;
  return (key, user) => over.get(foldUser(user()))?.has(placeOf(key)) ?? false;
}

/** Returns which of so many counters a user falls to, whatever the case of the letters. */
export function counterOf(user: string, counterCount: number): number {
  return hash(foldUser(user)) % counterCount;
}

/** FNV-1a over UTF-16 code units: 32 bits. */
function hash(name: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) value = Math.imul(value ^ name.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
