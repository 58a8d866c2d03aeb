/**
 * systemd's journal as a mail log, read by journalctl(1). Where a Debian host has no syslog daemon, it is the only
 * one. Its fields tell a daemon's own lines from those that any local user can write to /dev/log.
 */
import { ExitStatus } from '../exit-status.ts';
import type { Problem } from '../problem.ts';
import type { SavedMaillog } from '../state/maillog-cursor.ts';
import type { Chunk, JournalRecord } from './chunk.ts';
import { chunkOfRecords, type JournalEntry } from './journal-entry.ts';
import { Journalctl } from './journalctl.ts';
import type { MaillogReading, ReadingFacts, ReadingOptions } from './maillog-reading.ts';

/**
 * Reads `journal:` or `journal:FIELD=VALUE …`. A first run, and one whose cursor the journal has no more, reads the
 * last `lookback` seconds. `command` is journalctl and where it finds the journal, if not in its own place.
 */
export function readJournal(
  maillog: string,
  saved: SavedMaillog | undefined,
  options: ReadingOptions,
  command: readonly string[] = ['journalctl'],
): MaillogReading {
  const cursor = options.rebuild ? undefined : saved?.journal;
  return new JournalReading(maillog, cursor, options, command);
}

class JournalReading implements MaillogReading {
  readonly problems: Problem[] = [];
  readonly facts: ReadingFacts;
  readonly #maillog: string;
  readonly #options: ReadingOptions;
  readonly #command: readonly string[];
  #cursor: string | undefined;

  constructor(
    maillog: string,
    cursor: string | undefined,
    options: ReadingOptions,
    command: readonly string[],
  ) {
    this.#maillog = maillog;
    this.#cursor = cursor;
    this.#options = options;
    this.#command = command;
    this.facts = {
      bytesToRead: 0,
      bytesRead: 0,
      lines: 0,
      longLines: 0,
      filesRead: [],
      startedAfresh: cursor === undefined,
      missing: false,
      isDuplicate: false,
    };
  }

  async *chunks(): AsyncGenerator<Chunk> {
    const { now, lookback } = this.#options;
    const cursor = this.#cursor;
    // --after-cursor together with a match passes an entry over (systemd issue 30288, Debian 12 has it); and
    // where the cursor's own entry comes first, it is proven to be there.
    if (cursor !== undefined && (yield* this.#read(`--cursor=${cursor}`, cursor)) !== 'not there') return;
    const outcome = yield* this.#read(`--since=@${Math.floor(now - lookback)}`);
    if (cursor === undefined || outcome === 'failed') return;
    this.facts.startedAfresh = true;
    // Without any entry since, the next run is a first run.
    if (this.#cursor === cursor) this.#cursor = undefined;
    this.problems.push(lostProblem(this.#maillog, lookback));
  }

  /** Yields entries from a place on; with `after`, only if the entry of that cursor comes first, and without it. */
  async *#read(place: string, after?: string): AsyncGenerator<Chunk, 'read' | 'not there' | 'failed'> {
    const journalctl = new Journalctl(this.#command, [place], this.#maillog);
    let isFirst = true;
    for await (const entries of journalctl.entries()) {
      if (isFirst && after !== undefined && entries.shift()?.cursor !== after) return 'not there';
      isFirst = false;
      const chunk = chunkOfEntries(entries, this.#maillog, after !== undefined, this.#options.now);
      if (chunk) {
        this.facts.filesRead[0] = this.#maillog;
        yield chunk;
        this.#count(chunk);
      }
      this.#cursor = entries.at(-1)?.cursor ?? this.#cursor;
    }
    const problem = await journalctl.problem();
    if (after !== undefined && isFirst) return 'not there';
    if (problem) this.problems.push(problem);
    return problem ? 'failed' : 'read';
  }

  #count({ bytes, records }: Chunk): void {
    this.facts.bytesRead += bytes.length;
    if (this.#options.countLines) this.facts.lines += records?.length ?? 0;
    const last = records?.at(-1);
    if (last) this.facts.lastLineTime = last.time;
  }

  saved(): SavedMaillog {
    return this.#cursor === undefined ? {} : { journal: this.#cursor };
  }
}

/** How the journal is to be followed. */
export interface JournalFollowing {
  /** Returns the time, Unix seconds. */
  readonly clock: () => number;
  /** Entries since then come first, Unix seconds. Default: none. */
  readonly since?: number;
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** Is told why it ended, if not by the signal. */
  readonly onProblem: (problem: Problem) => void;
}

/** Yields the entries of the journal as they are written, until the signal says to end. */
export async function* followJournal(
  maillog: string,
  { clock, since, signal, onProblem }: JournalFollowing,
  command: readonly string[] = ['journalctl'],
): AsyncGenerator<Chunk> {
  if (signal.aborted) return;
  const from = since === undefined ? ['--lines=0'] : ['--no-tail', `--since=@${Math.floor(since)}`];
  const journalctl = new Journalctl(command, ['--follow', ...from], maillog);
  signal.addEventListener('abort', () => journalctl.end());
  for await (const entries of journalctl.entries()) {
    const chunk = chunkOfEntries(entries, maillog, true, clock());
    if (chunk) yield chunk;
  }
  const problem = await journalctl.problem();
  if (problem && !signal.aborted) onProblem(problem);
}

function chunkOfEntries(
  entries: readonly JournalEntry[],
  source: string,
  isNew: boolean,
  now: number,
): Chunk | undefined {
  const records = entries.flatMap(({ line }): JournalRecord[] => (line ? [line] : []));
  return records.length === 0 ? undefined : chunkOfRecords(records, { source, isNew, writtenBefore: now });
}

function lostProblem(where: string, lookback: number): Problem {
  return {
    status: ExitStatus.ok,
    where,
    what: 'has lost the entry that was read last',
    consequence: `the last ${lookback} s are read again`,
    isWarning: true,
  };
}
