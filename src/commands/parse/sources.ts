/** Where the lines of `exact parse` come from: files, standard input, or the configured mail log. */
import type { Settings } from '../../config/settings.ts';
import { zoneOf } from '../../config/time-zone.ts';
import { ExitStatus } from '../../exit-status.ts';
import type { Chunk } from '../../maillog/chunk.ts';
import { isJournal } from '../../maillog/journal-name.ts';
import { type FileOptions, readStream, readWholeFile } from '../../maillog/read-file.ts';
import { readMaillog } from '../../maillog/read-maillog.ts';
import { isMaillog, statIfSeen } from '../../maillog/regular-file.ts';
import { Failure, type Problem } from '../../problem.ts';
import { lineStamps } from '../../syslog/line-stamp.ts';
import type { Progress } from '../../terminal/progress.ts';
import type { ParseInvocation } from './options.ts';

/** How far back the journal is read where no time is given. Seconds. */
const day = 86_400;

/** How inputs are to be read. */
export interface InputOptions {
  /** Lines since then, Unix seconds; 0 for all. */
  readonly since: number;
  /** Is told of files how much is to be read, and has been. */
  readonly progress: Progress | undefined;
  /** As of {@link FileOptions}. */
  readonly readLines: FileOptions['readLines'] | undefined;
}

/** Returns what there is to read, each an input of its own. */
export function openInputs(
  invocation: ParseInvocation,
  settings: Settings,
  { since, progress, readLines }: InputOptions,
): AsyncIterable<Chunk>[] {
  const options = {
    now: invocation.now,
    stampOf: lineStamps(zoneOf(settings)),
    countLines: invocation.has('json'),
    onHalfLine: (problem: Problem) => invocation.report(problem),
    ...(since > 0 ? { since } : {}),
    ...(progress === undefined ? {} : { onRead: progress.advance }),
    ...(readLines === undefined ? {} : { readLines }),
  };
  if (invocation.has('follow')) return [followedLog(invocation, settings, options)];
  if (invocation.operands.length === 0) {
    return settings.maillogs.map((maillog) => configuredLog(invocation, maillog, options, progress));
  }
  for (const name of invocation.operands) progress?.expect(sizeOf(name));
  return invocation.operands.map((name) =>
    name === '-'
      ? readStream(invocation.world.stdin, name, options)
      : readWholeFile(name, { ...options, isLive: isMaillog(name, settings) }),
  );
}

/** One log as it is written; with `--since`, what it has since then first. */
async function* followedLog(
  invocation: ParseInvocation,
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
  if (isJournal(log)) {
    yield* (await import('../../maillog/journal.ts')).followJournal(log, following);
  } else if (statIfSeen(log)?.isFIFO() === true) {
    const { followPipe } = await import('../../maillog/follow-pipe.ts');
    yield* followPipe(log, following);
  } else {
    const { followFile } = await import('../../maillog/follow.ts');
    yield* followFile(log, { ...following, stampOf: options.stampOf });
  }
}

/** The configured log: the file as it is, or with `--since` its rotated files too. */
async function* configuredLog(
  invocation: ParseInvocation,
  maillog: string,
  options: FileOptions,
  progress: Progress | undefined,
): AsyncGenerator<Chunk> {
  const { since } = options;
  if (since === undefined && !isJournal(maillog)) {
    progress?.expect(sizeOf(maillog));
    // Its last line may be half written.
    return yield* readWholeFile(maillog, { ...options, isLive: true });
  }
  const lookback = since === undefined ? day : Math.max(0, invocation.now - since);
  const reading = await readMaillog(maillog, undefined, { ...options, lookback, rebuild: true });
  progress?.expect(reading.facts.bytesToRead);
  yield* reading.chunks();
  for (const problem of reading.problems) invocation.report(problem);
}

/** Of what is no file, nobody knows how much is to come. */
function sizeOf(name: string): number {
  const stat = name === '-' ? undefined : statIfSeen(name);
  return stat?.isFile() === true ? stat.size : 0;
}
