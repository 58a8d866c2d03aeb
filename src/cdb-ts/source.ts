/** Where a constant database is read from: bytes in memory, or an open file. */
import { fstatSync, readSync } from 'node:fs';
import { CdbError } from './cdb-error.ts';

/** Random access to the bytes of a constant database. */
export interface CdbSource {
  /** Bytes. */
  readonly size: number;
  /** Returns exactly these bytes, which lie within the size, and stay as they are. */
  read(position: number, length: number): Buffer;
}

/** What a file is read in, unless more is asked for at once. */
const blockBytes = 64 * 1024;

/** One read(2) gives at most 2 GiB, and Node refuses to ask for more. */
const maxRead = 0x4000_0000;

/** Returns bytes as a source. */
export function memorySource(bytes: Buffer): CdbSource {
  return {
    size: bytes.length,
    read: (position, length) => bytes.subarray(position, position + length),
  };
}

/**
 * Returns an open file as a source of the size it has now; closing it is the caller's. Reads throw the system's
 * errors, and a {@link CdbError} `too-short` if the file has been cut since.
 */
export function fileSource(fd: number): CdbSource {
  const { size } = fstatSync(fd);
  let block: Buffer = Buffer.alloc(0);
  let blockAt = 0;
  return {
    size,
    read(position, length) {
      if (position < blockAt || position + length > blockAt + block.length) {
        block = readExactly(fd, position, Math.min(Math.max(length, blockBytes), size - position));
        blockAt = position;
      }
      return block.subarray(position - blockAt, position - blockAt + length);
    },
  };
}

/** Reads into a new buffer: what was handed out of the last one stays valid. */
function readExactly(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let done = 0; done < length; ) {
    const count = readSync(fd, bytes, done, Math.min(length - done, maxRead), position + done);
    if (count === 0) throw new CdbError('too-short', `the file ends at ${position + done} of its bytes`);
    done += count;
  }
  return bytes;
}
