/**
 * The places of the table that a bound says something of: addresses with too many users, addresses at which somebody
 * has no room, and what a user over `max-addresses-per-user` logged in from. A merge looks at each pair of these, and
 * all between two of them may pass unseen.
 */
import type { Bounds } from './bounds.ts';
import type { PairStream } from './pair-stream.ts';

/** The addresses of a place: one, or those of a /64. */
interface Place {
  /** The first of their sort keys, and the last. */
  readonly first: string;
  readonly last: string;
}

/** Length of the sort keys of IPv6. */
const longest = 33;

/** Follows a stream of pairs, from place to place. */
export class BoundedPlaces {
  /** In the order of the table; a /64 may hold single addresses that come after it. */
  readonly #places: readonly Place[];
  #index = 0;

  constructor({ crowds, leaving, addressLimit }: Bounds) {
    const keys = new Set([...crowds.keys(), ...leaving.keys(), ...addressLimit.places]);
    this.#places = [...keys].sort().map((key) => ({ first: filled(key, '0'), last: filled(key, 'f') }));
  }

  /** The first key of the place that comes next, or that the stream is at; undefined after the last. */
  get next(): string | undefined {
    return this.#places[this.#index]?.first;
  }

  /** Reports whether the current pair of the stream is at such a place. The stream goes one way. */
  has(stream: PairStream): boolean {
    for (let place = this.#places[this.#index]; place !== undefined; place = this.#places[this.#index]) {
      if (stream.compareKey(place.last) <= 0) return stream.compareKey(place.first) >= 0;
      this.#index++;
    }
    return false;
  }
}

function filled(key: string, digit: string): string {
  return key.startsWith('6') ? key.padEnd(longest, digit) : key;
}
