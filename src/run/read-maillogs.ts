/** The configured mail logs as a source of logins: each is read from where the last run ended. */

import { missingGrace } from '../config/kept-maillog.ts';
import type { Settings } from '../config/settings.ts';
import { zoneOf } from '../config/time-zone.ts';
import { ExitStatus } from '../exit-status.ts';
import type { StampOf } from '../maillog/bisect.ts';
import type { MaillogReading, ReadingOptions } from '../maillog/maillog-reading.ts';
import { readMaillog } from '../maillog/read-maillog.ts';
import type { Problem } from '../problem.ts';
import type { SavedMaillog } from '../state/maillog-cursor.ts';
import type { Progress } from '../terminal/progress.ts';
import { numberWords } from '../terminal/words.ts';
import { LineReader } from './line-reader.ts';
import {
  type LoginSource,
  nothingRead,
  nothingSaved,
  type ReadSummary,
  type SavedLogs,
} from './login-source.ts';
import type { RunContext } from './run-context.ts';

/** Returns the mail logs of a configuration. */
export function maillogSource({ maillogs }: Settings, isRebuild: boolean): LoginSource {
  return {
    names: maillogs,
    isRepeatable: true,
    isRebuild,
    async readInto(batch, context, outcomes) {
      // What is read once more, all of it, teaches anew.
      const saved = context.startsAfresh || isRebuild ? nothingSaved : context.saved;
      const reader = new LineReader(context, batch, outcomes, saved);
      const progress = isRebuild ? await progressOf(context) : undefined;
      try {
        return await readEach(context, reader, { isRebuild, progress });
      } finally {
        progress?.end();
      }
    },
  };
}

/** How logs are read in this run. */
interface HowToRead {
  readonly isRebuild: boolean;
  readonly progress: Progress | undefined;
}

/** A rebuild alone reads for so long that somebody may want to watch. */
async function progressOf({ invocation }: RunContext): Promise<Progress | undefined> {
  const { readingProgress } = await import('./reading-progress.ts');
  const writesRows = invocation.has('verbose') || invocation.has('dry-run') || invocation.has('json');
  return readingProgress(invocation, writesRows);
}

async function readEach(context: RunContext, reader: LineReader, how: HowToRead): Promise<ReadSummary> {
  const { settings, saved, record } = context;
  const { progress } = how;
  const options = readingOptions(context, how);
  const maillogs: Record<string, SavedMaillog> = {};
  const behind: Record<string, number> = {};
  const left: SavedLogs[] = [];
  let isIncomplete = false;
  let lines = 0;
  for (const maillog of settings.maillogs) {
    const reading = await readMaillog(maillog, saved.maillogs[maillog], options);
    progress?.expect(reading.facts.bytesToRead);
    reader.beginLog(maillog);
    for await (const chunk of reading.chunks()) {
      // Without rules no line may be passed over: the cursors stay where they were.
      if (!(await reader.take(chunk))) return nothingRead;
    }
    maillogs[maillog] = reading.saved();
    left.push(reader.endLog());
    lines += reading.facts.lines;
    const seconds = reader.takeBehind() ?? saved.behind[maillog] ?? 0;
    if (seconds > 0) behind[maillog] = seconds;
    isIncomplete = meetProblems(context, maillog, reading) || isIncomplete;
  }
  for (const [reason, lines] of reader.refusals) record.count(`refused ${reason}`, lines);
  const { lastLogin, served } = reader;
  return {
    lines,
    isIncomplete,
    progress: { maillogs, pending: reader.halfOpen(), ...joined(left), lastLogin, served, behind },
  };
}

function joined(logs: readonly SavedLogs[]): SavedLogs {
  return {
    lines: Object.assign({}, ...logs.map(({ lines }) => lines)),
    sessions: Object.assign({}, ...logs.map(({ sessions }) => sessions)),
  };
}

function readingOptions(
  { settings, policy, startsAfresh, invocation }: RunContext,
  { isRebuild, progress }: HowToRead,
): ReadingOptions {
  let stamps: StampOf | undefined;
  return {
    now: policy.now,
    lookback: Math.max(policy.timeout, policy.sessionLimit),
    rebuild: startsAfresh || isRebuild,
    // An idle run asks for none, and time zones and the forms of lines take longer to load than it may take.
    async loadStamps() {
      stamps ??= (await import('../syslog/line-stamp.ts')).lineStamps(zoneOf(settings));
    },
    stampOf: (line, writtenBefore) => stamps?.(line, writtenBefore),
    countLines: invocation.has('verbose'),
    claimed: new Set(),
    ...(progress === undefined ? {} : { onRead: progress.advance }),
  };
}

/** Notes the problems of a log that has been read; returns whether lines are missing on account of one. */
function meetProblems(
  { record, saved }: RunContext,
  maillog: string,
  { facts, problems }: MaillogReading,
): boolean {
  if (facts.longLines > 0) record.meet(longLinesProblem(maillog, facts.longLines));
  record.count('refused a line over 8 KiB', facts.longLines);
  for (const problem of problems) {
    const isMissing = facts.missing && saved.maillogs[maillog] !== undefined && problem.where === maillog;
    record.meet(withConsequence(problem, facts.missing), {
      isOfLog: true,
      ...(isMissing ? { grace: missingGrace } : {}),
    });
  }
  return problems.some(({ isWarning }) => !isWarning);
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
