/** The files of one plan, read one after the other, and the cursors that come of it. */
import { closeSync } from 'node:fs';
import { errnoOf, Failure, type Problem, reasonOf, statusOf } from '../problem.ts';
import type { FileCursor, SavedMaillog } from '../state/maillog-cursor.ts';
import { readLines } from './block-reader.ts';
import type { Chunk } from './chunk.ts';
import { decompress } from './compressed.ts';
import { cursorAt, modifiedAt } from './cursor.ts';
import { linesOf } from './line-stream.ts';
import type { MaillogReading, ReadingFacts, ReadingOptions } from './maillog-reading.ts';
import { newlinesIn, type ReadPosition } from './read-position.ts';
import type { OpenFile } from './regular-file.ts';
import type { Plan, Step } from './resume.ts';

/** Seconds that late lines are waited for in a rotated file after the last one: over a quiet weekend, and more. */
const awaitLateLines = 7 * 86_400;

/** Rotated files that are watched for late lines at most; each costs a stat(2) in each run. */
const mostAwaited = 32;

/** Lines that are looked at for when a log was last written to: a server's own words may have no time behind its logins. */
const linesTried = 10;

/** A step of the plan, and how far it has come. */
interface StepUnderWay {
  readonly step: Step;
  /** undefined: its turn has not come, and it was not read before. */
  cursor: FileCursor | undefined;
  /** While it is being read. */
  reading?: ReadPosition;
}

/** Reads the files of a plan. */
export class FilesReading implements MaillogReading {
  readonly problems: Problem[];
  readonly facts: ReadingFacts;
  readonly #options: ReadingOptions;
  readonly #steps: readonly StepUnderWay[];

  constructor(plan: Plan, facts: ReadingFacts, problems: Problem[], options: ReadingOptions) {
    this.#steps = plan.steps.map((step) => ({ step, cursor: step.cursor }));
    this.facts = facts;
    this.problems = problems;
    this.#options = options;
  }

  async *chunks(): AsyncGenerator<Chunk> {
    for (const one of this.#steps) {
      const { file } = one.step;
      if (file) yield* this.#chunksOf(one, file);
    }
  }

  async *#chunksOf(one: StepUnderWay, file: OpenFile): AsyncGenerator<Chunk> {
    const { step } = one;
    const { onRead, loadStamps } = this.#options;
    const reading = readingOf(step, file, this.#options);
    one.reading = reading;
    let isDone = false;
    try {
      for await (const chunk of linesIn(step, file, reading, this.#options)) {
        await loadStamps?.();
        if (this.facts.filesRead.at(-1) !== file.path) this.facts.filesRead.push(file.path);
        yield chunk;
        this.#count(chunk);
        if (step.compression === undefined) onRead?.(chunk.end - chunk.start);
      }
      isDone = true;
    } catch (error) {
      this.problems.push(problemOf(error, file, reading));
    } finally {
      delete one.reading;
      one.cursor = cursorAfter(step, file, reading, isDone);
      this.facts.longLines += reading.longLines;
      closeSync(file.fd);
    }
  }

  #count({ bytes, start, end, writtenBefore }: Chunk): void {
    this.facts.bytesRead += end - start;
    if (this.#options.countLines) this.facts.lines += newlinesIn(bytes, start, end);
    let time: number | undefined;
    // The last line may have no time where those before it do.
    for (let [to, tries] = [end - 1, linesTried]; time === undefined && to > start && tries > 0; tries--) {
      const from = bytes.subarray(start, to).lastIndexOf(0x0a) + start + 1;
      time = this.#options.stampOf(bytes.subarray(from, to), writtenBefore);
      to = from - 1;
    }
    if (time === undefined) delete this.facts.lastLineTime;
    else this.facts.lastLineTime = time;
  }

  saved(): SavedMaillog {
    const steps = this.#steps.flatMap(({ step, cursor, reading }) => {
      const now = reading && step.file ? cursorAfter(step, step.file, reading, false) : cursor;
      return now ? [{ cursor: now, isCompressed: step.compression !== undefined }] : [];
    });
    const newest = steps.pop();
    if (!newest) return { files: [] };
    const awaitUntil = this.#options.now + awaitLateLines;
    const older = steps
      // No line is ever added to a compressed file.
      .filter(({ isCompressed }) => !isCompressed)
      .map(({ cursor }) => ({ awaitUntil, ...cursor }));
    const { awaitUntil: _, ...last } = newest.cursor;
    return { files: [...older.slice(-mostAwaited), last] };
  }
}

function readingOf(step: Step, file: OpenFile, { countLines }: ReadingOptions): ReadPosition {
  return {
    source: file.path,
    isNew: step.isNew,
    writtenBefore: step.writtenBefore,
    offset: step.from,
    line: countLines && step.from === 0 ? 1 : 0,
    longLines: 0,
  };
}

function linesIn(
  step: Step,
  file: OpenFile,
  reading: ReadPosition,
  options: ReadingOptions,
): AsyncIterable<Chunk> | Chunk[] {
  const { compression, cursor, from } = step;
  const { onRead } = options;
  if (compression) return linesOf(without(from, decompress(file, compression, { onRead })), reading, false);
  // Nothing came since all of it was seen; a half line at its end is not looked through again.
  if (cursor?.seen === file.stat.size) return [];
  return (options.readLines ?? readLines)(file.fd, reading, file.stat.size);
}

async function* without(length: number, pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = length;
  for await (const piece of pieces) {
    if (left < piece.length) yield piece.subarray(left);
    left = Math.max(0, left - piece.length);
  }
}

/** Returns the cursor of a file after, or in the middle of, its reading. */
function cursorAfter(
  step: Step,
  file: OpenFile,
  reading: ReadPosition,
  isDone: boolean,
): FileCursor | undefined {
  const { cursor, compression } = step;
  // Of a compressed file the old cursor serves, until a newer file has one: then all of it has been read.
  if (compression) return cursor;
  const seen = isDone ? file.stat.size : reading.offset;
  if (cursor?.offset === reading.offset) {
    const modified = isDone ? modifiedAt(file.stat) : cursor.modified;
    return { ...cursor, path: file.path, inode: file.stat.ino, seen, modified };
  }
  try {
    return cursorAt(file, reading.offset, seen);
  } catch (error) {
    // A disk that fails: what was read since the old cursor is read again.
    if (errnoOf(error) === undefined) throw error;
    return cursor;
  }
}

/** Returns what stopped the reading of a file; the cursor stays at the last good line. */
function problemOf(error: unknown, file: OpenFile, reading: ReadPosition): Problem {
  if (error instanceof Failure) return { ...error.problem, isWarning: true };
  if (errnoOf(error) === undefined) throw error;
  return {
    status: statusOf(error, 'reading'),
    where: file.path,
    what: `cannot read on from byte ${reading.offset}`,
    why: reasonOf(error),
    consequence: 'the lines before it count; the next run tries again there',
  };
}
