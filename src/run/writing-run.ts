/**
 * The beginning of a writing run, the same for all commands: the drop of privileges, the lock, what the last run
 * left; and what that means for the pass over the table.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { policyOf } from '../config/policy.ts';
import type { Settings } from '../config/settings.ts';
import { ExitStatus } from '../exit-status.ts';
import type { Invocation } from '../host/invocation.ts';
import { dropPrivileges } from '../host/privileges.ts';
import { fileOutputs, sharedTables } from '../maps/pgsql/shared-tables.ts';
import { arePublished, type FileIdentity, identityOf, isSameFile } from '../maps/publisher.ts';
import { removeAbandoned } from '../maps/temporary-file.ts';
import type { Problem } from '../problem.ts';
import type { Batch } from '../relay/batch.ts';
import type { MergeSink } from '../relay/merge.ts';
import type { Policy } from '../relay/policy.ts';
import { publishedForms } from '../relay/published-form.ts';
import { indexRevocations, type Revocation, stillNeeded } from '../relay/revocation.ts';
import type { SavedRun } from '../state/cursors-file.ts';
import type { PastEntry } from '../state/history-file.ts';
import type { MetProblem } from '../state/lasting-problems.ts';
import { isLock, type Lock, type LockHolder, takeLock } from '../state/lock.ts';
import { setAside } from '../state/set-aside.ts';
import type { StateDamage } from '../state/state-file.ts';
import { type StatePaths, statePaths } from '../state/state-paths.ts';
import type { TableRun } from '../state/table-run.ts';
import { type KnownTables, revokedElsewhere } from '../state/tables-file.ts';
import { attemptToRead, damageProblem, readRevoked, readSaved, readTables } from './last-run.ts';

/** A lock that is held longer than this is worth a line. Seconds. */
const longHeld = 300;

/** A writing command between its lock and its end. */
export interface WritingRun {
  readonly settings: Settings;
  readonly paths: StatePaths;
  readonly lock: Lock | undefined;
  readonly saved: SavedRun;
  /** Those of this host. */
  readonly revocations: readonly Revocation[];
  /** Those of hosts that share a table with this one. */
  readonly elsewhere: readonly Revocation[];
  /** What is known of the tables that hosts share. */
  readonly known: KnownTables;
  /** Keys of tables whose server did not answer in this run. */
  readonly away: ReadonlySet<string>;
  readonly policy: Policy;
  /** What decides who relays, and where it is published, to be compared with the last run's. */
  readonly policyText: string;
  /** The pairs on disk are not those that the cursors go with (missing, damaged, restored): the log decides. */
  startsAfresh: boolean;
  /** The pairs on disk cannot be read, and count for nothing. */
  isDamaged: boolean;
  /** The file of revocations as it was read: one that the table has not been judged by leaves no run idle. */
  readonly revokedFile: FileIdentity | undefined;
  /** Problems of this run, told at its end. */
  readonly met: MetProblem[];
  /** What this run adds to the sums of {@link SavedRun.counters}. */
  readonly counted: Map<string, number>;
  /** Lines for the log of this run. */
  readonly logLines: string[];
  /** What this run took out of the table, or kept from it. */
  readonly past: PastEntry[];
}

/** Takes the lock and reads what the last run left; undefined if another run holds the lock. */
export function beginRun(invocation: Invocation, settings: Settings): WritingRun | undefined {
  const { now } = invocation;
  const isRehearsal = invocation.has('dry-run');
  if (!isRehearsal) makeDefaultFolder(settings);
  dropPrivileges(settings);
  const paths = statePaths(settings.state);
  const lock = isRehearsal ? undefined : takeLock(paths.lock, now);
  if (lock !== undefined && !isLock(lock)) {
    tellHolder(invocation, paths.lock, lock);
    return undefined;
  }
  if (!isRehearsal) {
    for (const folder of new Set(
      [paths.pairs, ...fileOutputs(settings).map(({ path }) => path)].map(dirname),
    )) {
      removeAbandoned(folder, now);
    }
  }
  const met: MetProblem[] = [];
  const reading = { now, isRehearsal, met };
  const saved = readSaved(paths.cursors, reading);
  const revokedFile = attemptToRead(paths.revoked, () => identityOf(paths.revoked));
  const revocations = readRevoked(paths.revoked, reading);
  const pairsFile = attemptToRead(paths.pairs, () => identityOf(paths.pairs));
  const policy = policyOf(settings, now, revocations);
  const known = sharedTables(settings).length === 0 ? {} : readTables(paths.tables, reading);
  const run: WritingRun = {
    settings,
    paths,
    lock,
    saved,
    revocations,
    elsewhere: [],
    known,
    away: new Set(),
    policy,
    policyText: policyText(settings, policy, known),
    startsAfresh: pairsFile === undefined || !isSameFile(pairsFile, saved.pairs),
    isDamaged: false,
    revokedFile,
    met,
    counted: new Map(),
    logLines: [],
    past: [],
  };
  return withKnownTables(run, known);
}

