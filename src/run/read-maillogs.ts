/** The new lines of the configured mail logs, recognised, into the batch of a run. */
import type { Settings } from '../config/settings.ts';
import { zoneOf } from '../config/time-zone.ts';
import { ExitStatus } from '../exit-status.ts';
import type { Invocation } from '../host/invocation.ts';
import type { Chunk } from '../maillog/chunk.ts';
import { readMaillog } from '../maillog/read-maillog.ts';
import type { Problem } from '../problem.ts';
import type { Outcome } from '../recognize/outcome.ts';
import type { Recognizer } from '../recognize/recognizer.ts';
import type { Scanner } from '../recognize/scan.ts';
import type { Batch } from '../relay/batch.ts';
import type { SavedMaillog } from '../state/maillog-cursor.ts';
import { lineStamps } from '../syslog/line-stamp.ts';
import { zoneDifference } from '../syslog/zone-difference.ts';
import type { Progress } from '../terminal/progress.ts';
import { countWords, durationWords, numberWords } from '../terminal/words.ts';
import type { ReadingResult } from './end-run.ts';
import type { OutcomeReport } from './outcome-report.ts';
import type { WritingRun } from './writing-run.ts';

/** A log that had a cursor may be missing for so long: rotation without a new line. Seconds. */
const missingGrace = 3600;

/** Of no login. */
const noTimes = [Number.POSITIVE_INFINITY, 0] as const;

/** What was read. */
export interface ReadSummary {
  /** Lines; 0 where they were not counted. */
  readonly lines: number;
  readonly sources: readonly string[];
  /** Some log could not be read, wholly or in part. */
  readonly isIncomplete: boolean;
  /** What the next run goes on from; undefined: as it was. */
  readonly saved: ReadingResult | undefined;
}

/** Reads every configured mail log from where the last run ended. */
export async function readMaillogs(
  invocation: Invocation,
  run: WritingRun,
  batch: Batch,
  outcomes: OutcomeReport,
): Promise<ReadSummary> {
  if (!invocation.has('rebuild')) return readEach(invocation, run, batch, outcomes, undefined);
  const { readingProgress } = await import('./reading-progress.ts');
  const writesRows = ['verbose', 'dry-run', 'json'].some((option) => invocation.has(option));
  const progress = readingProgress(invocation, writesRows);
  try {
    return await readEach(invocation, run, batch, outcomes, progress);
  } finally {
    progress?.end();
  }
}

async function readEach(
  invocation: Invocation,
  run: WritingRun,
  batch: Batch,
  outcomes: OutcomeReport,
  progress: Progress | undefined,
): Promise<ReadSummary> {
  const { settings, saved, policy, met } = run;
  const isAfresh = run.startsAfresh || invocation.has('rebuild');
  const reader = new LineReader(run, batch, outcomes);
  const maillogs: Record<string, SavedMaillog> = {};
  const claimed = new Set<string>();
  // Only a search by time asks for stamps, and a time zone takes longer to load than an idle run may take.
  let stamps: ReturnType<typeof lineStamps> | undefined;
  const stampOf: NonNullable<typeof stamps> = (line, writtenBefore) => {
    stamps ??= lineStamps(zoneOf(settings));
    return stamps(line, writtenBefore);
  };
  const behind: Record<string, number> = {};
  let isIncomplete = false;
  let lines = 0;
  for (const maillog of settings.maillogs) {
    const cursor = saved.maillogs[maillog];
    const reading = await readMaillog(maillog, cursor, {
      now: policy.now,
      lookback: Math.max(policy.timeout, policy.sessionLimit),
      rebuild: isAfresh,
      stampOf,
      countLines: invocation.has('verbose'),
      claimed,
      ...(progress === undefined ? {} : { onRead: progress.advance }),
    });
    progress?.expect(reading.facts.bytesToRead);
    for await (const chunk of reading.chunks()) {
      // Without rules no line may be passed over: the cursors stay where they were.
      if (!(await reader.take(chunk))) return nothingRead(settings);
    }
    maillogs[maillog] = reading.saved();
    lines += reading.facts.lines;
    if (reading.facts.longLines > 0)
      met.push({ problem: longLinesProblem(maillog, reading.facts.longLines) });
    const seconds = reader.takeBehind() ?? saved.behind[maillog] ?? 0;
    if (seconds > 0) behind[maillog] = seconds;
    count(run, 'refused a line over 8 KiB', reading.facts.longLines);
    for (const problem of reading.problems) {
      isIncomplete ||= !problem.isWarning;
      const isMissing = reading.facts.missing && cursor !== undefined && problem.where === maillog;
      met.push({
        problem: withConsequence(problem, reading.facts.missing),
        isOfLog: true,
        ...(isMissing ? { grace: missingGrace } : {}),
      });
    }
  }
  for (const [reason, lines] of reader.refusals) count(run, `refused ${reason}`, lines);
  const { lastLogin, served } = reader;
  return {
    lines,
    sources: settings.maillogs,
    isIncomplete,
    saved: { maillogs, pending: reader.halfOpen(), lastLogin, served, behind },
  };
}

