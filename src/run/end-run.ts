/** The end of a writing run: what follows a change, what is told, and what the next run finds, cursors last. */
import type { Settings } from '../config/settings.ts';
import { ExitStatus } from '../exit-status.ts';
import type { Invocation } from '../host/invocation.ts';
import { errnoOf, Failure, reasonOf, statusOf } from '../problem.ts';
import type { PairSums } from '../relay/pair-sums.ts';
import { type SavedRun, writeCursors } from '../state/cursors-file.ts';
import { writeHistory } from '../state/history-file.ts';
import { type MetProblem, settleProblems, type Telling } from '../state/lasting-problems.ts';
import { addRefused } from '../state/refused-counts.ts';
import { settingsToSave } from '../state/saved-settings.ts';
import type { TableResult } from '../state/table-run.ts';
import { clockWords, durationWords, numberWords } from '../terminal/words.ts';
import { runOnChange } from './after-change.ts';
import { readPast } from './last-run.ts';
import { overLimitProblems } from './over-limit-problems.ts';
import { writeRunLog } from './run-log.ts';
import type { WritingRun } from './writing-run.ts';

/** What a run read, to be saved with the table. */
export interface ReadingResult {
  readonly maillogs: SavedRun['maillogs'];
  readonly pending: SavedRun['pending'];
  /** Time of the newest login read, Unix seconds; 0 if there was none. */
  readonly lastLogin: number;
  /** Lines that POP and IMAP servers wrote, whatever they say. */
  readonly served: number;
  /** As {@link SavedRun.behind}. */
  readonly behind: SavedRun['behind'];
}

/** Tells this run's problems, saves what the next run needs, and returns the exit status. */
export async function endRun(
  invocation: Invocation,
  run: WritingRun,
  result: TableResult | undefined,
  reading: ReadingResult | undefined,
): Promise<ExitStatus> {
  const { saved, settings, met } = run;
  for (const failure of result?.failures ?? []) met.push({ problem: failure.problem });
  const isChangeDue = run.lock !== undefined && (saved.isChangeDue || result?.isChanged === true);
  const isChangeTold = isChangeDue && tellChange(run);
  if (run.logLines.length > 0) met.push(...logRun(run));
  if (run.past.length > 0 && run.lock !== undefined) {
    const { history } = run.paths;
    met.push(
      ...attempt(history, () => {
        const reading = { now: invocation.now, isRehearsal: false, met };
        writeHistory(history, [...readPast(history, reading), ...run.past]);
      }),
    );
  }
  const silence = silenceAfter(run, reading);
  met.push(...tellSilence(run, silence));
  met.push(...overLimitProblems(result?.overLimit ?? saved.overLimit, settings.maxAddressesPerUser));
  const behind = reading?.behind ?? saved.behind;
  met.push(...tellBehind(behind));
  const settle = () => {
    for (const { problem } of met) invocation.remember(problem);
    return settleProblems(saved.problems, met, invocation.now, settings.warnRepeat, reading !== undefined);
  };
  let telling = settle();
  const { metrics } = settings;
  const asksMetrics = metrics !== undefined && run.lock !== undefined;
  // As long as the table stays, so do its sums.
  const kept = result === undefined ? saved.sums : undefined;
  const sums = asksMetrics ? (kept ?? (await sumTable(run))) : kept;
  const left = (): SavedRun => ({
    ...savedAfter(run, result, reading),
    lastRun: { time: invocation.now, status: invocation.status, took: tookOf(invocation) },
    problems: telling.remembered,
    sums,
    isChangeDue: isChangeDue && !isChangeTold,
    silence,
    behind,
  });
  if (asksMetrics) {
    met.push(...(await tellMetrics(metrics, settings, left())));
    telling = settle();
  }
  tellAll(invocation, telling, settings.timezone);
  if (run.lock !== undefined) {
    writeCursors(run.paths.cursors, left());
    run.lock.release();
  }
  return invocation.status;
}

function tellAll(invocation: Invocation, { tell, recovered }: Telling, zone: string | undefined): void {
  for (const problem of tell) invocation.report(problem);
  if (invocation.has('quiet')) return;
  for (const { text, since, runs } of recovered) {
    const when = clockWords(since, invocation.now, zone);
    invocation.world.tell(`exact: recovered: ${text}: no longer, after ${runs} runs since ${when}`);
  }
}

