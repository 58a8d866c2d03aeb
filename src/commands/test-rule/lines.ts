/** The lines that rules are tried on: `--line`, files, standard input, or the configured mail log. */
import { parseTime } from '../../config/duration.ts';
import type { Settings } from '../../config/settings.ts';
import { zoneOf } from '../../config/time-zone.ts';
import { ExitStatus } from '../../exit-status.ts';
import type { Invocation } from '../../host/invocation.ts';
import type { Chunk } from '../../maillog/chunk.ts';
import { linesOfChunk } from '../../maillog/chunk-lines.ts';
import { isJournal } from '../../maillog/journal-name.ts';
import { type FileOptions, readStream, readWholeFile } from '../../maillog/read-file.ts';
import { readMaillog } from '../../maillog/read-maillog.ts';
import { Failure } from '../../problem.ts';
import type { SampleLine } from '../../rule-debugger/trial.ts';
import { lineStamps } from '../../syslog/line-stamp.ts';

/** How far back the journal is read where no time is given. Seconds. */
const day = 86_400;

/** Yields the lines that a command line asks for, in their order. */
export async function* sampleLines(invocation: Invocation, settings: Settings): AsyncGenerator<SampleLine> {
  const { now } = invocation;
  for (const [index, text] of invocation.values('line').entries()) {
    const context = { source: '--line', line: index + 1, isNew: false, writtenBefore: now };
    yield { text, context, isAsked: true };
  }
  const stampOf = lineStamps(zoneOf(settings));
  const since = sinceOf(invocation, settings);
  const options: FileOptions = { now, stampOf, countLines: true, ...(since === undefined ? {} : { since }) };
  const isLive = readsMaillog(invocation);
  for (const chunks of isLive
    ? settings.maillogs.map((maillog) => maillogChunks(invocation, maillog, options))
    : invocation.operands.map((name) => fileChunks(invocation, name, options))) {
    for await (const chunk of chunks) {
      const { source, isNew, writtenBefore } = chunk;
      for (const { number, ...line } of linesOfChunk(chunk)) {
        const time = since === undefined ? undefined : stampOf(Buffer.from(line.text), writtenBefore);
        if (since !== undefined && time !== undefined && time < since) continue;
        yield { ...line, context: { source, line: number, isNew, writtenBefore }, isLive };
      }
    }
  }
}

/** Reports whether the command line names no lines, so that the configured mail log is read. */
export function readsMaillog(invocation: Invocation): boolean {
  return invocation.operands.length === 0 && !invocation.has('line');
}

function sinceOf(invocation: Invocation, { timezone }: Settings): number | undefined {
  const text = invocation.value('since');
  if (text === undefined) return undefined;
  const time = parseTime(text, invocation.now, timezone);
  if (typeof time === 'number') return time;
  throw new Failure({ status: ExitStatus.usage, where: '--since', what: `'${text}' is ${time.reason}` });
}

function fileChunks({ world }: Invocation, name: string, options: FileOptions): AsyncIterable<Chunk> {
  return name === '-' ? readStream(world.stdin, name, options) : readWholeFile(name, options);
}

/** The configured log: the file as it is, or with `--since` its rotated files too. */
async function* maillogChunks(
  invocation: Invocation,
  maillog: string,
  options: FileOptions,
): AsyncGenerator<Chunk> {
  const { since } = options;
  if (since === undefined && !isJournal(maillog)) return yield* readWholeFile(maillog, options);
  const lookback = since === undefined ? day : Math.max(0, invocation.now - since);
  const reading = await readMaillog(maillog, undefined, { ...options, lookback, rebuild: true });
  yield* reading.chunks();
  for (const problem of reading.problems) invocation.report(problem);
}
