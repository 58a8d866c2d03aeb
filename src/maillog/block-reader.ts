/**
 * Whole lines from a byte range of a file, in bounded memory: one block, whatever the file holds. A half line at
 * the end is left where it is, so that no cut address is ever read from it.
 */
import { readSync } from 'node:fs';
import type { Chunk } from './chunk.ts';
import { EventLoopTurns } from './event-loop-turns.ts';
import { blockSize, chunkOf, leadingNuls, moveOn, passOver, type ReadPosition } from './read-position.ts';

const newline = 0x0a;

/** Returns memory for the next block; what was returned before may be in use yet. */
export type NextBlock = () => Promise<Buffer>;

/** The one block of a file that is in memory, and where the file ends for this reading. */
interface Blocks {
  readonly fd: number;
  bytes: Buffer;
  readonly to: number;
  readonly turns: EventLoopTurns;
}

/**
 * Reads whole lines from `reading.offset` up to the byte `to` and yields them; `reading.offset` follows as each
 * chunk is consumed, and stays at the start of a line that does not end before `to`.
 *
 * A run of NUL bytes where a line should start is passed over: after copytruncate, a writer without O_APPEND
 * goes on at its old offset (logrotate issue 363), and a power failure leaves such runs too. The offset passes them
 * with the line that follows, since NULs tell one file from another no more than nothing does. A line longer than a
 * block is passed over and counted. Ends early where the file has shrunk. Throws what read(2) gives.
 *
 * Every chunk lies in the same block of {@link blockSize}, unless `nextBlock` gives another for each.
 */
export async function* readLines(
  fd: number,
  reading: ReadPosition,
  to: number,
  nextBlock?: NextBlock,
): AsyncGenerator<Chunk> {
  const bytes = (await nextBlock?.()) ?? Buffer.allocUnsafe(blockSize);
  const blocks: Blocks = { fd, bytes, to, turns: new EventLoopTurns() };
  while (reading.offset < to) {
    let start: number | undefined = reading.offset;
    let length = await readBlock(blocks, start);
    if (length > 0 && blocks.bytes[0] === 0) {
      start = await afterNuls(blocks, start);
      if (start === undefined) return;
      length = await readBlock(blocks, start);
    }
    const last = blocks.bytes.subarray(0, length).lastIndexOf(newline);
    if (last >= 0) {
      const chunk = chunkOf(reading, blocks.bytes, 0, last + 1);
      yield chunk;
      moveOn(reading, chunk, start - reading.offset);
      if (nextBlock !== undefined) blocks.bytes = await nextBlock();
      continue;
    }
    if (length < blocks.bytes.length) return;
    const next = await afterNewline(blocks, start + length);
    if (next === undefined) return;
    passOver(reading, next);
  }
}

async function readBlock(blocks: Blocks, offset: number): Promise<number> {
  const { fd, bytes, to, turns } = blocks;
  const length = readSync(fd, bytes, 0, Math.min(bytes.length, to - offset), offset);
  await turns.after(length);
  return length;
}

/** Returns the offset of the first byte that is not NUL; undefined if there is none before the end. */
async function afterNuls(blocks: Blocks, from: number): Promise<number | undefined> {
  for (let offset = from; offset < blocks.to; ) {
    const length = await readBlock(blocks, offset);
    if (length === 0) return undefined;
    const nuls = leadingNuls(blocks.bytes, 0, length);
    if (nuls < length) return offset + nuls;
    offset += length;
  }
  return undefined;
}

/** Returns the offset after the first newline; undefined if there is none before the end. */
async function afterNewline(blocks: Blocks, from: number): Promise<number | undefined> {
  for (let offset = from; offset < blocks.to; ) {
    const length = await readBlock(blocks, offset);
    if (length === 0) return undefined;
    const at = blocks.bytes.subarray(0, length).indexOf(newline);
    if (at >= 0) return offset + at + 1;
    offset += length;
  }
  return undefined;
}
