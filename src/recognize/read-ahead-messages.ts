/** What this thread and the one that reads ahead say to each other. Only one of them has a block at a time. */
import type { WantedLines } from '../maillog/chunk.ts';
import type { ReadPosition } from '../maillog/read-position.ts';
import type { SoughtRule } from './needles.ts';

/** Memory that both threads see. */
export interface SharedBlock {
  /** For lines of the file. */
  readonly bytes: SharedArrayBuffer;
  /** For the numbers of those that are wanted, {@link WantedLines.fields}. */
  readonly fields: SharedArrayBuffer;
}

/** The same memory as a thread writes and reads it. */
export interface BlockView {
  readonly bytes: Buffer;
  readonly fields: Int32Array;
}

/** Returns the view of a block. */
export function viewOf({ bytes, fields }: SharedBlock): BlockView {
  return { bytes: Buffer.from(bytes), fields: new Int32Array(fields) };
}

/** To the thread: read the lines of a file, and find those that some rules may have a use for. */
export interface ReadOrder {
  readonly fd: number;
  /** Where to begin. */
  readonly reading: ReadPosition;
  /** Where to end: bytes from the start of the file. */
  readonly to: number;
  readonly rules: readonly SoughtRule[];
  /** All of them free. */
  readonly blocks: readonly SharedBlock[];
}

/** To the thread: the lines of this block have been recognised, and it may be written over. */
export interface FreeBlock {
  readonly free: number;
}

/** From the thread: whole lines of the file, in one block, looked through. */
export interface FoundLines {
  /** Which of the blocks. */
  readonly block: number;
  readonly start: number;
  readonly end: number;
  /** As of the chunk. */
  readonly firstLine: number;
  readonly wanted: Omit<WantedLines, 'fields'>;
  /** The numbers, where they are too many for the block. */
  readonly fields: Int32Array | undefined;
  /** As it is after these lines. */
  readonly reading: ReadPosition;
}

/** From the thread: there are no more, and this is how far the reading has come. */
export interface NoMoreLines {
  readonly reading: ReadPosition;
}
