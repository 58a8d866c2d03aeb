/** The lines that rules are tried on: `--line`, files, standard input, or the configured mail log. */
import type { Settings } from '../../config/settings.ts';
import { instantOf } from '../../config/since.ts';
import { zoneOf } from '../../config/time-zone.ts';
import type { Chunk } from '../../maillog/chunk.ts';
import { linesOfChunk } from '../../maillog/chunk-lines.ts';
import { isJournal } from '../../maillog/journal-name.ts';
import { type FileOptions, readStream, readWholeFile } from '../../maillog/read-file.ts';
import { readMaillog } from '../../maillog/read-maillog.ts';
import { isMaillog } from '../../maillog/regular-file.ts';
import type { SampleLine } from '../../rule-debugger/trial.ts';
import { lineStamps } from '../../syslog/line-stamp.ts';
import type { TestRuleInvocation } from './options.ts';

/** How far back the journal is read where no time is given. Seconds. */
const day = 86_400;

/** Yields the lines that a command line asks for, in their order. */
export async function* sampleLines(
  invocation: TestRuleInvocation,
  settings: Settings,
): AsyncGenerator<SampleLine> {
  const { now } = invocation;
  for (const [index, text] of invocation.values('line').entries()) {
    const context = { source: '--line', line: index + 1, isNew: false, writtenBefore: now };
    yield { text, context, isAsked: true };
  }
  const stampOf = lineStamps(zoneOf(settings));
  const since = instantOf(invocation, 'since', settings.timezone);
  const options: FileOptions = {
    now,
    stampOf,
    countLines: true,
    onHalfLine: (problem) => invocation.report(problem),
    ...(since === undefined ? {} : { since }),
  };
  const isLive = readsMaillog(invocation);
  for (const chunks of isLive
    ? settings.maillogs.map((maillog) => maillogChunks(invocation, maillog, options))
    : invocation.operands.map((name) =>
        fileChunks(invocation, name, { ...options, isLive: isMaillog(name, settings) }),
      )) {
    let isFirst = true;
    for await (const chunk of chunks) {
      const { source, isNew, writtenBefore } = chunk;
      for (const { number, ...line } of linesOfChunk(chunk)) {
        const time = since === undefined ? undefined : stampOf(Buffer.from(line.text), writtenBefore);
        if (since !== undefined && time !== undefined && time < since) continue;
        yield { ...line, context: { source, line: number, isNew, writtenBefore }, isLive, isFirst };
        isFirst = false;
      }
    }
  }
}

/** Reports whether the command line names no lines, so that the configured mail log is read. */
export function readsMaillog(invocation: TestRuleInvocation): boolean {
  return invocation.operands.length === 0 && !invocation.has('line');
}

function fileChunks({ world }: TestRuleInvocation, name: string, options: FileOptions): AsyncIterable<Chunk> {
  return name === '-' ? readStream(world.stdin, name, options) : readWholeFile(name, options);
}

/** The configured log: the file as it is, or with `--since` its rotated files too. */
async function* maillogChunks(
  invocation: TestRuleInvocation,
  maillog: string,
  options: FileOptions,
): AsyncGenerator<Chunk> {
  const { since } = options;
  if (since === undefined && !isJournal(maillog))
    return yield* readWholeFile(maillog, { ...options, isLive: true });
  const lookback = since === undefined ? day : Math.max(0, invocation.now - since);
  const reading = await readMaillog(maillog, undefined, { ...options, lookback, rebuild: true });
  yield* reading.chunks();
  for (const problem of reading.problems) invocation.report(problem);
}
