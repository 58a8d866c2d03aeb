/**
 * The thread that reads ahead: it reads the lines of a file, block by block, and finds those that a rule may have a use
 * for. What keeps it from going on ends it, and becomes the 'error' event of its Worker.
 */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { readLines } from '../maillog/block-reader.ts';
import { wantedFields } from '../maillog/chunk.ts';
import { createLineFinder } from '../rules/find-lines.ts';
import type { FoundLines, FreeBlock, NoMoreLines, ReadOrder } from './read-ahead-messages.ts';

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
  const memory = blocks.map((block) => ({
    bytes: Buffer.from(block.bytes),
    fields: new Int32Array(block.fields),
  }));
  const find = createLineFinder(rules);
  let block = 0;
  let size = firstBlock / 2;
  const nextBlock = async () => {
    block = await free.take();
    size = Math.min(size * 2, memory[block]?.bytes.length ?? 0);
    return memory[block]?.bytes.subarray(0, size) as Buffer;
  };
  for await (const { bytes, start, end } of readLines(fd, reading, to, nextBlock)) {
    const { fields, ...wanted } = find({ bytes, start, end });
    const used = fields.subarray(0, wanted.count * wantedFields);
    const room = memory[block]?.fields as Int32Array;
    // What is made for a message stays until the next collection, for which this thread gives little cause.
    const isTooMuch = used.length > room.length;
    if (!isTooMuch) room.set(used);
    const found: FoundLines = {
      block,
      start,
      end,
      wanted,
      fields: isTooMuch ? used.slice() : undefined,
      reading,
    };
    port.postMessage(found);
  }
  port.postMessage({ reading } satisfies NoMoreLines);
}

parentPort?.on('message', (message: ReadOrder | FreeBlock) => {
  if ('free' in message) free.give(message.free);
  else void readAhead(message, parentPort as MessagePort);
});
