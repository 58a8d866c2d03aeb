/**
 * The thread that reads ahead: it reads the lines of a file, block by block, and finds those that a rule may have a use
 * for. What keeps it from going on ends it, and becomes the 'error' event of its Worker.
 */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { readLines } from '../maillog/block-reader.ts';
import { wantedFields } from '../maillog/chunk.ts';
import { createLineFinder } from './find-lines.ts';
import {
  type BlockView,
  type FoundLines,
  type FreeBlock,
  type NoMoreLines,
  type ReadOrder,
  viewOf,
} from './read-ahead-messages.ts';

/** The blocks that are free, first come, first served. */
class FreeBlocks {
  readonly #free: number[] = [];
  #waiting: ((block: number) => void) | undefined;

  give(block: number): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#free.push(block);
    else waiting(block);
  }

  async take(): Promise<number> {
    return this.#free.shift() ?? new Promise((resolve) => (this.#waiting = resolve));
  }
}

/** Bytes of the first block: the other thread waits for it. Each is twice the last, as far as its memory goes. */
const firstBlock = 128 * 1024;

let free = new FreeBlocks();

async function readAhead({ fd, reading, to, rules, blocks }: ReadOrder, port: MessagePort): Promise<void> {
  free = new FreeBlocks();
  for (const index of blocks.keys()) free.give(index);
  const views = blocks.map(viewOf);
  const find = createLineFinder(rules);
  let block = 0;
  let size = firstBlock / 2;
  let found: Omit<FoundLines, 'reading'> | undefined;
  /** The reading has moved on past what was found. */
  const nextBlock = async () => {
    if (found !== undefined) port.postMessage({ ...found, reading } satisfies FoundLines);
    block = await free.take();
    const { bytes } = views[block] as BlockView;
    size = Math.min(size * 2, bytes.length);
    return bytes.subarray(0, size);
  };
  for await (const { bytes, start, end, firstLine } of readLines(fd, reading, to, nextBlock)) {
    const { fields, ...wanted } = find({ bytes, start, end });
    const tooMany = copyInto(views[block] as BlockView, fields.subarray(0, wanted.count * wantedFields));
    found = { block, start, end, firstLine, wanted, fields: tooMany };
  }
  port.postMessage({ reading } satisfies NoMoreLines);
}

/**
 * Copies numbers into the room for them; returns a copy of those for which there is none. What is made for a message
 * stays until the next collection of garbage, for which this thread gives little cause.
 */
function copyInto({ fields }: BlockView, numbers: Int32Array): Int32Array | undefined {
  if (numbers.length > fields.length) return numbers.slice();
  fields.set(numbers);
  return undefined;
}

parentPort?.on('message', (message: ReadOrder | FreeBlock) => {
  if ('free' in message) free.give(message.free);
  else readAhead(message, parentPort as MessagePort).catch(fail);
});

/** Ends the thread, whatever Node was told to do with rejected promises. */
function fail(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
