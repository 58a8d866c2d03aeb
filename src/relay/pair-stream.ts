/** A stream of pairs that are in memory. */
import { sortKey } from './address.ts';
import type { PairStream } from './merge.ts';
import { expiryOf, type Pair } from './pair.ts';

/** Returns a stream over pairs that are in the order of the relay table. */
export function streamOf(pairs: readonly Pair[]): PairStream {
  let index = -1;
  const current = () => {
    const pair = pairs[index];
    if (pair === undefined) throw new Error('the stream stands at no pair');
    return pair;
  };
  return {
    next: () => ++index < pairs.length,
    get key() {
      return sortKey(current().address);
    },
    compareKey(other) {
      const { key } = this;
      return key < other ? -1 : key > other ? 1 : 0;
    },
    get hasSessions() {
      return current().sessions.length > 0;
    },
    expiry: (lifetime) => expiryOf(current(), lifetime),
    address: () => current().address,
    user: () => current().user,
    pair: current,
  };
}
