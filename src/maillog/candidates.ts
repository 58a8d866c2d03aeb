/**
 * The files that a log's lines may be in: the rotated generations and the log itself, oldest first, and which of
 * them a cursor was made of. Files are opened only where their name, inode and time leave it possible.
 */
import { closeSync, type Stats } from 'node:fs';
import { ExitStatus } from '../exit-status.ts';
import { Failure, type Problem, reasonOf } from '../problem.ts';
import type { FileCursor } from '../state/maillog-cursor.ts';
import { type Compression, decompress } from './compressed.ts';
import { holds, modifiedAt, streamHolds } from './cursor.ts';
import { findGenerations, type Generation } from './generations.ts';
import { type OpenFile, openRegularFile, targetOf } from './regular-file.ts';

/** A file that is there. */
export interface Candidate {
  readonly path: string;
  readonly stat: Stats;
  readonly compression?: Compression;
  /** It stands under the log's own name. */
  readonly isLog: boolean;
  /** The cursor that was made of it. */
  cursor?: FileCursor;
  file?: OpenFile;
  /** Why it cannot be opened. */
  fault?: Problem;
}

/**
 * Returns the files of the log at `path`, oldest first; `log` is the one that stands there, if any. Generations
 * beside the target of a symbolic link count too. Adds to `problems` where a directory cannot be listed.
 */
export function candidatesFor(path: string, log: OpenFile | undefined, problems: Problem[]): Candidate[] {
  const candidates = new Map<string, Candidate>();
  for (const name of new Set([path, targetOf(path)])) {
    for (const generation of listed(name, problems)) {
      candidates.set(fileId(generation.stat), { ...generation, isLog: false });
    }
  }
  if (log) {
    // A rotation between opening the log and listing its directory shows it as a generation too.
    candidates.delete(fileId(log.stat));
    candidates.set(fileId(log.stat), { path, stat: log.stat, file: log, isLog: true });
  }
  return [...candidates.values()];
}

function listed(path: string, problems: Problem[]): Generation[] {
  try {
    return findGenerations(path);
  } catch (error) {
    problems.push({
      status: ExitStatus.noInput,
      where: path,
      what: 'cannot look for rotated files',
      why: reasonOf(error),
      consequence: 'lines at the end of a rotated file may be lost',
      isWarning: true,
    });
    return [];
  }
}

/** Returns what tells a file from all others on this host while it is open. */
export function fileId({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

/**
 * Finds the file that a cursor was made of among the candidates that are no other cursor's, and sets its `cursor`.
 * The file with the same inode and the same bytes comes first, then a copy (copytruncate, a compressor), the
 * newest before others. Returns undefined if there is none.
 */
export async function findFileOf(
  cursor: FileCursor,
  candidates: readonly Candidate[],
): Promise<Candidate | undefined> {
  const free = candidates.filter((candidate) => !candidate.cursor).reverse();
  const isSame = ({ stat, compression }: Candidate) => stat.ino === cursor.inode && !compression;
  // A copy is not older than its original. Compressors keep the time, some of them in whole seconds.
  const mayBeCopy = (candidate: Candidate) =>
    !isSame(candidate) && cursor.offset > 0 && modifiedAt(candidate.stat) >= Math.floor(cursor.modified);
  for (const candidate of [...free.filter(isSame), ...free.filter(mayBeCopy)]) {
    if (!(await isFileOf(candidate, cursor))) continue;
    candidate.cursor = cursor;
    return candidate;
  }
  return undefined;
}

async function isFileOf(candidate: Candidate, cursor: FileCursor): Promise<boolean> {
  const file = openCandidate(candidate);
  if (!file) return false;
  if (!candidate.compression) return holds(file, cursor);
  try {
    return await streamHolds(decompress(file, candidate.compression), cursor);
  } catch (error) {
    // If it is read all the same, that tells of the damage.
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** Returns a candidate's file, opened once; undefined, with its `fault` set, where it cannot be. */
export function openCandidate(candidate: Candidate): OpenFile | undefined {
  if (candidate.file || candidate.fault) return candidate.file;
  try {
    candidate.file = openRegularFile(candidate.path);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    candidate.fault = error.problem;
  }
  return candidate.file;
}

/** Closes the files of candidates that are not among those in use. */
export function closeOthers(candidates: readonly Candidate[], used: ReadonlySet<OpenFile | undefined>): void {
  for (const { file } of candidates) if (file && !used.has(file)) closeSync(file.fd);
}