/** Sets a pairs file aside that cannot be read, and notes it among the problems met; a rehearsal only notes it. */
export function setDamageAside(run: WritingRun, damage: StateDamage): void {
  const { paths, lock, policy, met } = run;
  run.startsAfresh = true;
  run.isDamaged = true;
  const kind = damage.isNewer ? 'newer' : 'corrupt';
  const aside = lock === undefined ? undefined : setAside(paths.pairs, policy.now, kind);
  met.push({ problem: damageProblem(paths.pairs, damage.message, aside) });
}

/** Returns the run that goes by what is known of shared tables. */
export function withKnownTables(run: WritingRun, known: KnownTables): WritingRun {
  const { settings, revocations } = run;
  const elsewhere = revokedElsewhere(settings, known);
  const policy = { ...run.policy, voidUntil: indexRevocations([...revocations, ...elsewhere]) };
  return { ...run, known, elsewhere, policy, policyText: policyText(settings, policy, known) };
}

/**
 * Makes the folder of the state where it is the default one. A folder that the configuration names is for whoever
 * named it to make: its owner and mode decide who may read the maps.
 */
function makeDefaultFolder({ state, origins }: Settings): void {
  if (origins.get('state') !== 'default') return;
  try {
    mkdirSync(dirname(state), { recursive: true, mode: 0o755 });
  } catch {
    // What is missing is told when the lock is taken.
  }
}

function tellHolder(invocation: Invocation, path: string, { pid, since }: LockHolder): void {
  const age = since === undefined ? 0 : invocation.now - since;
  const problem: Problem = {
    status: ExitStatus.tryAgain,
    where: path,
    what: `held by pid ${pid ?? 'unknown'} for ${Math.floor(age / 60)} min`,
    consequence: 'this run did nothing',
    fix: `see ps -fp ${pid ?? ''}`.trim(),
  };
  if (age > longHeld) invocation.report(problem);
  else invocation.remember(problem);
}

/** Everything that decides who relays and where it is published, as one text to compare. */
function policyText(settings: Settings, policy: Policy, known: KnownTables): string {
  const { outputs, ipv6Prefix, maxAddressesPerUser, maxEntries } = settings;
  const ignore = settings.ignore.map(({ network }) => network.text);
  const own = [...policy.ownAddresses].sort();
  const { timeout, sessionLimit } = policy;
  const tables = sharedTables(settings);
  return JSON.stringify({
    timeout,
    sessionLimit,
    ignore,
    own,
    outputs,
    ipv6Prefix,
    maxAddressesPerUser,
    maxEntries,
    // As rows: in the time of this host they are a little different each time.
    ...(tables.length === 0
      ? {}
      : { elsewhere: tables.map(({ target }) => known[target.key]?.revocations ?? []) }),
  });
}

/** Whether nothing in the table, and nothing in a map, can have changed since the last run. */
export function isIdle(
  { saved, settings, policy, policyText, revokedFile, startsAfresh }: WritingRun,
  batch: Batch,
): boolean {
  return (
    batch.isEmpty &&
    !saved.isChangeDue &&
    !startsAfresh &&
    saved.policy === policyText &&
    // One of another time: the run that wrote it did not come to its end.
    isSameFile(revokedFile, saved.revoked) &&
    (saved.nextExpiry === null || saved.nextExpiry > policy.now) &&
    // A clock set back: no pair may have its last login after now.
    saved.lastRun.time <= policy.now &&
    arePublished(fileOutputs(settings), saved.maps)
  );
}

/** Returns the pass over the table that a run asks for. */
export function tableRunOf(
  run: WritingRun,
  batch: Batch,
  report: MergeSink['report'],
  startsEmpty: boolean,
): TableRun {
  const { settings, saved, policy } = run;
  const isPolicyNew = saved.policy !== run.policyText;
  const isSetBack = saved.lastRun.time > policy.now;
  // A pair that a revocation has spared once is spared always: logins that it voids are refused. Those of other hosts
  // may move, as the clock of the database does.
  const areRevocationsNew = run.elsewhere.length > 0 || !isSameFile(run.revokedFile, saved.revoked);
  return {
    path: run.paths.pairs,
    startsEmpty: startsEmpty || run.isDamaged,
    changes: batch.sorted(),
    strayLogouts: batch.strayLogouts,
    policy,
    judgesOldPairs: isPolicyNew || isSetBack || areRevocationsNew || run.startsAfresh,
    entries: saved.entries,
    maxEntries: settings.maxEntries,
    maxAddressesPerUser: settings.maxAddressesPerUser,
    outputs: fileOutputs(settings),
    formOf: publishedForms(policy, settings.ipv6Prefix),
    published: saved.maps,
    forcesMaps: isPolicyNew,
    report,
  };
}

/** Returns the revocations that a run need not remember any longer, left out. */
export function neededRevocations(run: WritingRun): Revocation[] {
  const day = 86_400;
  const { timeout, sessionLimit } = run.settings;
  return stillNeeded(run.revocations, run.policy.now, Math.max(timeout, sessionLimit) + day);
}
