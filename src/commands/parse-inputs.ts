/** What `exact parse` reads, recognised: files, standard input, or the configured mail log. */
import { parseTime } from '../config/duration.ts';
import type { Settings } from '../config/settings.ts';
import { ExitStatus } from '../exit-status.ts';
import type { Chunk } from '../maillog/chunk.ts';
import { journalPrefix } from '../maillog/maillog-reading.ts';
import { type FileOptions, readStream, readWholeFile } from '../maillog/read-file.ts';
import { readMaillog } from '../maillog/read-maillog.ts';
import { Failure, type Problem } from '../problem.ts';
import type { Login } from '../relay/login.ts';
import { lineStamps } from '../rules/line-stamp.ts';
import type { Recognizer } from '../rules/recognizer.ts';
import { createScanner } from '../rules/scan.ts';
import type { Invocation } from './invocation.ts';
import type { LoginPrinter } from './parse-output.ts';
import { badRules, recognizerFor, wantedRules } from './recognition.ts';
import { zoneOf } from './time-zone.ts';

/** How far back the journal is read where no time is given. Seconds. */
const day = 86_400;

/** The time that logins must lie in, Unix seconds: `since` inclusive, `until` exclusive. */
interface Period {
  readonly since: number;
  readonly until: number;
}

/** Prints what is found in everything that the command line names. */
export async function parseInputs(
  invocation: Invocation,
  settings: Settings,
  printer: LoginPrinter,
): Promise<void> {
  const period = periodOf(invocation, settings);
  const year = yearOf(invocation);
  const { rules, problems } = await wantedRules(settings, invocation.values('server'));
  for (const problem of problems) invocation.report(problem);
  if (badRules(problems).length > 0) return;
  for (const input of inputsOf(invocation, settings, period)) {
    // Half-open logins of one file are nothing to the next.
    const recognizer = recognizerFor(settings, rules, { logouts: false, takesAnyTime: true, year });
    const take = chunkTaker(recognizer, period, printer);
    try {
      for await (const chunk of input) {
        take(chunk);
        if (invocation.has('follow')) printer.flush();
      }
    } catch (error) {
      // One file that cannot be read does not stop the rest.
      if (!(error instanceof Failure)) throw error;
      invocation.report(error.problem);
    }
  }
}

function periodOf(invocation: Invocation, { timezone }: Settings): Period {
  const read = (option: string) => {
    const text = invocation.value(option);
    if (text === undefined) return undefined;
    const time = parseTime(text, invocation.now, timezone);
    if (typeof time === 'number') return time;
    throw new Failure({
      status: ExitStatus.usage,
      where: `--${option}`,
      what: `'${text}' is ${time.reason}`,
    });
  };
  return { since: read('since') ?? 0, until: read('until') ?? Number.POSITIVE_INFINITY };
}

function yearOf(invocation: Invocation): number | undefined {
  const year = invocation.count('year');
  if (year === undefined || (year >= 1970 && year <= 9999)) return year;
  throw new Failure({
    status: ExitStatus.usage,
    where: '--year',
    what: `'${year}' is no year, such as 2024`,
  });
}

function inputsOf(invocation: Invocation, settings: Settings, { since }: Period): AsyncIterable<Chunk>[] {
  const options = {
    now: invocation.now,
    stampOf: lineStamps(zoneOf(settings)),
    countLines: invocation.has('json'),
    ...(since > 0 ? { since } : {}),
  };
  if (invocation.has('follow')) return [followedLog(invocation, settings, options)];
  if (invocation.operands.length === 0) {
    return settings.maillogs.map((maillog) => configuredLog(invocation, maillog, since, options));
  }
  return invocation.operands.map((name) =>
    name === '-' ? readStream(invocation.world.stdin, name, options) : readWholeFile(name, options),
  );
}

/** One log as it is written; with `--since`, what it has since then first. */
async function* followedLog(
  invocation: Invocation,
  { maillogs }: Settings,
  options: FileOptions,
): AsyncGenerator<Chunk> {
  const [log = '', ...others] = invocation.operands.length > 0 ? invocation.operands : maillogs;
  if (others.length > 0 || log === '-') {
    const what = log === '-' ? 'standard input is read as it comes' : 'it follows one log';
    throw new Failure({ status: ExitStatus.usage, where: '--follow', what, fix: 'name one log file' });
  }
  const following = {
    clock: () => Math.floor(invocation.world.clock() / 1000),
    ...(options.since === undefined ? {} : { since: options.since }),
    // The process goes on until a signal or a closed pipe ends it.
    signal: new AbortController().signal,
    onProblem: (problem: Problem) => invocation.report(problem),
  };
  if (log.startsWith(journalPrefix)) {
    yield* (await import('../maillog/journal.ts')).followJournal(log, following);
  } else {
    const { followFile } = await import('../maillog/follow.ts');
    yield* followFile(log, { ...following, stampOf: options.stampOf });
  }
}

/** The configured log: the file as it is, or with `--since` its rotated files too. */
async function* configuredLog(
  invocation: Invocation,
  maillog: string,
  since: number,
  options: FileOptions,
): AsyncGenerator<Chunk> {
  const isJournal = maillog.startsWith(journalPrefix);
  // Its last line may be half written.
  if (since === 0 && !isJournal) return yield* readWholeFile(maillog, { ...options, isLive: true });
  const lookback = since === 0 ? day : Math.max(0, invocation.now - since);
  const reading = await readMaillog(maillog, undefined, { ...options, lookback, rebuild: true });
  yield* reading.chunks();
  for (const problem of reading.problems) invocation.report(problem);
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
