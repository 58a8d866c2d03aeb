/** How far the reading of one file or stream has come. */
import type { Chunk } from './chunk.ts';

/** One file or stream that is being read, and where its reading stands. */
export interface ReadPosition {
  /** As {@link Chunk.source}. */
  readonly source: string;
  /** As {@link Chunk.isNew}. */
  readonly isNew: boolean;
  /** As {@link Chunk.writtenBefore}. */
  readonly writtenBefore: number;
  /** Byte offset of a line's start; whatever lies before it has been consumed or passed over. */
  offset: number;
  /** Number of the line that starts there, from 1; 0 where lines are not counted. */
  line: number;
  /** Lines passed over since they are longer than a block. */
  longLines: number;
}

/** Told how many more bytes of files have been read, as they lie on the disk: for showing how far it has come. */
export type OnRead = (bytes: number) => void;

/** Bytes that are read at once. No line that is longer is ever delivered: rsyslog cuts lines at 8 KiB. */
export const blockSize = 256 * 1024;

const newline = 0x0a;

/** Returns the chunk of the bytes from `start` to `end`, the next whole lines of a reading. */
export function chunkOf(reading: ReadPosition, bytes: Buffer, start: number, end: number): Chunk {
  const { source, line: firstLine, offset, isNew, writtenBefore } = reading;
  return { bytes, start, end, source, firstLine, offset, isNew, writtenBefore };
}

/** Moves a reading past a chunk that has been consumed, and the NULs before it. */
export function moveOn(reading: ReadPosition, { bytes, start, end, lines }: Chunk, nuls: number): void {
  reading.offset += nuls + end - start;
  if (reading.line > 0) reading.line += lines ?? newlinesIn(bytes, start, end);
}

/** Returns how many lines end within some bytes. */
export function newlinesIn(bytes: Buffer, start: number, end: number): number {
  let count = 0;
  for (let at = bytes.indexOf(newline, start); at >= 0 && at < end; at = bytes.indexOf(newline, at + 1))
    count++;
  return count;
}

/** Moves a reading past a line that is too long, to the offset of the next one. */
export function passOver(reading: ReadPosition, next: number): void {
  reading.offset = next;
  reading.longLines++;
  if (reading.line > 0) reading.line++;
}

/** Returns how many NUL bytes stand at the start of bytes `start` to `end`. */
export function leadingNuls(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] === 0) at++;
  return at - start;
}
