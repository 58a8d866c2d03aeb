/** What `exact parse` reads, recognised: files, standard input, or the configured mail log. */
import { badRules, recognizerFor, wantedRules } from '../../config/recognition.ts';
import type { Settings } from '../../config/settings.ts';
import { instantOf } from '../../config/since.ts';
import { ExitStatus } from '../../exit-status.ts';
import type { Chunk } from '../../maillog/chunk.ts';
import { Failure } from '../../problem.ts';
import type { ReadAhead } from '../../recognize/read-ahead.ts';
import type { Recognizer } from '../../recognize/recognizer.ts';
import { createScanner } from '../../recognize/scan.ts';
import type { Login } from '../../relay/login.ts';
import type { Rule } from '../../rules/rule.ts';
import { readingProgress } from '../../run/reading-progress.ts';
import type { Progress } from '../../terminal/progress.ts';
import type { ParseInvocation } from './options.ts';
import type { LoginPrinter } from './print-logins.ts';
import { openInputs, readAheadFor } from './sources.ts';

/** The time that logins must lie in, Unix seconds: `since` inclusive, `until` exclusive. */
interface Period {
  readonly since: number;
  readonly until: number;
}

/** Prints what is found in everything that the command line names. */
export async function parseInputs(
  invocation: ParseInvocation,
  settings: Settings,
  printer: LoginPrinter,
): Promise<void> {
  const period = periodOf(invocation, settings);
  const year = yearOf(invocation);
  // Before the rules are loaded: it takes a while to start.
  const readAhead = await readAheadFor(invocation, settings);
  const { rules, problems } = await wantedRules(settings, invocation.values('server'));
  for (const problem of problems) invocation.report(problem);
  if (badRules(problems).length > 0) return;
  const progress = invocation.has('follow')
    ? undefined
    : readingProgress(invocation, !invocation.has('count'));
  try {
    await parseEach(invocation, settings, { period, year, rules, printer, progress, readAhead });
  } finally {
    progress?.end();
  }
}

/** What every input is parsed with. */
interface Parsing {
  readonly period: Period;
  readonly year: number | undefined;
  readonly rules: readonly Rule[];
  readonly printer: LoginPrinter;
  readonly progress: Progress | undefined;
  readonly readAhead: ReadAhead | undefined;
}

async function parseEach(
  invocation: ParseInvocation,
  settings: Settings,
  { period, year, rules, printer, progress, readAhead }: Parsing,
): Promise<void> {
  const recognizer = recognizerFor(settings, rules, { logouts: false, takesAnyTime: true, year });
  const take = chunkTaker(recognizer, period, printer);
  const readLines = readAhead?.readerFor(recognizer.rules);
  for (const input of openInputs(invocation, settings, { since: period.since, progress, readLines })) {
    // Half-open logins of one file are nothing to the next.
    recognizer.forgetHalfOpen();
    try {
      for await (const chunk of input) {
        take(chunk);
        if (invocation.has('follow')) printer.flush();
      }
    } catch (error) {
      // One file that cannot be read does not stop the rest.
      if (!(error instanceof Failure)) throw error;
      progress?.hide();
      invocation.report(error.problem);
    }
  }
}

function periodOf(invocation: ParseInvocation, { timezone }: Settings): Period {
  return {
    since: instantOf(invocation, 'since', timezone) ?? 0,
    until: instantOf(invocation, 'until', timezone) ?? Number.POSITIVE_INFINITY,
  };
}

function yearOf(invocation: ParseInvocation): number | undefined {
  const year = invocation.count('year');
  if (year === undefined || (year >= 1970 && year <= 9999)) return year;
  throw new Failure({
    status: ExitStatus.usage,
    where: '--year',
    what: `'${year}' is no year, such as 2024`,
  });
}

/** Returns what takes chunks: the fast way for logins, line by line where the other lines are wanted. */
function chunkTaker(recognizer: Recognizer, period: Period, printer: LoginPrinter): (chunk: Chunk) => void {
  const isWanted = (login: Login) => login.time >= period.since && login.time < period.until;
  if (printer.wantsLines) return (chunk) => takeLines(chunk, recognizer, printer);
  const scanner = createScanner(recognizer);
  return (chunk) =>
    scanner.scan(chunk, (outcome) => {
      if (outcome.kind === 'login' && isWanted(outcome.login)) printer.login(outcome.login);
    });
}

function takeLines(chunk: Chunk, recognizer: Recognizer, printer: LoginPrinter): void {
  const { bytes, end, source, isNew, writtenBefore } = chunk;
  for (let start = chunk.start; start < end; ) {
    const feed = bytes.indexOf(0x0a, start);
    const stop = feed < 0 || feed > end ? end : feed;
    const line = bytes.toString('utf8', start, stop);
    const outcome = recognizer.recognize(line.replace(/\r$/, ''), { source, line: 0, isNew, writtenBefore });
    if (outcome?.kind !== 'login') printer.line(line);
    start = stop + 1;
  }
}
