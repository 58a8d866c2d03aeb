/**
 * Sessions that have ended, to be asked about those of a million pairs as bytes: a pair with none of them stays as it is. The
 * answer "perhaps" costs one look at the pair, so that a few bits of each id are enough.
 */

/** A power of two: of a thousand ends a pair in sixty with one session is looked at in vain. Bits. */
const size = 2 ** 16;

/** Knows of each id whether it may be one of them. */
export class EndedSessions {
  readonly #known = new Uint8Array(size);

  /** Takes the ids. */
  constructor(ids: Iterable<string>) {
    for (const id of ids) {
      let hash = 0;
      for (let at = id.length - 1; at >= 0; at--) hash = addToHash(hash, id.charCodeAt(at));
      this.#known[hash] = 1;
    }
  }

  /** Reports whether one of the ids may have a hash. */
  mayHave(hash: number): boolean {
    return this.#known[hash] === 1;
  }
}

/** Returns the hash of an id with one more character before it: ids are read from their end. It begins with 0. */
export function addToHash(hash: number, character: number): number {
  return (Math.imul(hash, 31) + character) & (size - 1);
}