/** Without the count of what stays: it changes, and a problem that lasts is known by its words. */
function withConsequence(problem: Problem, isMissing: boolean): Problem {
  if (problem.isWarning || problem.consequence !== undefined) return problem;
  return {
    ...problem,
    consequence: 'addresses in the table stay until they expire',
    ...(problem.fix === undefined && isMissing ? { fix: "set 'maillog' in exact.conf" } : {}),
  };
}

function count({ counted }: WritingRun, what: string, more: number): void {
  if (more > 0) counted.set(what, (counted.get(what) ?? 0) + more);
}

/** Recognises lines; the rules are loaded when the first line comes, so that an idle run does without. */
class LineReader {
  /** Time of the newest login, Unix seconds; 0 if there was none. */
  lastLogin = 0;
  readonly #run: WritingRun;
  readonly #take: (outcome: Outcome) => void;
  #scanner: LoadedScanner | undefined;
  #isNew = false;
  /** Oldest and newest login in new lines of this log. */
  #times: readonly [number, number] = noTimes;

  constructor(run: WritingRun, batch: Batch, outcomes: OutcomeReport) {
    this.#run = run;
    this.#take = (outcome) => {
      if (outcome.kind === 'login') {
        const { time } = outcome.login;
        this.lastLogin = Math.max(this.lastLogin, time);
        const [oldest, newest] = this.#times;
        if (this.#isNew) this.#times = [Math.min(oldest, time), Math.max(newest, time)];
        const refusal = batch.login(outcome.login);
        if (refusal !== undefined) outcomes.refuse(outcome.login, refusal);
      } else if (outcome.kind === 'logout') batch.logout(outcome.logout);
      else if (outcome.kind === 'conflict') this.#conflict(outcome.rules);
    };
  }

  /** Recognises the lines of a chunk; false if the rules cannot be used, which is among the problems met. */
  async take(chunk: Chunk): Promise<boolean> {
    this.#scanner ??= await loadScanner(this.#run);
    if (this.#scanner === undefined) return false;
    this.#isNew = chunk.isNew;
    this.#scanner.scanner.scan(chunk, this.#take);
    return true;
  }

  /** Lines of POP and IMAP servers, whatever they say. */
  get served(): number {
    return this.#scanner?.scanner.served ?? 0;
  }

  /** Lines that were refused before they were a login, by reason. */
  get refusals(): ReadonlyMap<string, number> {
    return this.#scanner?.recognizer.refusals ?? new Map();
  }

  /** Seconds that the stamps of a log just read are behind the clock; undefined where it does not show. */
  takeBehind(): number | undefined {
    const { saved, policy } = this.#run;
    const times = this.#times;
    this.#times = noTimes;
    return zoneDifference(times, [saved.lastRun.time, policy.now]);
  }

  /** Half-open logins for the next run. */
  halfOpen(): ReadingResult['pending'] {
    if (this.#scanner === undefined) return this.#run.saved.pending;
    return this.#scanner.recognizer.exportHalfOpen(this.#run.policy.now);
  }

  #conflict(rules: readonly [string, string]): void {
    this.#run.met.push({
      isOfLog: true,
      problem: {
        status: ExitStatus.ok,
        isWarning: true,
        where: `rules ${rules.join(' and ')}`,
        what: 'read a line differently',
        consequence: 'it is no login',
        fix: 'see exact test-rule; select the right one with server',
      },
    });
  }
}

function longLinesProblem(maillog: string, count: number): Problem {
  return {
    status: ExitStatus.ok,
    isWarning: true,
    where: maillog,
    what: 'lines longer than 256 KiB passed over',
    why: `${numberWords(count)} of them`,
    consequence: 'no POP or IMAP server writes such',
  };
}

function nothingRead({ maillogs }: Settings): ReadSummary {
  return { lines: 0, sources: maillogs, isIncomplete: true, saved: undefined };
}

interface LoadedScanner {
  readonly recognizer: Recognizer;
  readonly scanner: Scanner;
}

async function loadScanner({ settings, saved, met }: WritingRun): Promise<LoadedScanner | undefined> {
  const [{ badRules, recognizerFor, wantedRules }, { createScanner }] = await Promise.all([
    import('../config/recognition.ts'),
    import('../recognize/scan.ts'),
  ]);
  const { rules, problems } = await wantedRules(settings);
  for (const problem of problems) met.push({ problem, isOfLog: true });
  if (badRules(problems).length > 0) return undefined;
  const recognizer = recognizerFor(settings, rules, { logouts: settings.sessions });
  recognizer.importHalfOpen(saved.pending);
  return { recognizer, scanner: createScanner(recognizer) };
}

/** Returns the end of the line that `update -v` closes with. */
export function summaryWords({ lines, sources }: ReadSummary, settings: Settings): string {
  const names = sources.length > 2 ? countWords(sources.length, 'log') : sources.join(' and ');
  const what = lines === 1 ? 'line' : 'lines';
  return `read ${numberWords(lines)} ${what} from ${names}, timeout ${durationWords(settings.timeout)}`;
}
