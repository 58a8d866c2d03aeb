/**
 * Reads a constant database, from any source and made by any writer. Nothing in it is believed: every position
 * and length is checked before it is used, so that a cut or damaged file gives a {@link CdbError} and neither
 * an endless search nor a read outside of it.
 */
import { CdbError } from './cdb-error.ts';
import { cdbHash, firstSlot, headerBytes, lengthsBytes, slotBytes, tableCount, tableOf } from './format.ts';
import type { CdbSource } from './source.ts';

/** A record as it lies in the file. */
export interface CdbRecord {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** A constant database to be read. The bytes that it gives stay valid. */
export class CdbReader {
  readonly #source: CdbSource;
  readonly #header: Buffer;
  /** Where the records end: at the first table that has a slot. */
  readonly #recordsEnd: number;

  /**
   * Reads the header. Throws a {@link CdbError} `too-short` or `bad-table` where the hash tables are not within
   * the file, as in any that was cut, or whose writer did not come to the end.
   */
  constructor(source: CdbSource) {
    this.#source = source;
    if (source.size < headerBytes) {
      throw new CdbError('too-short', `${source.size} bytes are no cdb: its header has ${headerBytes}`);
    }
    this.#header = source.read(0, headerBytes);
    let recordsEnd: number | undefined;
    for (let table = 0; table < tableCount; table++) {
      const { position, slots } = this.#table(table);
      // A table without slots is nowhere; some writers leave its position 0.
      if (slots === 0) continue;
      if (position < headerBytes || position + slots * slotBytes > source.size) {
        throw new CdbError('bad-table', `table ${table} at ${position}, ${slots} slots, is not in the file`);
      }
      recordsEnd = Math.min(recordsEnd ?? position, position);
    }
    if (recordsEnd === undefined && source.size > headerBytes) {
      throw new CdbError('bad-table', `the header names no hash table of the ${source.size} bytes`);
    }
    this.#recordsEnd = recordsEnd ?? headerBytes;
  }

  /** Returns the value of the first record that has the key, or undefined. */
  get(key: Uint8Array): Buffer | undefined {
    for (const value of this.#valuesOf(key)) return value;
    return undefined;
  }

  /** Returns the values of all records that have the key, in the order of the file. */
  getAll(key: Uint8Array): Buffer[] {
    return [...this.#valuesOf(key)];
  }

  /** Gives all records in the order of the file, whether the hash tables lead to them or not. */
  *entries(): Generator<CdbRecord, void, undefined> {
    for (let position = headerBytes; position < this.#recordsEnd; ) {
      const record = this.#record(position);
      yield record;
      position += lengthsBytes + record.key.length + record.value.length;
    }
  }

  /** As the hash table has them. Two equal keys have one hash, and lie in their table in the order of writing. */
  *#valuesOf(key: Uint8Array): Generator<Buffer, void, undefined> {
    const hash = cdbHash(key);
    const { position, slots } = this.#table(tableOf(hash));
    // A table may be full, or have no slot: after all its slots the search is over.
    for (let tried = 0, slot = firstSlot(hash, slots); tried < slots; tried++) {
      const pair = this.#source.read(position + slot * slotBytes, slotBytes);
      const recordPosition = pair.readUInt32LE(4);
      if (recordPosition === 0) return;
      if (pair.readUInt32LE(0) === hash) {
        const record = this.#record(recordPosition);
        if (record.key.equals(key)) yield record.value;
      }
      slot = slot + 1 === slots ? 0 : slot + 1;
    }
  }

  #table(table: number): { position: number; slots: number } {
    return {
      position: this.#header.readUInt32LE(table * 8),
      slots: this.#header.readUInt32LE(table * 8 + 4),
    };
  }

  #record(position: number): CdbRecord {
    const room = this.#recordsEnd - position - lengthsBytes;
    if (position < headerBytes || room < 0) {
      throw new CdbError('bad-record', `no record can be at ${position}`);
    }
    const lengths = this.#source.read(position, lengthsBytes);
    const keyLength = lengths.readUInt32LE(0);
    const valueLength = lengths.readUInt32LE(4);
    if (keyLength + valueLength > room) {
      throw new CdbError(
        'bad-record',
        `the record at ${position}, key ${keyLength} and value ${valueLength} bytes, ends outside the records`,
      );
    }
    const bytes = this.#source.read(position + lengthsBytes, keyLength + valueLength);
    return { key: bytes.subarray(0, keyLength), value: bytes.subarray(keyLength) };
  }
}
