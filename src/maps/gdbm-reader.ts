/**
 * Reads the records of a GDBM file of this machine's byte order with 64-bit offsets, as couriertcpd has its access
 * file (format of gdbm 1.8 to 1.23). Nothing in it is believed: each position is checked before it is used.
 *
 *     header     magic, block size, position of the directory (8 bytes), its size in bytes, its bits,
 *                size of a bucket, elements in it
 *     directory  positions of buckets (8 bytes), many of them the same
 *     bucket     available space (104 bytes), bits and count (8 bytes), then elements: hash or -1, start of the key,
 *                position of key and value (8 bytes), length of either
 */
import type { CdbSource } from '../cdb-ts/source.ts';

/** GDBM_MAGIC and GDBM_OMAGIC: 64-bit offsets, little-endian. A file of another kind has others. */
const magics = [0x13579acf, 0x13579ace];

const headerBytes = 40;
const bucketHeadBytes = 112;
const elementBytes = 24;
const noElement = -1;

/** What a file is not; where it is GDBM, it was damaged. */
export class GdbmError extends Error {}

/** Gives keys and values in no order. */
export function* gdbmEntries(source: CdbSource): Generator<[key: string, value: string]> {
  const header = bytesAt(source, 0, headerBytes);
  if (!magics.includes(header.readUInt32LE(0))) throw new GdbmError('not a GDBM file');
  const directory = bytesAt(source, Number(header.readBigUInt64LE(8)), header.readUInt32LE(16));
  const bucketBytes = header.readUInt32LE(24);
  const elements = header.readUInt32LE(28);
  if (bucketHeadBytes + elements * elementBytes > bucketBytes) throw new GdbmError('damaged');
  let last = -1;
  for (let at = 0; at + 8 <= directory.length; at += 8) {
    const position = Number(directory.readBigUInt64LE(at));
    // The entries of one bucket follow each other.
    if (position === last) continue;
    last = position;
    yield* bucketEntries(source, bytesAt(source, position, bucketBytes), elements);
  }
}

function* bucketEntries(source: CdbSource, bucket: Buffer, elements: number): Generator<[string, string]> {
  for (let i = 0; i < elements; i++) {
    const at = bucketHeadBytes + i * elementBytes;
    if (bucket.readInt32LE(at) === noElement) continue;
    const position = Number(bucket.readBigUInt64LE(at + 8));
    const keyLength = bucket.readUInt32LE(at + 16);
    const record = bytesAt(source, position, keyLength + bucket.readUInt32LE(at + 20)).toString('latin1');
    yield [record.slice(0, keyLength), record.slice(keyLength)];
  }
}

function bytesAt(source: CdbSource, position: number, length: number): Buffer {
  if (position + length > source.size) throw new GdbmError('damaged: a part of it is not in the file');
  return source.read(position, length);
}
