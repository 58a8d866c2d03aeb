/**
 * What the last run left, and what a run finds on its host before it reads anything new. What cannot be used is set
 * aside or counts for nothing, and is a problem met; where it decides who may relay, no new login counts in this run.
 */
import type { Settings } from '../config/settings.ts';
import { ExitStatus } from '../exit-status.ts';
import { ownAddresses } from '../host/own-addresses.ts';
import { type FileIdentity, identityOf } from '../maps/publisher.ts';
import { sharedTables } from '../maps/shared/shared-tables.ts';
import { Failure, type Problem } from '../problem.ts';
import type { Address } from '../relay/address.ts';
import type { Permit } from '../relay/permit.ts';
import type { Revocation } from '../relay/revocation.ts';
import { noRun, readCursors, type SavedRun } from '../state/cursors-file.ts';
import { type Damage, isDamage } from '../state/damage.ts';
import { type PastEntry, readHistory } from '../state/history-file.ts';
import { withIdleRuns } from '../state/idle-note.ts';
import { permitsFix, readPermits } from '../state/permits-file.ts';
import { readRevocations, revokedFix } from '../state/revoked-file.ts';
import { setAside } from '../state/set-aside.ts';
import type { StatePaths } from '../state/state-paths.ts';
import {
  type KnownTables,
  readKnownTables,
  revokedElsewhere,
  writeKnownTables,
} from '../state/tables-file.ts';
import { readingTrouble } from './reading-trouble.ts';
import type { RunRecord } from './run-record.ts';

/** What a run goes on from. */
export interface LastRun {
  readonly saved: SavedRun;
  /** The pairs file as it is found; undefined where there is none, or none that can be looked at. */
  readonly pairsFile: FileIdentity | undefined;
  /** Revocations of this host; undefined where they cannot be read. */
  readonly revocations: readonly Revocation[] | undefined;
  /** The file of revocations as it was read. */
  readonly revokedFile: FileIdentity | undefined;
  /** Who was let in by hand; undefined where that cannot be read. */
  readonly permits: readonly Permit[] | undefined;
  /** The file of permits as it was read. */
  readonly permitsFile: FileIdentity | undefined;
  /** What is known of the tables that hosts share. */
  readonly known: KnownTables;
  /** Addresses of this host's own interfaces. */
  readonly own: ReadonlySet<Address>;
  /** Whether all of it could be read: if not, nobody can say which new login counts. */
  readonly isWhole: boolean;
}

/** Where it is read, and whether what cannot be used is moved out of the way. */
interface Place {
  readonly paths: StatePaths;
  /** Unix seconds. */
  readonly now: number;
  /** A rehearsal moves nothing, and ends where something cannot be read. */
  readonly isRehearsal: boolean;
}

/** What it takes to read all of it. */
interface Surroundings extends Place {
  readonly settings: Settings;
}

/** Reads what the last run left. Problems go into the record; those of a rehearsal are thrown as {@link Failure}. */
export function readLastRun(surroundings: Surroundings, record: RunRecord): LastRun {
  const { paths, now, isRehearsal } = surroundings;
  let isWhole = true;
  const attempt = <Result>(where: string, read: () => Result): Result | undefined => {
    try {
      return read();
    } catch (error) {
      if (isRehearsal) throw rehearsalError(error, where);
      isWhole = false;
      record.meet(readingTrouble(error, where));
      return undefined;
    }
  };
  const saved = attempt(paths.cursors, () => readSaved(surroundings, record));
  if (saved === undefined) {
    const aside = attempt(paths.cursors, () => setAside(paths.cursors, now, 'corrupt'));
    record.meet(damageProblem(paths.cursors, 'cannot be used', aside));
  }
  // Before their file is read: one that is replaced meanwhile is met by the next run.
  const revokedFile = attempt(paths.revoked, () => identityOf(paths.revoked));
  const revocations = attempt(paths.revoked, () => readRevoked(surroundings, record));
  const permits = readPermitted(surroundings, record);
  return {
    ...permits,
    saved: saved ?? noRun,
    pairsFile: attempt(paths.pairs, () => identityOf(paths.pairs)),
    revocations,
    revokedFile: revocations === undefined ? undefined : revokedFile,
    known: attempt(paths.tables, () => readKnown(surroundings, record)) ?? {},
    own: attempt('addresses of this host', ownAddresses) ?? new Set(),
    isWhole,
  };
}

