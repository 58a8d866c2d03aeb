/** What the last run left: read as it is, or set aside where it cannot be used. */
import { ExitStatus } from '../exit-status.ts';
import { Failure, type Problem, reasonOf, statusOf } from '../problem.ts';
import type { Revocation } from '../relay/revocation.ts';
import { noRun, readCursors, type SavedRun } from '../state/cursors-file.ts';
import { type Damage, isDamage } from '../state/damage.ts';
import { type PastEntry, readHistory } from '../state/history-file.ts';
import type { MetProblem } from '../state/lasting-problems.ts';
import { readRevocations } from '../state/revoked-file.ts';
import { setAside } from '../state/set-aside.ts';
import { type KnownTables, readKnownTables, writeKnownTables } from '../state/tables-file.ts';

/** Reads a file of the state, and tells what to do where that is denied. */
export function attemptToRead<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const isDenied = statusOf(error, 'reading') === ExitStatus.noInput;
    throw new Failure({
      status: statusOf(error, 'reading'),
      where: path,
      what: 'cannot read',
      why: reasonOf(error),
      ...(isDenied ? { fix: "run it with sudo, or as the 'user' of exact.conf" } : {}),
    });
  }
}

/** How what the last run left is read. */
export interface LastRunReading {
  /** Unix seconds. */
  readonly now: number;
  /** Moves nothing. */
  readonly isRehearsal: boolean;
  /** Damage is noted among these. */
  readonly met: MetProblem[];
}

/** Returns the cursors that the last run saved; with damaged ones, set aside, the run begins with none. */
export function readSaved(path: string, reading: LastRunReading): SavedRun {
  const read = attemptToRead(path, () => readCursors(path));
  if (!isDamage(read)) return read;
  clearAway(path, read, reading);
  return noRun;
}

/** Returns the revocations that hold; each line that is none is noted among the problems met. */
export function readRevoked(path: string, reading: LastRunReading): Revocation[] {
  const read = attemptToRead(path, () => readRevocations(path));
  if (isDamage(read)) {
    clearAway(path, read, reading, {
      status: ExitStatus.io,
      isWarning: false,
      consequence: 'nothing is revoked any more',
      fix: 'repeat each exact expire that is to hold',
    });
    return [];
  }
  for (const line of read.badLines) {
    reading.met.push({
      problem: {
        status: ExitStatus.io,
        where: `${path}:${line}`,
        what: 'is no revocation',
        consequence: 'the others hold',
        fix: 'repeat the exact expire that it stood for, then remove the line',
      },
    });
  }
  return read.revocations;
}

/** Returns what is known of shared tables; what a damaged file still says is written anew. */
export function readTables(path: string, reading: LastRunReading): KnownTables {
  const { tables, damage } = attemptToRead(path, () => readKnownTables(path));
  if (damage === undefined) return tables;
  clearAway(path, damage, reading, { consequence: 'this run sends everything' });
  // The server says it again, but it may be away for long.
  if (!reading.isRehearsal) writeKnownTables(path, tables);
  return tables;
}

/** Returns what is remembered of the last day. */
export function readPast(path: string, reading: LastRunReading): readonly PastEntry[] {
  const read = readHistory(path, reading.now);
  if (!isDamage(read)) return read;
  clearAway(path, read, reading, { consequence: 'what ended before is forgotten' });
  return [];
}

/** Sets a file aside that cannot be used, and notes it. */
function clearAway(
  path: string,
  { damage, isNewer }: Damage,
  { now, isRehearsal, met }: LastRunReading,
  told: Partial<Problem> = {},
): void {
  const aside = isRehearsal ? undefined : setAside(path, now, isNewer ? 'newer' : 'corrupt');
  met.push({ problem: { ...damageProblem(path, damage, aside), ...told } });
}

/** Returns what is told of a state file that cannot be used. */
export function damageProblem(path: string, damage: string, aside: string | undefined): Problem {
  return {
    status: ExitStatus.ok,
    isWarning: true,
    where: path,
    what: damage,
    ...(aside === undefined ? {} : { why: `moved to ${aside}` }),
    consequence: 'rebuilt from the log',
  };
}
