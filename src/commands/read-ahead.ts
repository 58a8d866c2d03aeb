/**
 * Reading large files with the help of a second thread, which reads ahead and finds the lines that a rule may have a
 * use for; this one is left to recognise them.
 */
import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { readLines } from '../maillog/block-reader.ts';
import type { Chunk } from '../maillog/chunk.ts';
import { EventLoopTurns } from '../maillog/event-loop-turns.ts';
import { chunkOf } from '../maillog/reading.ts';
import { soughtRule } from '../rules/needles.ts';
import type { Rule } from '../rules/rule.ts';
import type { FoundLines, FreeBlock, NoMoreLines, ReadOrder } from './read-ahead-messages.ts';

/** Bytes. Each block takes two messages; and more than these are no longer in the processor's caches. */
const blockSize = 1024 * 1024;
const blockCount = 3;

/** What is to be read: an order without the memory for it. */
type Task = Omit<ReadOrder, 'blocks'>;

/** A thread that reads ahead. Between two files it does not keep the process alive. */
export class ReadAhead {
  readonly #atLeast: number;
  #worker: Worker | undefined;

  /** Starts the thread, for files of which so many bytes or more are to be read. */
  constructor(atLeast: number) {
    this.#atLeast = atLeast;
    this.#worker = new Worker(new URL('./read-ahead-thread.js', import.meta.url));
    this.#worker.unref();
    this.#worker.on('error', () => {
      this.#worker = undefined;
    });
  }

  /** Returns what reads lines as {@link readLines} does; those of large files come looked through for these rules. */
  readerFor(rules: readonly Rule[]): typeof readLines {
    const sought = rules.map(soughtRule);
    return (fd, reading, to) => this.#read({ fd, reading, to, rules: sought });
  }

  async *#read(task: Task): AsyncGenerator<Chunk> {
    const { fd, reading, to } = task;
    if (this.#worker !== undefined && to - reading.offset >= this.#atLeast) {
      yield* this.#readAhead(this.#worker, task);
    }
    // Where no thread can be had, all of it; else there may be half a line.
    yield* readLines(fd, reading, to);
  }

  async *#readAhead(worker: Worker, { fd, reading, to, rules }: Task): AsyncGenerator<Chunk> {
    const blocks = Array.from({ length: blockCount }, () => new SharedArrayBuffer(blockSize));
    const memory = blocks.map((block) => Buffer.from(block));
    const turns = new EventLoopTurns();
    let state: 'ordered' | 'under way' | 'over' = 'ordered';
    worker.ref();
    try {
      const messages = on(worker, 'message') as AsyncIterable<[FoundLines | NoMoreLines]>;
      worker.postMessage({ fd, reading, to, rules, blocks } satisfies ReadOrder);
      for await (const [message] of messages) {
        Object.assign(reading, message.reading);
        if (!('block' in message)) {
          state = 'over';
          return;
        }
        state = 'under way';
        const { block, start, end, wanted } = message;
        yield { ...chunkOf(reading, memory[block] as Buffer, start, end), wanted };
        worker.postMessage({ free: block } satisfies FreeBlock);
        // While messages come in, Node has ears for nothing else.
        await turns.after(end - start);
      }
    } catch (error) {
      if (state !== 'ordered') throw error;
    } finally {
      worker.unref();
      // Lines of this file must not be taken for those of another.
      if (state !== 'over') {
        this.#worker = undefined;
        await worker.terminate();
      }
    }
  }
}
