/**
 * From a log's name, its saved cursors and the files that are there now: which files to read, oldest first, and
 * from where. All of rotation is decided here, and nothing of it anywhere else.
 *
 * Each cursor is looked for by what its file holds: first at the log's own name, then among the rotated
 * generations. The last cursor is the newest file that a run has reached, so every generation newer than that
 * file is read whole, and so is the log if it is another file. Where no file holds what the last cursor was made
 * of (a first run, a log truncated or deleted without a copy), the log and the rotated files that are young
 * enough are searched for the lines since a time.
 */
import { statSync } from 'node:fs';
import { ExitStatus } from '../exit-status.ts';
import type { Problem } from '../problem.ts';
import type { FileCursor } from '../state/maillog-cursor.ts';
import { disorder, offsetSince, type StampOf } from './bisect.ts';
import {
  type Candidate,
  candidatesElsewhere,
  candidatesFor,
  closeOthers,
  findFileOf,
  openCandidate,
} from './candidates.ts';
import type { Compression } from './compressed.ts';
import { holds, modifiedAt, unreadCursor } from './cursor.ts';
import type { OpenFile } from './regular-file.ts';

/** One file of a maillog, in the order of reading. */
export interface Step {
  /** What was saved of it; undefined: it has not been read before. */
  readonly cursor?: FileCursor;
  /** The file, open; undefined: a rotated file that has not changed. */
  readonly file?: OpenFile;
  readonly compression?: Compression;
  /** Byte offset to read from; of a compressed file, in its plain bytes. */
  readonly from: number;
  /** As {@link Chunk.isNew}. */
  readonly isNew: boolean;
  /** As {@link Chunk.writtenBefore}. */
  readonly writtenBefore: number;
}

/** What a run reads of one maillog. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly problems: readonly Problem[];
  /** No file holds what was read before, or nothing was. */
  readonly startsAfresh: boolean;
}

/** What planning needs beside the files. */
export interface Planning {
  /** Unix seconds. */
  readonly now: number;
  /** Where no cursor serves, lines since then are read. Unix seconds. */
  readonly since: number;
  readonly stampOf: StampOf;
  /** As of {@link ReadingOptions}. */
  readonly loadStamps?: () => Promise<void>;
}

/**
 * Returns the plan for the log at `path`, of which `log` is the file that stands there now (undefined: missing or
 * unreadable), and `saved` the cursors of the last run. The files of its steps are open.
 */
export async function planReading(
  path: string,
  log: OpenFile | undefined,
  saved: readonly FileCursor[],
  planning: Planning,
): Promise<Plan> {
  const newest = saved.at(-1);
  const older = saved.slice(0, -1).filter(({ awaitUntil = 0 }) => awaitUntil > planning.now);
  if (log && newest && goesOn(log, newest) && older.every(isUnchanged)) {
    const candidate = { path, stat: log.stat, isLog: true, file: log };
    const steps = [...older.map((cursor) => goOn(cursor, planning)), goOn(newest, planning, candidate)];
    return { steps, problems: [], startsAfresh: false };
  }
  await planning.loadStamps?.();
  const problems: Problem[] = [];
  const { candidates, reached } = await reachedBy(path, log, saved, problems);
  for (const cursor of [...older].reverse()) await findFileOf(cursor, candidates);
  // While the log is not there, nothing tells whether its file is gone or only hidden: the cursor waits.
  const isWaiting = newest !== undefined && !reached && !log;
  const changedSince = isWaiting ? Number.POSITIVE_INFINITY : unknownSince(newest, older, candidates);
  const steps = candidates.flatMap((candidate, index) => {
    if (candidate.cursor) return goOn(candidate.cursor, planning, candidate);
    if (reached && index > candidates.indexOf(reached)) return readAll(candidate, planning, problems);
    const isYoung = modifiedAt(candidate.stat) >= Math.max(planning.since - disorder, changedSince);
    return candidate.isLog || isYoung ? readSince(candidate, planning, problems) : [];
  });
  closeOthers(candidates, new Set(steps.map(({ file }) => file)));
  if (isWaiting) steps.push(goOn(newest, planning));
  if (newest && !reached && log && newest.offset > 0) problems.push(lostProblem(path));
  return { steps, problems, startsAfresh: !reached && !isWaiting };
}