/** A bug is thrown as it is: whoever rehearses sees all of it. */
function rehearsalError(error: unknown, where: string): unknown {
  const { consequence: _, ...problem } = readingTrouble(error, where);
  return problem.status === ExitStatus.software ? error : new Failure(problem);
}

/** Returns the cursors that the last run saved; with damaged ones, set aside, the run begins with none. */
function readSaved(place: Place, record: RunRecord): SavedRun {
  const path = place.paths.cursors;
  const read = readCursors(path);
  if (!isDamage(read)) return withIdleRuns(read, place.paths.idle);
  record.meet(clearAway(path, read, place));
  return noRun;
}

/** Returns what is known of shared tables, in which the revocations of other hosts have been found to be readable. */
function readKnown(surroundings: Surroundings, record: RunRecord): KnownTables {
  const { settings, paths, isRehearsal } = surroundings;
  if (sharedTables(settings).length === 0) return {};
  const { tables, damage } = readKnownTables(paths.tables);
  if (damage !== undefined) {
    const problem = clearAway(paths.tables, damage, surroundings);
    record.meet({ ...problem, consequence: 'this run sends everything' });
    // The server says again what other hosts have revoked, but it may be away for long.
    if (!isRehearsal) writeKnownTables(paths.tables, tables);
  }
  revokedElsewhere(settings, tables);
  return tables;
}

/** Returns what is remembered of the last day. System errors are thrown. */
export function readPast(place: Place, record: RunRecord): readonly PastEntry[] {
  const path = place.paths.history;
  const read = readHistory(path, place.now);
  if (!isDamage(read)) return read;
  record.meet({ ...clearAway(path, read, place), consequence: 'what ended before is forgotten' });
  return [];
}

/** Sets a file aside that cannot be used, and returns what is to be told of it. */
function clearAway(path: string, { damage, isNewer }: Damage, { now, isRehearsal }: Place): Problem {
  const aside = isRehearsal ? undefined : setAside(path, now, isNewer ? 'newer' : 'corrupt');
  return damageProblem(path, damage, aside);
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

/**
 * Returns the permits; each line that is none is a problem met. Where the file cannot be read, nobody is let in by hand in
 * this run, and it stays where it is; which logins count does not depend on it.
 */
function readPermitted(
  { paths, isRehearsal }: Place,
  record: RunRecord,
): Pick<LastRun, 'permits' | 'permitsFile'> {
  const path = paths.permits;
  try {
    const permitsFile = identityOf(path);
    const read = readPermits(path);
    if (isDamage(read)) {
      throw new Failure({ status: ExitStatus.io, where: path, what: read.damage, fix: permitsFix });
    }
    for (const line of read.badLines) {
      record.meet({
        status: ExitStatus.io,
        where: `${path}:${line}`,
        what: 'is no permit',
        consequence: 'the others hold',
        fix: 'repeat the exact update --permit that it stood for, then remove the line',
      });
    }
    return { permits: read.permits, permitsFile };
  } catch (error) {
    if (isRehearsal) throw rehearsalError(error, path);
    record.meet(readingTrouble(error, path, 'no permit holds'));
    return { permits: undefined, permitsFile: undefined };
  }
}

/** Returns the revocations that hold; each line that is none is a problem met. */
function readRevoked({ paths }: Place, record: RunRecord): Revocation[] {
  const path = paths.revoked;
  const read = readRevocations(path);
  if (isDamage(read)) {
    // It stays where it is: without it a login would count that somebody has revoked.
    throw new Failure({
      status: ExitStatus.io,
      where: path,
      what: read.damage,
      fix: revokedFix,
    });
  }
  for (const line of read.badLines) {
    record.meet({
      status: ExitStatus.io,
      where: `${path}:${line}`,
      what: 'is no revocation',
      consequence: 'the others hold',
      fix: 'repeat the exact expire that it stood for, then remove the line',
    });
  }
  return read.revocations;
}
