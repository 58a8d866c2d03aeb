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

  /**
   * Adds a record; the key is a part of the bytes, all of them unless told. Throws a {@link CdbError}
   * `too-large`, and adds nothing, if the record would not fit below 4 GiB.
   */
  add(bytes: Uint8Array, value: Uint8Array, start = 0, end = bytes.length): void {
    const at = this.#room(end - start, value.length);
    if (at === undefined) return this.#addLarge(bytes.subarray(start, end), value);
    // Loops, here and below, and not set() or write(): keys are short, and there may be a million of them.
    const buffer = this.#buffer;
    let used = at;
    let hash = hashStart;
    for (let i = start; i < end; i++) {
      const byte = bytes[i] as number;
      buffer[used++] = byte;
      hash = hashByte(hash, byte);
    }
    this.#complete(hash, end - start, value);
  }

  /** Adds a record with the value for each key; a newline follows every key. Throws as {@link CdbWriter.add} does. */
  addLines(keys: Uint8Array, value: Uint8Array): void {
    for (let start = 0; start < keys.length; ) {
      const end = keys.indexOf(0x0a, start);
      this.add(keys, value, start, end);
      start = end + 1;
    }
  }

  /**
   * Adds a record whose key is text of characters up to U+00FF, one byte each. Throws as {@link CdbWriter.add}
   * does, and `bad-text`.
   */
  addText(key: string, value: Uint8Array): void {
    const length = key.length;
    const at = this.#room(length, value.length);
    if (at === undefined) return this.#addLarge(latin1Bytes(key), value);
    const buffer = this.#buffer;
    let used = at;
    let hash = hashStart;
    let seen = 0;
    for (let i = 0; i < length; i++) {
      const code = key.charCodeAt(i);
      buffer[used++] = code;
      hash = hashByte(hash, code);
      seen |= code;
    }
    if (seen > 0xff) throw badText();
    this.#complete(hash, length, value);
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

  /** Makes room in the buffer for a record, and returns where its key belongs; undefined: it is too long for it. */
  #room(keyLength: number, valueLength: number): number | undefined {
    const length = lengthsBytes + keyLength + valueLength;
    if (length > bufferBytes - this.#used) this.#flush();
    return length > bufferBytes ? undefined : this.#used + lengthsBytes;
  }

  /** Completes the record whose key is in the buffer already, behind what is in use. */
  #complete(hash: number, keyLength: number, value: Uint8Array): void {
    const valueLength = value.length;
    this.#count(hash, keyLength, valueLength);
    let used = this.#used + lengthsBytes + keyLength;
    for (let i = 0; i < valueLength; i++) this.#buffer[used++] = value[i] as number;
    this.#used = used;
  }

  #addLarge(key: Uint8Array, value: Uint8Array): void {
    this.#count(cdbHash(key), key.length, value.length);
    this.#used += lengthsBytes;
    this.#put(key);
    this.#put(value);
  }

  /** Takes in the record that begins where the buffer is free, and writes its lengths there. */
  #count(hash: number, keyLength: number, valueLength: number): void {
    // Refused here, before anything is taken in: a later check would find positions that have wrapped.
    const size = this.#size + lengthsBytes + keyLength + valueLength + 2 * slotBytes;
    if (size > maxSize) {
      throw new CdbError('too-large', `a cdb ends at 4 GiB: ${size} bytes would be needed`);
    }
    this.#size = size;
    this.#lists.add(hash, this.#flushed + this.#used);
    this.#view.setUint32(this.#used, keyLength, true);
    this.#view.setUint32(this.#used + 4, valueLength, true);
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
