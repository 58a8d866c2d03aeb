/** Is each mail log there, readable and fresh, and is it the one that the POP and IMAP servers write? */
import { setLine } from '../config/fixes.ts';
import type { Settings } from '../config/settings.ts';
import { zoneOf } from '../config/time-zone.ts';
import { maillogPaths } from '../config/usual-paths.ts';
import type { Invocation } from '../host/invocation.ts';
import { isJournal, journalPrefix } from '../maillog/journal-name.ts';
import { readMaillog } from '../maillog/read-maillog.ts';
import { Failure } from '../problem.ts';
import { unknownWords } from '../syslog/form-count.ts';
import { lineStamps } from '../syslog/line-stamp.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { durationWords } from '../terminal/words.ts';
import { beginDay, type Day, daySeconds } from './day.ts';
import { type Finding, findingOf } from './finding.ts';
import { loginsPassedOver, otherLog } from './logged-elsewhere.ts';

/** A log whose last line is older is perhaps not the one that servers write; where it is not, that shows. Seconds. */
const quiet = 300;
/** A log that is so much older is not it, whatever else there is. Seconds. */
const stale = 2 * daySeconds;

/** Reads the last day of every log with the configured rules. */
export async function checkMaillogs(
  invocation: Invocation,
  settings: Settings,
): Promise<{ readonly findings: Finding[]; readonly day: Day }> {
  const day = await beginDay(settings, invocation.now);
  const findings: Finding[] = [];
  for (const maillog of settings.maillogs) {
    findings.push(...(await checkMaillog(maillog, invocation, settings, day)));
  }
  const isNamed = (path: string) => findings.some(({ fix = '' }) => fix.includes(`maillog ${path}`));
  const passedOver = await loginsPassedOver(settings, day, invocation.now, isNamed);
  return { findings: [...findings, ...passedOver], day };
}

async function checkMaillog(
  maillog: string,
  invocation: Invocation,
  settings: Settings,
  day: Day,
): Promise<Finding[]> {
  const { now } = invocation;
  const reading = await readMaillog(maillog, undefined, {
    now,
    lookback: daySeconds,
    rebuild: true,
    countLines: false,
    stampOf: lineStamps(zoneOf(settings)),
  });
  day.beginLog();
  let lastLine: number | undefined;
  const problems = reading.problems;
  try {
    for await (const chunk of reading.chunks()) day.take(chunk);
    lastLine = reading.facts.lastLineTime;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    problems.push(error.problem);
  }
  if (lastLine !== undefined) day.lastLine = Math.max(day.lastLine ?? 0, lastLine);
  const bad = problems.filter((problem) => !problem.isWarning);
  const age = lastLine === undefined ? Number.POSITIVE_INFINITY : now - lastLine;
  const other =
    age > quiet && !isJournal(maillog)
      ? await otherLog({ maillog, lastLine, now }, settings, day)
      : undefined;
  const instead =
    other === undefined
      ? undefined
      : setLine(settings, settings.origins.get(`maillog ${maillog}`), `maillog ${other.maillog}`);
  if (bad.length > 0) {
    return bad.map((problem): Finding => {
      const fix = problem.fix ?? (reading.facts.missing ? instead : undefined);
      return findingOf('FAIL', 'maillog', { ...problem, ...(fix === undefined ? {} : { fix }) });
    });
  }
  const unknown = day.forms.mostAre;
  if (unknown !== undefined) {
    const words = `most lines are in no form that Exact knows: ${unknownWords(unknown)}`;
    return [
      {
        level: day.forms.known === 0 ? 'FAIL' : 'WARN',
        subject: 'maillog',
        text: `${placeWords(maillog, settings)}, ${words}`,
        fix: unknown.likeness?.fix ?? `exact test-rule ${shellWord(maillog)}`,
      },
    ];
  }
  const text = `${placeWords(maillog, settings)}, ${ageWords(maillog, lastLine, now)}`;
  if (other !== undefined && instead !== undefined) {
    return [{ level: 'WARN', subject: 'maillog', text: `${text}, ${other.words}`, fix: instead }];
  }
  if (age <= stale) return [{ level: 'ok', subject: 'maillog', text }];
  return [{ level: 'WARN', subject: 'maillog', text, fix: 'ls -ltr /var/log' }];
}

function placeWords(maillog: string, { origins }: Settings): string {
  const isFound = maillog === journalPrefix && origins.get('maillog') === 'default (found)';
  return isFound ? `${maillog} (no ${maillogPaths[0]} here)` : maillog;
}

function ageWords(maillog: string, lastLine: number | undefined, now: number): string {
  const what = isJournal(maillog) ? 'entry' : 'line';
  return lastLine === undefined
    ? `no ${what} with a time in the last day`
    : `last ${what} ${durationWords(now - lastLine)} ago`;
}
