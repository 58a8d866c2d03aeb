/** Reading a file that the command line names, or standard input, from beginning to end: no cursor, no rotation. */
import { closeSync, createReadStream, readSync } from 'node:fs';
import { ExitStatus } from '../exit-status.ts';
import { errnoOf, Failure, type Problem, reasonOf, statusOf } from '../problem.ts';
import { offsetSince, type StampOf } from './bisect.ts';
import { readLines } from './block-reader.ts';
import type { Chunk } from './chunk.ts';
import { compressionOf, decompress } from './compressed.ts';
import { exportedRecords } from './export-format.ts';
import { chunkOfRecords } from './journal-entry.ts';
import { linesOf } from './line-stream.ts';
import { isOpenForWriting } from './open-for-writing.ts';
import { blockSize, chunkOf, type OnRead, type ReadPosition } from './read-position.ts';
import { type OpenFile, openRegularFile } from './regular-file.ts';
import { beginningLength, isExport } from './text-kind.ts';

/** How a file is to be read. */
export interface FileOptions {
  /** Unix seconds. */
  readonly now: number;
  /** Lines since then are wanted, Unix seconds; older ones may come too. Default: all. */
  readonly since?: number;
  /** Gives the time of a line. */
  readonly stampOf: StampOf;
  /** Number the lines. A plain file that is read from the middle has none. */
  readonly countLines: boolean;
  /**
   * The file is still being written, whatever can be seen of it: half a line at its end is none, since it may be cut
   * inside an address.
   */
  readonly isLive?: boolean;
  /** Is told of half a line that was left out. */
  readonly onHalfLine?: (problem: Problem) => void;
  readonly onRead?: OnRead;
  /** What reads the lines of a plain file, {@link readLines} unless given. */
  readonly readLines?: typeof readLines;
}

/**
 * Yields the lines of a file, `-` for standard input. A compressed file is known by its first bytes. The last line
 * counts even without a newline, unless the file is live, or some process is seen to write it. Throws a {@link Failure} for a file that cannot be
 * opened, and after the lines before it, for damage and read errors.
 */
export async function* readWholeFile(path: string, options: FileOptions): AsyncGenerator<Chunk> {
  if (path === '-') return yield* readStream(process.stdin, path, options);
  const file = openRegularFile(path);
  try {
    const compression = compressionOf(file);
    if (compression) {
      const pieces = decompress(file, compression, { onRead: options.onRead });
      yield* chunksOf(pieces, readingOf(file, 0, options));
    } else if (isExport(beginningOf(file), path)) {
      yield* chunksOf(
        createReadStream(path, { fd: file.fd, start: 0, autoClose: false }),
        readingOf(file, 0, options),
      );
    } else yield* plainLines(file, options);
  } catch (error) {
    throw readFailure(error, path);
  } finally {
    closeSync(file.fd);
  }
}

/** Yields the lines of a stream up to its end; `name` is their source. Throws a {@link Failure} if it breaks. */
export async function* readStream(
  stream: AsyncIterable<Buffer>,
  name: string,
  { now, countLines }: FileOptions,
): AsyncGenerator<Chunk> {
  const reading: ReadPosition = {
    source: name,
    isNew: false,
    writtenBefore: now,
    offset: 0,
    line: countLines ? 1 : 0,
    longLines: 0,
  };
  try {
    yield* chunksOf(stream, reading);
  } catch (error) {
    throw readFailure(error, name);
  }
}

/** Yields the lines of a stream, or of the entries of an exported journal. */
async function* chunksOf(stream: AsyncIterable<Buffer>, reading: ReadPosition): AsyncGenerator<Chunk> {
  const pieces = stream[Symbol.asyncIterator]();
  try {
    const { beginning, isEnded } = await beginningFrom(pieces);
    const all = async function* (): AsyncGenerator<Buffer> {
      yield beginning;
      if (!isEnded) yield* { [Symbol.asyncIterator]: () => pieces };
    };
    if (!isExport(beginning, reading.source)) return yield* linesOf(all(), reading, true);
    for await (const records of exportedRecords(all(), reading.source))
      yield chunkOfRecords(records, reading);
  } finally {
    await pieces.return?.();
  }
}

/** Takes pieces until they tell what they are the beginning of. */
async function beginningFrom(
  pieces: AsyncIterator<Buffer>,
): Promise<{ beginning: Buffer; isEnded: boolean }> {
  let beginning: Buffer = Buffer.alloc(0);
  while (beginning.length < beginningLength) {
    const { value, done } = await pieces.next();
    if (done) return { beginning, isEnded: true };
    beginning = Buffer.concat([beginning, value]);
  }
  return { beginning, isEnded: false };
}

function beginningOf({ fd }: OpenFile): Buffer {
  const bytes = Buffer.alloc(beginningLength);
  return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0));
}

async function* plainLines(file: OpenFile, options: FileOptions): AsyncGenerator<Chunk> {
  const { fd, stat } = file;
  const { since, stampOf } = options;
  const searched = { fd, size: stat.size, writtenBefore: writtenBefore(file, options) };
  const from = since === undefined ? 0 : offsetSince(searched, since, stampOf);
  const reading = readingOf(file, from, options);
  options.onRead?.(from);
  for await (const chunk of (options.readLines ?? readLines)(fd, reading, stat.size)) {
    yield chunk;
    options.onRead?.(chunk.end - chunk.start);
  }
  const half = Buffer.alloc(Math.min(stat.size - reading.offset, blockSize));
  const length = readSync(fd, half, 0, half.length, reading.offset);
  if (length === 0) return;
  if (options.isLive || isOpenForWriting(stat)) options.onHalfLine?.(halfLine(file.path));
  else yield chunkOf(reading, half, 0, length);
}

function readingOf(file: OpenFile, offset: number, options: FileOptions): ReadPosition {
  return {
    source: file.path,
    isNew: false,
    writtenBefore: writtenBefore(file, options),
    offset,
    line: options.countLines && offset === 0 ? 1 : 0,
    longLines: 0,
  };
}

/** An old file's stamps are of its own time: a year that they do not name is not after it. */
function writtenBefore({ stat }: OpenFile, { now }: FileOptions): number {
  return Math.min(now, Math.ceil(stat.mtimeMs / 1000));
}

function halfLine(where: string): Problem {
  return {
    status: ExitStatus.ok,
    isWarning: true,
    where,
    what: 'the last line is only half written',
    consequence: 'passed over',
    fix: 'if it is whole, pass it in on standard input',
  };
}

function readFailure(error: unknown, where: string): unknown {
  if (errnoOf(error) === undefined) return error;
  return new Failure({
    status: statusOf(error, 'reading'),
    where,
    what: 'cannot read all of it',
    why: reasonOf(error),
  });
}
