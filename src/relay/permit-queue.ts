/** Permits as a merge takes them: in the order of the table, each before the pairs of its address. */
import { sortKey } from './address.ts';
import { endOfPermit, livingPermits, type Permit, type PermitEnd } from './permit.ts';
import type { Policy } from './policy.ts';

/** A permit that holds, and the sort key of its address. */
interface KeyedPermit {
  readonly permit: Permit;
  readonly key: string;
}

/** A place in the order of the table. */
export interface Place {
  /** Orders it and a sort key: below 0, 0 or above. */
  compareKey(other: string): number;
}

/** The permits that hold and have not been taken yet. */
export class PermitQueue {
  readonly #permits: readonly KeyedPermit[];
  #next = 0;

  /** Takes the permits of a table, and tells of those that hold no longer. */
  constructor(permits: readonly Permit[], policy: Policy, tellEnd: (permit: Permit, end: PermitEnd) => void) {
    for (const permit of permits) {
      const end = endOfPermit(permit, policy);
      if (end !== undefined) tellEnd(permit, end);
    }
    const living = livingPermits(permits, policy);
    this.#permits = living.map((permit) => ({ permit, key: sortKey(permit.address) }));
  }

  /** The sort key of the next one; undefined where all have been taken. */
  get nextKey(): string | undefined {
    return this.#permits[this.#next]?.key;
  }

  /** Takes those up to a place and at it; all that are left where there is none. */
  takeUpTo(place: Place | undefined): readonly KeyedPermit[] {
    const first = this.#next;
    for (let key = this.nextKey; key !== undefined; key = this.nextKey) {
      if (place !== undefined && place.compareKey(key) < 0) break;
      this.#next++;
    }
    return this.#permits.slice(first, this.#next);
  }
}
