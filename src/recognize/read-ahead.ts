/**
 * Reading large files with the help of a second thread, which reads ahead and finds the lines that a rule may have a
 * use for; this one is left to recognise them.
 */
import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { readLines } from '../maillog/block-reader.ts';
import { type Chunk, wantedFields } from '../maillog/chunk.ts';
import { EventLoopTurns, eventLoopTurn } from '../maillog/event-loop-turns.ts';
import { chunkOf } from '../maillog/read-position.ts';
import type { Rule } from '../rules/rule.ts';
import { createLineFinder } from './find-lines.ts';
import { soughtRule } from './needles.ts';
import {
  type BlockView,
  type FoundLines,
  type FreeBlock,
  type NoMoreLines,
  type ReadOrder,
  type SharedBlock,
  viewOf,
} from './read-ahead-messages.ts';

/** Bytes. Each block takes two messages; and more than these are no longer in the processor's caches. */
const blockSize = 1024 * 1024;
const blockCount = 3;

/** Wanted lines of one block, if they have the length of usual lines. */
const usualLines = blockSize / 128;

/** Bytes that this thread looks through at a time while the other starts, and where it would be no help. */
const steps = { starting: 256 * 1024, alone: 16 * 1024 * 1024 };

/** Where wanted lines are rarer than one in so many bytes, to find them is most of the work, and shared by nobody. */
const bytesForOne = 4096;

/** The thread makes little garbage, and need not let it grow. */
const resourceLimits = { maxYoungGenerationSizeMb: 1 };

/** What is to be read: an order without the memory for it. */
type Task = Omit<ReadOrder, 'blocks'>;

/** A thread that reads ahead. Between two files it does not keep the process alive. */
export class ReadAhead {
  readonly #atLeast: number;
  /** Undefined where none can be had any more. */
  #worker: Worker | undefined;
  #isOnline = false;

  /** Starts the thread. It is for files of which so many bytes or more are to be read. */
  constructor(atLeast: number) {
    this.#atLeast = atLeast;
    try {
      this.#worker = new Worker(new URL('./read-ahead-thread.js', import.meta.url), { resourceLimits });
    } catch {
      // An account may have so many threads and no more.
      return;
    }
    this.#worker.unref();
    this.#worker.on('online', () => {
      this.#isOnline = true;
    });
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
    if (to - reading.offset >= this.#atLeast && (yield* this.#readAlone(task)) && this.#worker !== undefined)
      yield* this.#readAhead(this.#worker, task);
    // Where no thread can be had, all of it; else what it has left, such as half a line.
    yield* readLines(fd, reading, to);
  }

  /** Reads until the thread is there, and there is work for two; returns whether it came to that. */
  async *#readAlone({ fd, reading, to, rules }: Task): AsyncGenerator<Chunk, boolean> {
    const find = createLineFinder(rules);
    const bytes = Buffer.allocUnsafe(blockSize / 4);
    let size = steps.starting;
    for (let end = 0; this.#worker !== undefined && end < to; ) {
      const from = reading.offset;
      end = Math.min(to, from + size);
      let count = 0;
      for await (const chunk of readLines(fd, reading, end, async () => bytes)) {
        const wanted = find(chunk);
        count += wanted.count;
        yield { ...chunk, wanted };
      }
      if (end === to) return false;
      await eventLoopTurn();
      const passed = reading.offset - from;
      // A hole of NUL bytes is passed with the line that follows it, however far off; the thread can do that.
      if (this.#isOnline && (passed === 0 || count * bytesForOne > passed)) return true;
      if (passed === 0) size *= 2;
      else size = this.#isOnline ? steps.alone : steps.starting;
    }
    return false;
  }

  async *#readAhead(worker: Worker, { fd, reading, to, rules }: Task): AsyncGenerator<Chunk> {
    const blocks = Array.from({ length: blockCount }, createBlock);
    const views = blocks.map(viewOf);
    const turns = new EventLoopTurns();
    let isOver = false;
    worker.ref();
    try {
      // The types of Node.js 18 do not name it, which has it.
      const untilExit: object = { close: ['exit'] };
      const messages = on(worker, 'message', untilExit) as AsyncIterable<[FoundLines | NoMoreLines]>;
      worker.postMessage({ fd, reading, to, rules, blocks } satisfies ReadOrder);
      for await (const [message] of messages) {
        if ('block' in message) {
          const { block, start, end, firstLine, wanted } = message;
          const { bytes, fields } = views[block] as BlockView;
          const found = { ...wanted, fields: message.fields ?? fields };
          yield { ...chunkOf(reading, bytes, start, end), firstLine, wanted: found };
          worker.postMessage({ free: block } satisfies FreeBlock);
          // While messages come in, Node has ears for nothing else.
          await turns.after(end - start);
        }
        Object.assign(reading, message.reading);
        isOver = !('block' in message);
        if (isOver) return;
      }
    } catch {
      // What it could not read, this thread reads, or comes upon the same error.
    } finally {
      worker.unref();
      // Lines of this file must not be taken for those of another.
      if (!isOver) {
        this.#worker = undefined;
        await worker.terminate();
      }
    }
  }
}

function createBlock(): SharedBlock {
  return {
    bytes: new SharedArrayBuffer(blockSize),
    fields: new SharedArrayBuffer(usualLines * wantedFields * Int32Array.BYTES_PER_ELEMENT),
  };
}
