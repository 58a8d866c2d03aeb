/**
 * `max-users-per-address`: an address with more users is no client but a proxy, a webmail host, the gateway of
 * containers or a carrier's NAT, and to let it relay would let in all who are behind it. All pairs are kept, none of
 * them is published. The pairs of an address are neighbours in the table, so its users are counted as they pass.
 */
import { foldUser } from './pair.ts';

/** More are counted no further: an address would take the memory that its users' names need. */
const mostCounted = 100_001;

/** Says that an address has too many users: `over max-users-per-address 50 (61 users)`. */
export function crowdWords(users: number, limit: number | undefined): string {
  return `over max-users-per-address ${limit} (${crowdCount(users)})`;
}

/** Says how many users an address has. */
export function crowdCount(users: number): string {
  return users < mostCounted ? `${users} users` : `more than ${mostCounted - 1} users`;
}

/** Finds addresses with too many users in the pairs of a table. */
export class CrowdFinder {
  readonly #limit: number;
  readonly #crowds = new Map<string, number>();
  #key = '';
  #first = '';
  /** Users at the current address, in lower case; empty as long as there is but one. */
  readonly #users = new Set<string>();

  /** Takes the limit. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a living pair, in the order of the table: its user, and the sort key of its address. */
  take(user: string, key: string): void {
    if (key !== this.#key) {
      this.#flush();
      this.#key = key;
      this.#first = user;
    } else if (this.#users.size < mostCounted) {
      if (this.#users.size === 0) this.#users.add(foldUser(this.#first));
      this.#users.add(foldUser(user));
    }
  }

  /** Returns the number of users of each address with too many, by sort key, when all pairs have been taken. */
  finish(): ReadonlyMap<string, number> {
    this.#flush();
    return this.#crowds;
  }

  #flush(): void {
    if (this.#users.size > this.#limit) this.#crowds.set(this.#key, this.#users.size);
    if (this.#users.size > 0) this.#users.clear();
  }
}
