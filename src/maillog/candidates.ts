/**
 * The files that a log's lines may be in: the rotated generations and the log itself, oldest first, and which of
 * them a cursor was made of. Files are opened only where their name, inode and time leave it possible.
 */
import { closeSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { ExitStatus } from '../exit-status.ts';
import { Failure, type Problem, reasonOf } from '../problem.ts';
import type { FileCursor } from '../state/maillog-cursor.ts';
import { type Compression, compressionOf, decompress } from './compressed.ts';
import { holds, modifiedAt, streamHolds } from './cursor.ts';
import { findDatedFiles, findGenerations, type Generation, mergeGenerations } from './generations.ts';
import { type OpenFile, openRegularFile, statIfSeen, targetOf } from './regular-file.ts';
import { findElsewhere, findRenamed, generationsIn } from './rotated-elsewhere.ts';

/** A file that is there. */
export interface Candidate {
  readonly path: string;
  readonly stat: Stats;
  compression?: Compression;
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
 * beside the target of a symbolic link count too, and where a file of one of the `saved` cursors has been found before.
 * Adds to `problems` where a directory cannot be listed.
 */
export function candidatesFor(
  path: string,
  log: OpenFile | undefined,
  problems: Problem[],
  saved: readonly FileCursor[] = [],
): Candidate[] {
  const target = targetOf(path);
  const names = target === path ? [path] : [path, target];
  const lists = names.map((name) => listed(name, problems, findGenerations));
  if (target !== path) lists.push(listed(target, [], findDatedFiles));
  // Of a file of which nothing has been read no bytes have told that it is the log's.
  const proven = saved.filter(({ offset }) => offset > 0);
  const known = names.map((name) => dirname(name));
  const others = new Set(
    proven.map((cursor) => dirname(cursor.path)).filter((each) => !known.includes(each)),
  );
  for (const folder of others) lists.push(generationsIn(folder, path));
  const byName = new Set(lists.flatMap((list) => list.map((generation) => generation.path)));
  for (const cursor of proven) {
    const stat = byName.has(cursor.path) ? undefined : statIfSeen(cursor.path);
    if (stat?.isFile() && stat.ino === cursor.inode) lists.push([{ path: cursor.path, stat }]);
  }
  return candidatesOf(lists, path, log);
}

/**
 * Returns the candidates with those that stand elsewhere, if the file of a cursor is among these; undefined where it is
 * not. A cursor at the start of its file knows it by its inode alone, which is too little here.
 */
export async function candidatesElsewhere(
  path: string,
  log: OpenFile,
  cursor: FileCursor,
  candidates: readonly Candidate[],
): Promise<Candidate[] | undefined> {
  if (cursor.offset === 0) return undefined;
  const renamed = findRenamed(path, cursor);
  for (const list of [...(renamed === undefined ? [] : [[renamed]]), ...findElsewhere(targetOf(path))]) {
    const found = candidatesOf([list], path, undefined);
    const isFound = await findFileOf(cursor, found);
    closeOthers(found, new Set());
    if (isFound) return candidatesOf([candidates.filter(({ isLog }) => !isLog), list], path, log);
  }
  return undefined;
}

function candidatesOf(
  lists: readonly (readonly Generation[])[],
  path: string,
  log: OpenFile | undefined,
): Candidate[] {
  const candidates = new Map<string, Candidate>();
  for (const { path, stat, compression } of mergeGenerations(lists)) {
    candidates.set(fileId(stat), { path, stat, isLog: false, ...(compression && { compression }) });
  }
  if (log) {
    // A rotation between opening the log and listing its directory shows it as a generation too.
    candidates.delete(fileId(log.stat));
    candidates.set(fileId(log.stat), { path, stat: log.stat, file: log, isLog: true });
  }
  return [...candidates.values()];
}

function listed(path: string, problems: Problem[], find: (path: string) => Generation[]): Generation[] {
  try {
    return find(path);
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
  if (cursor.offset === 0) return false;
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
    // What a processor of multilog or svlogd has compressed has no ending that tells so.
    const compression = candidate.compression ?? compressionOf(candidate.file);
    if (compression !== undefined) candidate.compression = compression;
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