/** What the table, the maps and the logs come to for the next run. */
function savedAfter(
  run: WritingRun,
  result: TableResult | undefined,
  reading: ReadingResult | undefined,
): SavedRun {
  const { saved } = run;
  // Pairs that were lost are in the log, before the cursors: they are read back by the next run that reads it.
  const isLogDue = run.startsAfresh && reading === undefined && Object.keys(saved.maillogs).length > 0;
  const table: Partial<SavedRun> =
    result === undefined
      ? {}
      : {
          maps: result.maps,
          pairs: isLogDue ? undefined : result.pairsFile,
          revoked: run.revokedFile,
          entries: result.pairs,
          published: result.published,
          overLimit: result.overLimit,
          nextExpiry: finiteOrNull(result.nextExpiry),
          policy: run.policyText,
        };
  return {
    ...saved,
    ...table,
    maillogs: reading?.maillogs ?? saved.maillogs,
    pending: reading === undefined ? saved.pending : reading.pending,
    settings: settingsToSave(run.settings),
    counters: sumOf(saved.counters, run.counted),
    refusedByHour: addRefused(saved.refusedByHour, run.counted, run.policy.now),
    lastLogin: Math.max(saved.lastLogin, reading?.lastLogin ?? 0),
  };
}

/** Seconds, to the millisecond. */
function tookOf(invocation: Invocation): number {
  return Math.max(0, Math.round((invocation.time() - invocation.now) * 1000) / 1000);
}

/** Does what only tells of a run: where it cannot be done, that is a problem like any other, and the run ends well. */
function attempt(path: string, step: () => void): MetProblem[] {
  try {
    step();
    return [];
  } catch (error) {
    if (error instanceof Failure) return [{ problem: error.problem }];
    if (errnoOf(error) === undefined) throw error;
    const [status, why] = [statusOf(error, 'reading'), reasonOf(error)];
    return [{ problem: { status, where: path, what: 'cannot read', why } }];
  }
}

/** Returns the sums of the pairs on disk; what keeps it from that is a problem met. */
async function sumTable({ paths, met }: WritingRun): Promise<PairSums | undefined> {
  const { sumPairs } = await import('../state/sum-pairs.ts');
  let sums: PairSums | undefined;
  met.push(
    ...attempt(paths.pairs, () => {
      sums = sumPairs(paths.pairs);
    }),
  );
  return sums;
}

/** Writes the metrics; returns what kept it from that. */
async function tellMetrics(path: string, settings: Settings, left: SavedRun): Promise<MetProblem[]> {
  const { writeMetrics } = await import('./metrics.ts');
  return attempt(path, () => writeMetrics(path, settings, left));
}

/** Runs what follows a change of the maps, and returns whether all of it was done. */
function tellChange({ settings, met }: WritingRun): boolean {
  if (settings.onChange.length === 0) return true;
  const failed = runOnChange(settings.onChange);
  for (const problem of failed) met.push({ problem });
  return failed.length === 0;
}

function logRun({ settings, logLines, policy }: WritingRun): MetProblem[] {
  const problem = writeRunLog(settings, logLines, policy.now);
  return problem === undefined ? [] : [{ problem }];
}

/** Counts lines of servers until one of them is a login. */
function silenceAfter(
  { saved, policy }: WritingRun,
  reading: ReadingResult | undefined,
): SavedRun['silence'] {
  const { silence } = saved;
  if (reading === undefined) return silence;
  const isFresh = reading.lastLogin > 0 || silence.since === 0 || silence.since > policy.now;
  return isFresh
    ? { since: policy.now, lines: 0 }
    : { since: silence.since, lines: silence.lines + reading.served };
}

/** A server whose lines are read and give no login for long has perhaps changed the form of its log. */
function tellSilence({ settings, policy }: WritingRun, { since, lines }: SavedRun['silence']): MetProblem[] {
  const { warnSilent, maillogs } = settings;
  if (warnSilent === undefined || lines === 0 || policy.now - since < warnSilent) return [];
  return [
    {
      problem: {
        status: ExitStatus.ok,
        isWarning: true,
        where: maillogs.join(' and '),
        what: 'no login found',
        why: `${numberWords(lines)} lines of POP and IMAP servers read in ${durationWords(policy.now - since)}`,
        consequence: 'has their log format changed?',
        fix: 'see exact test-rule --unmatched',
      },
    },
  ];
}

/** A log whose stamps are hours off costs its users their logins, and nothing else would say so. */
function tellBehind(behind: SavedRun['behind']): MetProblem[] {
  return Object.entries(behind).map(([maillog, seconds]) => ({
    problem: {
      status: ExitStatus.ok,
      isWarning: true,
      where: maillog,
      what: `stamps are ${seconds / 3600} h behind the clock`,
      why: 'the time zone of the log differs',
      consequence: 'logins end too early, or never count',
      fix: "set 'timezone' in exact.conf",
    },
  }));
}

function sumOf(before: SavedRun['counters'], counted: ReadonlyMap<string, number>): SavedRun['counters'] {
  const sum = { ...before };
  for (const [name, count] of counted) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

function finiteOrNull(seconds: number): number | null {
  return Number.isFinite(seconds) ? seconds : null;
}
