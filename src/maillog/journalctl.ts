/** Running journalctl(1): no shell, nothing of our own environment, and what its complaints come to. */
import { spawn } from 'node:child_process';
import { ExitStatus } from '../exit-status.ts';
import { userName } from '../host/accounts.ts';
import { errnoOf, type Problem } from '../problem.ts';
import { type JournalEntry, parseJournalEntry } from './journal-entry.ts';
import { journalctlEnvironment, journalMatches } from './journal-name.ts';
import { linesOf } from './line-stream.ts';

/** One run of journalctl. */
export class Journalctl {
  readonly #maillog: string;
  readonly #child: ReturnType<typeof start>;
  readonly #ended: Promise<number | null | Error>;
  #said = '';

  constructor(command: readonly string[], options: readonly string[], maillog: string) {
    this.#maillog = maillog;
    this.#child = start([
      ...command,
      '--output=json',
      '--no-pager',
      ...options,
      '--',
      ...journalMatches(maillog),
    ]);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(0, 1000);
    });
    this.#ended = new Promise((resolve) => {
      this.#child.on('error', resolve);
      this.#child.on('close', resolve);
    });
  }

  /** Yields the entries, as many at a time as come at once. */
  async *entries(): AsyncGenerator<JournalEntry[]> {
    const reading = { source: '', isNew: false, writtenBefore: 0, offset: 0, line: 0, longLines: 0 };
    let isAtEnd = false;
    try {
      for await (const { bytes, start, end } of linesOf(this.#child.stdout, reading, false)) {
        const entries = bytes
          .toString('utf8', start, end)
          .split('\n')
          .map(parseJournalEntry)
          .filter((entry) => entry !== undefined);
        if (entries.length > 0) yield entries;
      }
      isAtEnd = true;
    } finally {
      if (!isAtEnd) this.end();
    }
  }

  /** Ends it before its end. */
  end(): void {
    this.#child.kill();
  }

  /** Returns what went wrong, after the last entry. */
  async problem(): Promise<Problem | undefined> {
    const end = await this.#ended;
    // A user who may not read the system's journal gets an empty one, or his own, and a hint.
    if (/insufficient permissions|not seeing messages/.test(this.#said)) return this.#closed();
    if (end === 0) return undefined;
    const isMissing = errnoOf(end) === 'ENOENT';
    return {
      status: ExitStatus.unavailable,
      where: this.#maillog,
      what: 'cannot read the journal',
      why: isMissing
        ? 'journalctl is not installed'
        : this.#said.trim().split('\n')[0] || 'journalctl failed',
      ...(isMissing && { fix: 'set maillog to a log file in exact.conf' }),
    };
  }

  #closed(): Problem {
    const user = userName(process.geteuid?.() ?? 0);
    return {
      status: ExitStatus.noInput,
      where: this.#maillog,
      what: 'cannot read the journal',
      why: `not readable by user ${user}`,
      fix: `usermod -aG systemd-journal ${user}`,
    };
  }
}

function start([program = '', ...args]: readonly string[]) {
  return spawn(program, args, {
    env: journalctlEnvironment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
