/** The lines of the mail logs, recognised, into the batch of a run. */

import { ExitStatus } from '../exit-status.ts';
import type { Chunk } from '../maillog/chunk.ts';
import type { Outcome, UncountedLine } from '../recognize/outcome.ts';
import type { Batch } from '../relay/batch.ts';
import type { Login } from '../relay/login.ts';
import { zoneDifference } from '../syslog/zone-difference.ts';
import type { LoadedScanner } from './loaded-scanner.ts';
import type { LogMemory } from './log-memory.ts';
import type { ReadProgress, SavedLogs } from './login-source.ts';
import type { OutcomeReport } from './outcome-report.ts';
import type { RunContext } from './run-context.ts';
import { countedLogins } from './run-record.ts';

/** Of no login. */
const noTimes = [Number.POSITIVE_INFINITY, 0] as const;

/** Recognises lines; the rules are loaded when the first line comes, so that an idle run does without. */
export class LineReader {
  /** Time of the newest login, Unix seconds; 0 if there was none. */
  lastLogin = 0;
  readonly #context: RunContext;
  readonly #saved: SavedLogs;
  readonly #take: (outcome: Outcome) => void;
  #scanner: LoadedScanner | undefined;
  #maillog = '';
  /** Of the maillog being read; undefined before its first line. */
  #memory: LogMemory | undefined;
  #isNew = false;
  /** Of the chunk that is being read, if its lines are new. */
  #logins: Login[] = [];
  /** Oldest and newest login in new lines of this log. */
  #times: readonly [number, number] = noTimes;

  /** `saved` is what the last run knew of the logs, where reading goes on from there. */
  constructor(context: RunContext, batch: Batch, outcomes: OutcomeReport, saved: SavedLogs) {
    this.#context = context;
    this.#saved = saved;
    this.#take = (outcome) => {
      if (outcome.kind === 'login') {
        const { time } = outcome.login;
        this.lastLogin = Math.max(this.lastLogin, time);
        const [oldest, newest] = this.#times;
        if (this.#isNew) {
          this.#times = [Math.min(oldest, time), Math.max(newest, time)];
          this.#logins.push(outcome.login);
        }
        const refusal = this.#memory?.login(outcome.login, batch);
        if (refusal !== undefined) outcomes.refuse(outcome.login, refusal);
        else this.#count(time);
      } else if (outcome.kind === 'logout') this.#memory?.logout(outcome, batch);
      else if (outcome.kind === 'conflict') this.#meetConflict(outcome.rules);
      else if (outcome.kind === 'refused' && outcome.isForgery) this.#meetForgery(outcome);
      else if (outcome.kind === 'refused' && outcome.isPrinted) this.#meetPrinted(outcome);
    };
  }

  /** Begins with a maillog. */
  beginLog(maillog: string): void {
    this.#maillog = maillog;
    this.#memory = undefined;
  }

  /** Returns what its lines leave for the next run. */
  endLog(): SavedLogs {
    this.#scanner?.watch.endLog(this.#maillog);
    if (this.#memory !== undefined) return this.#memory.save();
    const of = <Value>(all: Readonly<Record<string, Value>>) =>
      Object.fromEntries(Object.entries(all).filter(([maillog]) => maillog === this.#maillog));
    return { lines: of(this.#saved.lines), sessions: of(this.#saved.sessions) };
  }

  /** Recognises the lines of a chunk; false if the rules cannot be used, which is among the problems met. */
  async take(chunk: Chunk): Promise<boolean> {
    this.#context.record.hasReadLines = true;
    this.#scanner ??= await (await import('./loaded-scanner.ts')).loadScanner(this.#context);
    if (this.#scanner === undefined) return false;
    this.#memory ??= this.#scanner.remember(this.#maillog, this.#saved);
    this.#isNew = chunk.isNew;
    this.#logins = [];
    this.#scanner.scanner.scan(chunk, this.#take);
    this.#scanner.watch.take(chunk, this.#logins, this.#maillog);
    if (chunk.isNew) this.#scanner.nearMisses?.take(chunk);
    return true;
  }

  /** Lines of POP and IMAP servers, whatever they say. */
  get served(): number {
    return this.#scanner?.scanner.served ?? 0;
  }

  /** Lines that were refused before they were a login, by reason. */
  get refusals(): ReadonlyMap<string, number> {
    return this.#scanner?.recognizer.refusals ?? new Map();
  }

  /** Seconds that the stamps of a log just read are behind the clock; undefined where it does not show. */
  takeBehind(): number | undefined {
    const { saved, policy } = this.#context;
    const times = this.#times;
    this.#times = noTimes;
    return zoneDifference(times, [saved.lastRun.time, policy.now]);
  }

  /** Half-open logins for the next run. */
  halfOpen(): ReadProgress['pending'] {
    if (this.#scanner === undefined) return this.#context.saved.pending;
    return this.#scanner.recognizer.exportHalfOpen(this.#context.policy.now);
  }

  /** A first run counts what it reads back as well; any other that reads lines once more would count them twice. */
  #count(time: number): void {
    const { record, saved } = this.#context;
    if (this.#isNew) record.newLogins.push(time);
    if (this.#isNew || saved.lastRun.time === 0) record.count(countedLogins);
  }

  #meetForgery({ rule, reason }: UncountedLine): void {
    this.#context.record.meet(
      {
        status: ExitStatus.ok,
        isWarning: true,
        where: `rule ${rule}`,
        what: `a login stands ${reason}`,
        why: 'a client sent a name with a line end, and the syslog daemon writes it unchanged',
        consequence: 'it does not count, but another such line may',
        fix: 'see exact update --check; for syslog-ng, set flags(no-multi-line) at the source',
      },
      { isOfLog: true },
    );
  }

  #meetPrinted({ rule, reason }: UncountedLine): void {
    this.#context.record.meet(
      {
        status: ExitStatus.ok,
        isWarning: true,
        where: `rule ${rule}`,
        what: `logins are ${reason}`,
        why: 'where no syslog daemon takes its lines, a line end in a name begins another one',
        consequence: 'they are none',
        fix: 'let that server log through syslog',
      },
      { isOfLog: true },
    );
  }

  #meetConflict(rules: readonly [string, string]): void {
    this.#context.record.meet(
      {
        status: ExitStatus.ok,
        isWarning: true,
        where: `rules ${rules.join(' and ')}`,
        what: 'read a line differently',
        consequence: 'it is no login',
        fix: 'see exact test-rule; select the right one with server',
      },
      { isOfLines: true },
    );
  }
}
