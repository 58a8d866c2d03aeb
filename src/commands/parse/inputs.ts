/** What `exact parse` reads, recognised: files, standard input, or the configured mail log. */
import { badRules, recognizerFor, wantedRules } from '../../config/recognition.ts';
import type { Settings } from '../../config/settings.ts';
import { instantOf } from '../../config/since.ts';
import { zoneOf } from '../../config/time-zone.ts';
import { ExitStatus } from '../../exit-status.ts';
import { readLines } from '../../maillog/block-reader.ts';
import type { Chunk } from '../../maillog/chunk.ts';
import { blockSize } from '../../maillog/read-position.ts';
import { Failure } from '../../problem.ts';
import type { Outcome } from '../../recognize/outcome.ts';
import type { Recognizer } from '../../recognize/recognizer.ts';
import { RowMachine, type RowOptions } from '../../recognize/rows/row-machine.ts';
import { createScanner } from '../../recognize/scan.ts';
import type { Rule } from '../../rules/rule.ts';
import { readingProgress } from '../../run/reading-progress.ts';
import { createStampReader } from '../../syslog/stamp.ts';
import type { Progress } from '../../terminal/progress.ts';
import type { ParseInvocation } from './options.ts';
import type { LoginPrinter } from './print-logins.ts';
import { readRowTables } from './row-tables.ts';
import { openInputs } from './sources.ts';

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
  const { rules, problems } = await wantedRules(settings, invocation.values('server'));
  for (const problem of problems) invocation.report(problem);
  if (badRules(problems).length > 0) return;
  const progress = invocation.has('follow')
    ? undefined
    : readingProgress(invocation, !invocation.has('count'));
  try {
    await parseEach(invocation, settings, { period, year, rules, printer, progress });
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
}

async function parseEach(invocation: ParseInvocation, settings: Settings, parsing: Parsing): Promise<void> {
  const { period, year, rules, printer, progress } = parsing;
  const recognizer = recognizerFor(settings, rules, { logouts: false, takesAnyTime: true, year });
  const { take, readLines, endLog } = chunkTaker(invocation, settings, { ...parsing, recognizer });
  const told = new Set<string>();
  for (const input of openInputs(invocation, settings, { since: period.since, progress, readLines })) {
    // Half-open logins of one file are nothing to the next.
    recognizer.forgetHalfOpen();
    try {
      for await (const chunk of input) {
        take(chunk);
        if (recognizer.joinedByOrder.size > told.size) {
          progress?.hide();
          tellJoined(invocation, recognizer.joinedByOrder, told, chunk.source);
        }
        if (invocation.has('follow')) printer.flush();
      }
    } catch (error) {
      // One file that cannot be read does not stop the rest.
      if (!(error instanceof Failure)) throw error;
      progress?.hide();
      invocation.report(error.problem);
    }
    endLog?.();
  }
}

/** Tells once of each rule whose logins are what they seem if nobody was connected when the log began. */
function tellJoined(
  invocation: ParseInvocation,
  rules: ReadonlySet<string>,
  told: Set<string>,
  source: string,
): void {
  for (const rule of rules) {
    if (told.has(rule)) continue;
    told.add(rule);
    invocation.report({
      status: ExitStatus.ok,
      isWarning: true,
      where: source,
      what: `rule ${rule}: the log names no process`,
      why: 'whoever logs in is taken for the only client that is connected',
      consequence: 'a client that connected before the log begins is not known',
      fix: "let 'exact update' read the log itself",
    });
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
    what: `'${year}' is not a year, such as 2024`,
  });
}

/** To start the machine takes as long as to do without it for some megabytes. Bytes. */
const worthStarting = 1024 * 1024;

/**
 * Bytes of the machine's block. Twice the usual size: for each block some JavaScript runs, and what runs a thousand times V8
 * optimizes, which took as long as the machine itself. Larger ones gain nothing more.
 */
const machineBlock = 512 * 1024;

/** What takes chunks, and what reads the lines of plain files for it. */
interface Taker {
  readonly take: (chunk: Chunk) => void;
  readonly readLines?: typeof readLines;
  /** There are no more chunks of a log. */
  readonly endLog?: () => void;
}

/** Returns what takes chunks: the fast way for logins, line by line where the other lines are wanted. */
function chunkTaker(
  invocation: ParseInvocation,
  settings: Settings,
  { recognizer, period, year, printer }: Parsing & { readonly recognizer: Recognizer },
): Taker {
  if (printer.wantsLines) return lineTaker(recognizer, printer);
  const onOutcome = (outcome: Outcome): void => {
    if (outcome.kind !== 'login') return;
    const { time } = outcome.login;
    if (time >= period.since && time < period.until) printer.login(outcome.login);
  };
  const scanner = createScanner(recognizer);
  // Lines that are followed come one by one.
  if (invocation.has('follow')) return { take: (chunk) => scanner.scan(chunk, onOutcome) };
  const stamps = createStampReader(zoneOf(settings), year);
  const rows = {
    recognizer,
    scanner,
    stamps,
    format: printer.rowFormat,
    ...period,
    onRows: printer.rows,
    onOutcome,
  };
  return machineTaker(rows);
}

/** Takes all through the machine, where there is one; of what may be short the beginning in the usual way. */
function machineTaker(rows: RowOptions): Taker {
  const block = Buffer.allocUnsafe(blockSize);
  let machine: RowMachine | undefined;
  let untilItPays = worthStarting;
  const count = (bytes: number): void => {
    untilItPays -= bytes;
    if (untilItPays > 0) return;
    machine ??= RowMachine.create({ ...rows, findTable: readRowTables() }, machineBlock);
    // Where there is none it is not asked for again.
    untilItPays = Number.POSITIVE_INFINITY;
  };
  return {
    take(chunk) {
      if (machine !== undefined) return machine.take(chunk);
      rows.scanner.scan(chunk, rows.onOutcome);
      count(chunk.end - chunk.start);
    },
    readLines(fd, reading, to) {
      if (to - reading.offset >= worthStarting) count(worthStarting);
      return readLines(fd, reading, to, async () => machine?.block ?? block);
    },
    endLog: () => machine?.endLog(),
  };
}

function lineTaker(recognizer: Recognizer, printer: LoginPrinter): Taker {
  // What a line says depends on the one directly before it.
  let place = 0;
  return {
    take({ bytes, start: first, end, source, isNew, writtenBefore }) {
      for (let start = first; start < end; ) {
        const feed = bytes.indexOf(0x0a, start);
        const stop = feed < 0 || feed > end ? end : feed;
        const line = bytes.toString('utf8', start, stop);
        const context = { source, line: 0, place: ++place, isNew, writtenBefore };
        const outcome = recognizer.recognize(line.replace(/\r$/, ''), context);
        if (outcome?.kind !== 'login') printer.line(line);
        start = stop + 1;
      }
    },
  };
}
