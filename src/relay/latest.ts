/** The greatest of the pairs that come along, as many as are asked for: a heap with the least of them on top. */
import { compareUsers } from './pair.ts';

/** A pair, and where it stands among others. */
export interface RankedPair {
  /** Greater for those that go first. */
  readonly rank: number;
  /** Sort key of its address. */
  readonly key: string;
  readonly user: string;
}

/** Orders pairs by rank, then as the table is. */
function compare(a: RankedPair, b: RankedPair): number {
  return a.rank - b.rank || (a.key < b.key ? -1 : a.key > b.key ? 1 : compareUsers(a.user, b.user));
}

/** Keeps the greatest. */
export class Latest {
  readonly #most: number;
  readonly #heap: RankedPair[] = [];

  /** Takes how many are kept. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Takes a pair. */
  add(pair: RankedPair): void {
    const heap = this.#heap;
    if (heap.length < this.#most) {
      heap.push(pair);
      this.#rise(heap.length - 1);
    } else if (compare(pair, heap[0] as RankedPair) > 0) {
      heap[0] = pair;
      this.#sink();
    }
  }

  /** The least of those kept; undefined if there is none. */
  get least(): RankedPair | undefined {
    return this.#heap[0];
  }

  /** Those kept, the least first, the others in no order. */
  get pairs(): readonly RankedPair[] {
    return this.#heap;
  }

  #rise(from: number): void {
    const heap = this.#heap;
    for (let at = from; at > 0; ) {
      const above = (at - 1) >> 1;
      if (compare(heap[at] as RankedPair, heap[above] as RankedPair) >= 0) return;
      this.#swap(at, above);
      at = above;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    for (let at = 0; ; ) {
      let below = 2 * at + 1;
      if (below >= heap.length) return;
      const other = heap[below + 1];
      if (other !== undefined && compare(other, heap[below] as RankedPair) < 0) below++;
      if (compare(heap[at] as RankedPair, heap[below] as RankedPair) <= 0) return;
      this.#swap(at, below);
      at = below;
    }
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    [heap[a], heap[b]] = [heap[b] as RankedPair, heap[a] as RankedPair];
  }
}
