/** Pairs as a merge takes them: a sorted stream, from a file or, here, from memory. */
import { type Address, sortKey } from './address.ts';
import { expiryOf, type Lifetime, type Pair } from './pair.ts';
import type { Stretch, StretchLimits } from './stretch.ts';

/** Pairs in the order of the relay table, one at a time. */
export interface PairStream {
  /** Moves to the next pair; false at the end. What the accessors gave before is no longer valid. */
  next(): boolean;
  /** Sort key of the address. */
  readonly key: string;
  /** Orders the pair's sort key and another: below 0, 0 or above, without making a string of it. */
  compareKey(other: string): number;
  /** Unix seconds from which the pair relays no longer. */
  expiry(lifetime: Lifetime): number;
  /** Whether it has open sessions. */
  readonly hasSessions: boolean;
  address(): Address;
  user(): string;
  pair(): Pair;
  /**
   * Returns the current pair and those after it whose sort keys are before `until` (undefined: all) as a stretch, as
   * far as the limits and what is at hand allow, and moves to the last of them; undefined if not even the current one
   * can be passed on so. A stream may have no stretches at all.
   */
  stretch?(limits: StretchLimits, until: string | undefined): Stretch | undefined;
}

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
