/**
 * Reading a configured mail log from where the last run ended: through rotations, or on a first run the lines
 * since some time. What a line says is nothing to this room.
 */
import { closeSync } from 'node:fs';
import { errnoOf, Failure, type Problem, reasonOf, statusOf } from '../problem.ts';
import type { FileCursor, SavedMaillog } from '../state/maillog-cursor.ts';
import { fileId } from './candidates.ts';
import { FilesReading } from './files-reading.ts';
import { isJournal } from './journal-name.ts';
import type { MaillogReading, ReadingFacts, ReadingOptions } from './maillog-reading.ts';
import { MissingFile, type OpenFile, openingFix, openRegularFile } from './regular-file.ts';
import { type Plan, planReading } from './resume.ts';

/**
 * Starts to read the log at a path, or the journal. `saved` is what an earlier run saved of it; undefined means
 * a first run. A log that is missing or cannot be opened is a problem with exit status 66; its cursors stay.
 */
export async function readMaillog(
  maillog: string,
  saved: SavedMaillog | undefined,
  options: ReadingOptions,
): Promise<MaillogReading> {
  if (isJournal(maillog)) {
    const { readJournal } = await import('./journal.ts');
    return readJournal(maillog, saved, options);
  }
  const { now, lookback, rebuild, claimed } = options;
  const known = saved?.files ?? [];
  const { log, fault } = openLog(maillog);
  const isDuplicate = log !== undefined && claimed?.has(fileId(log.stat)) === true;
  if (log) claimed?.add(fileId(log.stat));
  const planning = { ...options, since: now - lookback };
  const plan = isDuplicate
    ? nothingToRead(known, log, now)
    : await planReading(maillog, log, rebuild ? [] : known, planning).catch((error: unknown) => ({
        ...nothingToRead(known, log, now),
        problems: [unreadable(maillog, error)],
      }));
  const facts: ReadingFacts = {
    bytesToRead: bytesOf(plan),
    bytesRead: 0,
    lines: 0,
    longLines: 0,
    filesRead: [],
    startedAfresh: plan.startsAfresh,
    missing: fault instanceof MissingFile,
    isDuplicate,
  };
  return new FilesReading(plan, facts, [...(fault ? [fault.problem] : []), ...plan.problems], options);
}

function openLog(path: string): { log?: OpenFile; fault?: Failure } {
  try {
    return { log: openRegularFile(path) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const fix = error.problem.fix === undefined ? openingFix(path) : undefined;
    return { fault: fix === undefined ? error : new Failure({ ...error.problem, fix }) };
  }
}

function bytesOf({ steps }: Plan): number {
  return steps.reduce((sum, { file, from, compression }) => {
    return file === undefined ? sum : sum + file.stat.size - (compression === undefined ? from : 0);
  }, 0);
}

/** The plan that leaves every cursor where it is. */
function nothingToRead(saved: readonly FileCursor[], log: OpenFile | undefined, now: number): Plan {
  if (log) closeSync(log.fd);
  const steps = saved.map((cursor) => ({ cursor, from: cursor.offset, isNew: true, writtenBefore: now }));
  return { steps, problems: [], startsAfresh: false };
}

function unreadable(where: string, error: unknown): Problem {
  if (errnoOf(error) === undefined) throw error;
  const consequence = 'nothing of it is read in this run';
  return {
    status: statusOf(error, 'reading'),
    where,
    what: 'cannot read',
    why: reasonOf(error),
    consequence,
  };
}
