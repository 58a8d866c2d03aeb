/**
 * Following a log as it is written, for `exact parse --follow`. tail-file watches the directory and goes over to
 * the new file after a rotation. It starts at the end; what lies between the place where reading ended and there
 * is read here, at byte precision. A log that is truncated and has outgrown its old size before it is looked at
 * again is beyond it: `exact update` sees that.
 */
import { closeSync, existsSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure, type Problem, reasonOf, statusOf } from '../problem.ts';
import type { FileCursor } from '../state/maillog-cursor.ts';
import type { StampOf } from './bisect.ts';
import { readLines } from './block-reader.ts';
import type { Chunk } from './chunk.ts';
import { readMaillog } from './read-maillog.ts';
import { blockSize } from './read-position.ts';
import { MissingFile, type OpenFile, openRegularFile } from './regular-file.ts';
import { type TailEvent, tailEvents } from './tail-events.ts';

/** How a log is to be followed. */
export interface FollowOptions {
  /** Returns the time, Unix seconds. */
  readonly clock: () => number;
  /** Lines since then come first, Unix seconds; older ones may come too. Default: none. */
  readonly since?: number;
  /** Gives the time of a line. */
  readonly stampOf: StampOf;
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** Is told of trouble; the following goes on. */
  readonly onProblem: (problem: Problem) => void;
}

/**
 * Yields the lines of the log at a path as they are written, until the signal says to end. A log that is not there
 * yet is waited for. Throws a {@link Failure} for what can never be read: no regular file, no directory.
 */
export async function* followFile(path: string, options: FollowOptions): AsyncGenerator<Chunk> {
  refuseUnreadable(path);
  const last = yield* existingLines(path, options);
  const follower = new Follower(path, options, last);
  for await (const events of tailEvents(path, options.signal)) {
    for (const event of events) yield* follower.take(event);
    yield* follower.lines();
  }
}

function refuseUnreadable(path: string): void {
  try {
    closeSync(openRegularFile(path).fd);
  } catch (error) {
    if (!(error instanceof MissingFile) || !existsSync(dirname(path))) throw error;
  }
}

/** Yields the lines since the wanted time, and returns the cursor behind them. */
async function* existingLines(
  path: string,
  { clock, since, stampOf, onProblem, signal }: FollowOptions,
): AsyncGenerator<Chunk, FileCursor | undefined> {
  if (since === undefined) return undefined;
  const now = clock();
  const options = { now, lookback: now - since, rebuild: true, stampOf, countLines: false };
  const reading = await readMaillog(path, undefined, options);
  for await (const chunk of reading.chunks()) {
    yield chunk;
    if (signal.aborted) return undefined;
  }
  reading.problems.forEach(onProblem);
  return reading.saved().files?.at(-1);
}

/** Turns what tail-file tells into lines. */
class Follower {
  readonly #path: string;
  readonly #options: FollowOptions;
  /** Where reading ended; undefined: only what is written from now on is wanted. */
  readonly #last: FileCursor | undefined;
  /** The start of the line whose end tail-file will tell; undefined: it is not known, and no line comes of it. */
  #half: string | undefined;
  #lines: string[] = [];
  #told = '';

  constructor(path: string, options: FollowOptions, last: FileCursor | undefined) {
    this.#path = path;
    this.#options = options;
    this.#last = last;
  }

  async *take(event: TailEvent): AsyncGenerator<Chunk> {
    switch (event.kind) {
      case 'line':
        if (this.#half !== undefined) this.#lines.push(this.#half + event.text);
        this.#half = '';
        return;
      case 'ready':
        return yield* this.#catchUp(event.inode, event.to);
      case 'restart':
        this.#half = '';
        this.#told = '';
        return;
      case 'error':
        return this.#tell(event.error);
    }
  }

  /** Yields the lines that were taken. */
  *lines(): Generator<Chunk> {
    if (this.#lines.length === 0) return;
    const bytes = Buffer.from(`${this.#lines.join('\n')}\n`, 'latin1');
    this.#lines = [];
    yield { ...this.#origin(), bytes, start: 0, end: bytes.length, firstLine: 0 };
  }

  #origin(): Pick<Chunk, 'source' | 'isNew' | 'writtenBefore'> {
    return { source: this.#path, isNew: true, writtenBefore: this.#options.clock() };
  }

  /** Yields the lines between where reading ended and the byte where tail-file starts, in the middle of a line. */
  async *#catchUp(inode: number, to: number): AsyncGenerator<Chunk> {
    const file = this.#open();
    if (!file) return;
    try {
      // It has been rotated already: tail-file starts the new one at its beginning.
      if (file.stat.ino !== inode) return;
      const isSame = this.#last?.inode === inode && this.#last.offset <= to;
      const offset = this.#last ? (isSame ? this.#last.offset : 0) : lineStart(file.fd, to);
      const reading = { ...this.#origin(), offset, line: 0, longLines: 0 };
      yield* readLines(file.fd, reading, to);
      const half = Buffer.alloc(Math.min(to - reading.offset, blockSize));
      this.#half = half.toString('latin1', 0, readSync(file.fd, half, 0, half.length, reading.offset));
    } finally {
      closeSync(file.fd);
    }
  }

  #open(): OpenFile | undefined {
    try {
      return openRegularFile(this.#path);
    } catch (error) {
      if (error instanceof Failure) return undefined;
      throw error;
    }
  }

  #tell(error: unknown): void {
    const problem = {
      status: statusOf(error, 'reading'),
      where: this.#path,
      what: 'cannot read',
      why: reasonOf(error),
      consequence: 'waiting until it can be',
      isWarning: true,
    };
    // tail-file tells it again for each step that fails.
    if (this.#told !== problem.why) this.#options.onProblem(problem);
    this.#told = problem.why;
  }
}

/** Returns where the line starts that the byte before `to` is in. */
function lineStart(fd: number, to: number): number {
  const block = Buffer.alloc(Math.min(to, blockSize));
  const length = readSync(fd, block, 0, block.length, to - block.length);
  return to - length + block.lastIndexOf(0x0a) + 1;
}
