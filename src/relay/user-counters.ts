/**
 * Counters of users: each for all users that fall to it, so that of a million users none is held by name. A counter may say
 * too much of a user, and never too little.
 */
import { foldUser } from './pair.ts';

/** Returns how many counters do for so many pairs: few users fall to the same one, and all take 4 MB at most. */
export function countersFor(pairs: number): number {
  return Math.min(2 ** 20, Math.max(2 ** 12, 4 * pairs));
}

/** What the hash of a user begins with. */
export const emptyHash = 0x811c9dc5;

/** Returns a hash with one more UTF-16 code unit of a folded name (FNV-1a); 32 bits, to be made unsigned when it is whole. */
export function addUnit(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

/** Returns the hash of a user, whatever the case of the letters: 32 bits, unsigned. */
export function userHash(user: string): number {
  const name = foldUser(user);
  let hash = emptyHash;
  for (let at = 0; at < name.length; at++) hash = addUnit(hash, name.charCodeAt(at));
  return hash >>> 0;
}

/** Returns which of so many counters a user falls to. */
export function counterOf(user: string, counterCount: number): number {
  return userHash(user) % counterCount;
}

/** Adds a pair of a user to its counter. */
export function countUser(counts: Uint32Array, user: string): void {
  const counter = counterOf(user, counts.length);
  counts[counter] = (counts[counter] as number) + 1;
}

/** Adds a pair of each user, whose hashes are given. */
export function countHashes(counts: Uint32Array, hashes: Uint32Array): void {
  // Both are unsigned numbers of 32 bits, which V8 divides as such.
  const counterCount = counts.length >>> 0;
  for (let at = 0; at < hashes.length; at++) {
    const counter = (hashes[at] as number) % counterCount;
    counts[counter] = (counts[counter] as number) + 1;
  }
}
