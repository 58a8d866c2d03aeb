/**
 * The constant database format (https://cr.yp.to/cdb/cdb.txt), as far as reader and writer share it. All
 * numbers are 32 bits, little-endian, unsigned:
 *
 *     header    256 times: position of a hash table, number of its slots
 *     records   each: key length, data length, key, data
 *     tables    256, each slot: hash, position of a record; position 0: the slot is free
 *
 * A key's hash chooses the table by its low 8 bits and the first slot by the others; from there on slots are
 * tried in order, from the last on to the first, until a free one.
 */

/** Hash tables in every cdb. */
export const tableCount = 256;

/** Bytes of the header. The first record starts here. */
export const headerBytes = tableCount * 8;

/** Bytes of a slot of a hash table. */
export const slotBytes = 8;

/** Bytes of the two lengths before each key. */
export const lengthsBytes = 8;

/** The largest size of a file, and the largest number in it. */
export const maxSize = 0xffff_ffff;

/** What a hash is before the first byte. */
export const hashStart = 5381;

/** Returns the hash of a key so far that goes on with a byte: 32 bits, of either sign. */
export function hashByte(hash: number, byte: number): number {
  // Not (hash << 5) + hash: that sum can leave 32 bits, and V8 then reckons in floating point (10 % slower).
  return Math.imul(hash, 33) ^ byte;
}

/** Returns the hash of a key, from 0 to 2^32 - 1. */
export function cdbHash(key: Uint8Array): number {
  let hash = hashStart;
  for (let i = 0; i < key.length; i++) hash = hashByte(hash, key[i] as number);
  return hash >>> 0;
}

/** Returns the number of the table that a hash belongs to. */
export function tableOf(hash: number): number {
  return hash & (tableCount - 1);
}

/** Returns the slot where the search for a hash begins in a table that has slots. */
export function firstSlot(hash: number, slots: number): number {
  return (hash >>> 8) % slots;
}
