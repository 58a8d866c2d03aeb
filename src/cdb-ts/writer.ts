/**
 * Writes a constant database in one pass: records as they come, then the hash tables, the header last. The
 * result is byte for byte what `cdb -c` of tinycdb makes of the same records. Until {@link CdbWriter.finish}
 * the header is not there, and what was written is no database: make it beside the file it replaces.
 */
import { CdbError } from './cdb-error.ts';
import {
  cdbHash,
  hashByte,
  hashStart,
  headerBytes,
  lengthsBytes,
  maxSize,
  slotBytes,
  tableCount,
} from './format.ts';
import { SlotLists } from './slot-lists.ts';

/** Where a writer writes. */
export interface CdbSink {
  /** Writes all of the bytes at a byte position of the file, or throws. The bytes change after it returns. */
  writeAt(bytes: Uint8Array, position: number): void;
}

const bufferBytes = 256 * 1024;

/**
 * A constant database in the making. Keys may repeat: a lookup finds the first, a reader that asks for more
 * finds them all. What the sink throws passes through, and the database cannot be completed after it.
 */
export class CdbWriter {
  readonly #sink: CdbSink;
  readonly #lists = new SlotLists();
  readonly #buffer = Buffer.allocUnsafe(bufferBytes);
  readonly #view = new DataView(this.#buffer.buffer, this.#buffer.byteOffset, bufferBytes);
  /** Bytes of the buffer that are in use; they belong at `#flushed`. */
  #used = 0;
  #flushed = headerBytes;
  /** Size of the finished file, were this record the last: records written, and two slots for each. */
  #size = headerBytes;

  constructor(sink: CdbSink) {
    this.#sink = sink;
  }

  /** Adds a record. Throws a {@link CdbError} `too-large`, and adds nothing, if it would not fit below 4 GiB. */
  add(key: Uint8Array, value: Uint8Array): void {
    this.#begin(key.length, value.length, cdbHash(key));
    this.#put(key);
    this.#put(value);
  }

  /**
   * Adds a record whose key is text of characters up to U+00FF, one byte each. The way for many short records:
   * key and hash are made in one pass, straight into the buffer. Throws as {@link CdbWriter.add} does, and
   * `bad-text`.
   */
  addText(key: string, value: Uint8Array): void {
    const keyLength = key.length;
    const valueLength = value.length;
    const length = lengthsBytes + keyLength + valueLength;
    if (length > bufferBytes - this.#used) this.#flush();
    if (length > bufferBytes) return this.add(latin1Bytes(key), value);
    // Local names, and loops rather than set() or write(): this runs a million times in a publication.
    const buffer = this.#buffer;
    let at = this.#used + lengthsBytes;
    let hash = hashStart;
    let seen = 0;
    for (let i = 0; i < keyLength; i++) {
      const code = key.charCodeAt(i);
      buffer[at++] = code;
      hash = hashByte(hash, code);
      seen |= code;
    }
    if (seen > 0xff) throw badText();
    this.#begin(keyLength, valueLength, hash);
    for (let i = 0; i < valueLength; i++) buffer[at++] = value[i] as number;
    this.#used = at;
  }

  /** Writes the hash tables and the header: now the file is a database. Nothing may be added after it. */
  finish(): void {
    const header = Buffer.alloc(headerBytes);
    for (let table = 0; table < tableCount; table++) {
      header.writeUInt32LE(this.#flushed + this.#used, table * 8);
      header.writeUInt32LE(this.#lists.slots(table), table * 8 + 4);
      this.#put(this.#lists.tableBytes(table));
    }
    this.#flush();
    this.#sink.writeAt(header, 0);
  }

  /** Takes in a record of these lengths and this hash, and writes the lengths. */
  #begin(keyLength: number, valueLength: number, hash: number): void {
    // Refused here, before a byte of it is written: a later check would find positions that have wrapped.
    const size = this.#size + lengthsBytes + keyLength + valueLength + 2 * slotBytes;
    if (size > maxSize) {
      throw new CdbError('too-large', `a cdb ends at 4 GiB: ${size} bytes would be needed`);
    }
    this.#size = size;
    if (lengthsBytes > bufferBytes - this.#used) this.#flush();
    this.#lists.add(hash, this.#flushed + this.#used);
    this.#view.setUint32(this.#used, keyLength, true);
    this.#view.setUint32(this.#used + 4, valueLength, true);
    this.#used += lengthsBytes;
  }

  #put(bytes: Uint8Array): void {
    const length = bytes.length;
    if (length > bufferBytes - this.#used) this.#flush();
    if (length > bufferBytes) {
      this.#sink.writeAt(bytes, this.#flushed);
      this.#flushed += length;
    } else {
      this.#buffer.set(bytes, this.#used);
      this.#used += length;
    }
  }

  #flush(): void {
    if (this.#used === 0) return;
    this.#sink.writeAt(this.#buffer.subarray(0, this.#used), this.#flushed);
    this.#flushed += this.#used;
    this.#used = 0;
  }
}

function latin1Bytes(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.toString('latin1') !== text) throw badText();
  return bytes;
}

function badText(): CdbError {
  return new CdbError('bad-text', 'a key has a character above U+00FF');
}
