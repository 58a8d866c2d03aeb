/** The end of a run: what follows a change, what is told, and what the next run finds, cursors last. */
import { hostFiles } from '../config/locate.ts';
import { noteStateElsewhere } from '../config/state-elsewhere.ts';
import { systemFolder } from '../config/usual-paths.ts';
import type { ExitStatus } from '../exit-status.ts';
import type { Invocation } from '../host/invocation.ts';
import { sharedTables } from '../maps/shared/shared-tables.ts';
import { type SavedRun, writeCursors } from '../state/cursors-file.ts';
import { writeHistory } from '../state/history-file.ts';
import { settleProblems, type Telling } from '../state/lasting-problems.ts';
import { clockWords, countWords } from '../terminal/words.ts';
import { leaveIdleNote } from './idle-note.ts';
import { readPast } from './last-run.ts';
import { lateStampProblems } from './late-stamps.ts';
import { limitProblems } from './limit-problems.ts';
import { runOnChangeCommands } from './on-change.ts';
import { readingTrouble } from './reading-trouble.ts';
import type { RunContext } from './run-context.ts';
import { writeRunLog } from './run-log.ts';
import { type RunResult, savedAfter } from './saved-after.ts';
import { silenceAfter, silenceProblems } from './silence.ts';

/** Tells this run's problems, saves what the next run needs, and returns the exit status. */
export async function endRun(context: RunContext, result: RunResult): Promise<ExitStatus> {
  const { invocation, saved, settings, record, lock } = context;
  const { table, progress } = result;
  const { now } = invocation;
  for (const failure of table?.failures ?? []) record.meet(failure.problem);
  const isChangeDue = lock !== undefined && (saved.isChangeDue || table?.isChanged === true);
  const isChangeFollowed = isChangeDue && followChange(context);
  if (lock !== undefined) writeRecord(context);
  const silence = silenceAfter(saved.silence, progress, now);
  for (const problem of [
    ...silenceProblems(settings, silence, now),
    ...limitProblems(table ?? saved, settings),
    ...lateStampProblems(progress?.behind ?? saved.behind),
  ]) {
    record.meet(problem);
  }
  let telling = settle(context, progress !== undefined);
  const left = (): SavedRun => ({
    ...savedAfter(context, result),
    lastRun: { time: now, status: invocation.status, took: tookOf(invocation) },
    problems: telling.remembered,
    isChangeDue: isChangeDue && !isChangeFollowed,
    silence,
  });
  if (settings.metrics !== undefined && lock !== undefined) {
    const { writeMetrics } = await import('./metrics.ts');
    const { metrics } = settings;
    const shared =
      sharedTables(settings).length === 0
        ? []
        : (await import('./shared/shared-facts.ts')).sharedFacts(context);
    attempt(context, metrics, () => writeMetrics(metrics, settings, left(), shared));
    telling = settle(context, progress !== undefined);
  }
  // A rehearsal asks no server and writes nothing: what it does not meet may last all the same.
  reportSettled(invocation, lock === undefined ? { ...telling, recovered: [] } : telling, settings.timezone);
  if (lock !== undefined) {
    const saved = left();
    writeCursors(context.paths.cursors, saved);
    noteStateElsewhere(systemFolder, settings, hostFiles);
    // Where no log was read to its end, there may be lines to read.
    leaveIdleNote(context, progress === undefined ? undefined : saved);
    lock.release();
  }
  return invocation.status;
}

/** Settles which problems are told, and counts them for the exit status, but for those that may be over soon. */
function settle({ invocation, saved, settings, record }: RunContext, hasReadLogs: boolean): Telling {
  const telling = settleProblems(saved.problems, record.problems, invocation.now, {
    repeat: settings.warnRepeat,
    hasReadLogs,
    hasReadLines: record.hasReadLines,
  });
  for (const problem of telling.counted) invocation.remember(problem);
  return telling;
}

function reportSettled(invocation: Invocation, { tell, recovered }: Telling, zone: string | undefined): void {
  for (const problem of tell) invocation.report(problem);
  if (invocation.has('quiet')) return;
  for (const { text, since, runs } of recovered) {
    const when = clockWords(since, invocation.now, zone);
    invocation.world.tell(
      `exact: recovered: ${text}: no longer, after ${countWords(runs, 'run')} since ${when}`,
    );
  }
}

/** Seconds, to the millisecond. */
function tookOf(invocation: Invocation): number {
  return Math.max(0, Math.round((invocation.time() - invocation.now) * 1000) / 1000);
}

/** Does what only tells of a run: where it cannot be done, that is a problem like any other, and the run ends well. */
function attempt({ record }: RunContext, path: string, step: () => void): void {
  try {
    step();
  } catch (error) {
    record.meet(readingTrouble(error, path, 'the relay table is published all the same'));
  }
}

/** Runs the commands that follow a change of the maps, and returns whether all of them succeeded. */
function followChange({ settings, record }: RunContext): boolean {
  if (settings.onChange.length === 0) return true;
  const failed = runOnChangeCommands(settings.onChange);
  for (const problem of failed) record.meet(problem);
  return failed.length === 0;
}

/** Writes the log of this run, and what `dump` is to know of it. */
function writeRecord(context: RunContext): void {
  const { settings, record, invocation, paths } = context;
  const problem = writeRunLog(settings, record.logLines, invocation.now);
  if (problem !== undefined) record.meet(problem);
  if (record.past.length === 0) return;
  attempt(context, paths.history, () => {
    const place = { paths, now: invocation.now, isRehearsal: false };
    writeHistory(paths.history, [...readPast(place, record), ...record.past]);
  });
}
