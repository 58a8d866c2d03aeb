/** The beginning of a run: the drop of privileges, the lock, and what the last run left. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withKeptMaillogs } from '../config/kept-maillog.ts';
import type { Settings } from '../config/settings.ts';
import { ExitStatus } from '../exit-status.ts';
import type { Invocation } from '../host/invocation.ts';
import { dropPrivileges } from '../host/privileges.ts';
import { fileOutputs } from '../maps/shared/shared-tables.ts';
import { removeAbandoned } from '../maps/temporary-file.ts';
import type { Problem } from '../problem.ts';
import { isLock, type LockHolder, takeLock } from '../state/lock.ts';
import { statePaths } from '../state/state-paths.ts';
import { readLastRun } from './last-run.ts';
import { Run, type RunOptions } from './run.ts';
import { RunContext } from './run-context.ts';
import { RunRecord } from './run-record.ts';

/** A lock that is held longer than this is worth a line. Seconds. */
const longHeld = 300;

/**
 * Takes the lock and reads what the last run left; undefined if another run holds the lock. Throws a Failure where
 * the lock cannot be taken or root cannot be given up: nothing else keeps a run from its pass.
 */
export function beginRun(
  invocation: Invocation<'dry-run'>,
  settings: Settings,
  options: RunOptions = {},
): Run | undefined {
  const { now } = invocation;
  const isRehearsal = invocation.has('dry-run');
  if (!isRehearsal) makeDefaultFolder(settings);
  dropPrivileges(settings);
  const paths = statePaths(settings.state);
  const lock = isRehearsal ? undefined : takeLock(paths.lock, now);
  if (lock !== undefined && !isLock(lock)) {
    (options.onHeld ?? reportHolder(invocation))(paths.lock, lock);
    return undefined;
  }
  if (!isRehearsal) {
    const files = [paths.pairs, ...fileOutputs(settings).map(({ path }) => path)];
    for (const folder of new Set(files.map(dirname))) removeAbandoned(folder, now);
  }
  const record = new RunRecord();
  const last = readLastRun({ settings, paths, now, isRehearsal }, record);
  const kept = withKeptMaillogs(settings, last.saved, now);
  return new Run(new RunContext({ invocation, settings: kept, paths, lock, last, record }), options);
}

/** How long a run waits between two looks at a lock that is held. Milliseconds. */
const lookAgain = 100;

/** Whoever waits for longer than that is told, and waits on. Seconds. */
const patience = 60;

/**
 * Begins a run as {@link beginRun} does, and waits while another one holds the lock: what it has to add would be lost.
 * Each try is a call of its own, made when it is tried.
 */
export async function beginPatiently(
  call: () => Invocation<'dry-run'>,
  settings: Settings,
  options: Omit<RunOptions, 'onHeld'> = {},
): Promise<Run> {
  let isTold = false;
  const first = call();
  for (let invocation = first; ; invocation = call()) {
    const waited = invocation.time() - first.now;
    const onHeld: RunOptions['onHeld'] = (path, holder) => {
      if (isTold || waited < patience) return;
      isTold = true;
      invocation.report({ ...heldProblem(path, holder, invocation.now), consequence: 'waiting for it' });
    };
    const run = beginRun(invocation, settings, { ...options, onHeld });
    if (run !== undefined) return run;
    await delay(lookAgain);
  }
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

/** Says who holds the lock, if it is held for long: a run that takes a little more than a minute is nothing bad. */
function reportHolder(invocation: Invocation): NonNullable<RunOptions['onHeld']> {
  return (path, holder) => {
    const problem = heldProblem(path, holder, invocation.now);
    if (ageOf(holder, invocation.now) > longHeld) invocation.report(problem);
    else invocation.remember(problem);
  };
}

function ageOf({ since }: LockHolder, now: number): number {
  return since === undefined ? 0 : now - since;
}

function heldProblem(path: string, holder: LockHolder, now: number): Problem {
  const { pid } = holder;
  return {
    status: ExitStatus.tryAgain,
    where: path,
    what: `held by pid ${pid ?? 'unknown'} for ${Math.floor(ageOf(holder, now) / 60)} min`,
    consequence: 'this run did nothing',
    fix: `see ps -fp ${pid ?? ''}`.trim(),
  };
}