/** Finds the file that the newest cursor was made of: beside the log, or elsewhere. */
async function reachedBy(
  path: string,
  log: OpenFile | undefined,
  saved: readonly FileCursor[],
  problems: Problem[],
): Promise<{ readonly candidates: readonly Candidate[]; readonly reached: Candidate | undefined }> {
  const newest = saved.at(-1);
  const beside = candidatesFor(path, log, problems, saved);
  const reached = newest && (await findFileOf(newest, beside));
  // A log that is missing may only be hidden.
  if (reached || !newest || !log) return { candidates: beside, reached };
  const candidates = await candidatesElsewhere(path, log, newest, beside);
  if (candidates === undefined) return { candidates: beside, reached };
  closeOthers(beside, new Set([log]));
  return { candidates, reached: await findFileOf(newest, candidates) };
}

/** Reports whether a log is the file of a cursor, with nothing to look for elsewhere. */
function goesOn(log: OpenFile, cursor: FileCursor): boolean {
  if (log.stat.ino !== cursor.inode || !holds(log, cursor)) return false;
  // Of an empty file no bytes could tell that it was written to, copied and truncated since.
  return cursor.offset > 0 || modifiedAt(log.stat) === cursor.modified;
}

/** Reports whether a rotated file stands where it did, with no byte more. */
function isUnchanged(cursor: FileCursor): boolean {
  const stat = statSync(cursor.path, { throwIfNoEntry: false });
  return stat?.ino === cursor.inode && stat.size === cursor.seen;
}

/**
 * Returns from which change on a file that fits no cursor may hold lines that were never read, Unix seconds:
 * none, where the cursors' files are all known. A cursor at the start of a file knows it by its inode alone.
 */
function unknownSince(
  newest: FileCursor | undefined,
  older: readonly FileCursor[],
  candidates: readonly Candidate[],
): number {
  if (!newest) return 0;
  const isFound = (cursor: FileCursor) => candidates.some((candidate) => candidate.cursor === cursor);
  const lost = [newest, ...older.filter((cursor) => !isFound(cursor))].filter(({ offset }) => offset === 0);
  if (!isFound(newest)) lost.push(newest);
  // Some compressors keep the time in whole seconds.
  return Math.min(...lost.map(({ modified }) => Math.floor(modified)));
}

/** The file of a cursor, read on from there; without a candidate, its cursor alone, kept as it is. */
function goOn(cursor: FileCursor, planning: Planning, candidate?: Candidate): Step {
  return { ...stepIn(candidate, planning), cursor, from: cursor.offset, isNew: true };
}

/** A file that is newer than all that has been read. */
function readAll(candidate: Candidate, planning: Planning, problems: Problem[]): Step {
  if (openCandidate(candidate)) return { ...stepIn(candidate, planning), from: 0, isNew: true };
  if (candidate.fault) problems.push(candidate.fault);
  // As soon as it can be opened, it is read from its start.
  return goOn(unreadCursor(candidate.path, candidate.stat), planning);
}

/** A file of which nobody knows what was read. */
function readSince(candidate: Candidate, planning: Planning, problems: Problem[]): Step[] {
  const file = openCandidate(candidate);
  if (!file) {
    if (candidate.fault) problems.push(candidate.fault);
    return [];
  }
  const step = stepIn(candidate, planning);
  if (candidate.compression) return [{ ...step, from: 0, isNew: false }];
  const searched = { fd: file.fd, size: file.stat.size, writtenBefore: step.writtenBefore };
  return [{ ...step, from: offsetSince(searched, planning.since, planning.stampOf), isNew: false }];
}

function stepIn(
  candidate: Candidate | undefined,
  { now }: Planning,
): Pick<Step, 'file' | 'compression' | 'writtenBefore'> {
  if (!candidate) return { writtenBefore: now };
  const { file, compression, isLog, stat } = candidate;
  return {
    // The lines of a rotated file were written before it was last changed.
    writtenBefore: isLog ? now : Math.min(now, Math.ceil(stat.mtimeMs / 1000)),
    ...(file && { file }),
    ...(compression && { compression }),
  };
}

function lostProblem(path: string): Problem {
  return {
    status: ExitStatus.ok,
    where: path,
    what: 'was truncated or replaced',
    why: 'what was read of it is neither in it nor in a rotated file',
    consequence: 'it is read from the start; lines that went with the old one are lost',
    isWarning: true,
  };
}
