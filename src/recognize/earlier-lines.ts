/**
 * What is remembered of earlier lines, and what they say of a line that a rule has read: the client of a half-open
 * login, a line that was broken or lost its end and whose rest follows, a process that has begun, or that may log what a
 * client wrote.
 */

import { usualLongest } from '../rules/usual-longest.ts';
import type { HalfOpenLogin } from '../state/half-open-login.ts';
import type { Unstamped } from '../syslog/envelope.ts';
import { Pieces } from '../syslog/forms/pieces.ts';
import { mayBeCut } from './cut-line.ts';
import { HalfOpenLogins, pidOfProcess, pieceKey, processKey, streamOfPiece } from './half-open.ts';
import { type ProcessMark, ProcessMarks } from './process-marks.ts';
import type { Reading } from './reading.ts';
import { isNote } from './repeats.ts';
import { hasBytes } from './too-long.ts';
import { TornLines } from './torn-lines.ts';
import type { TriedRules } from './tried-rules.ts';
import { UnclosedLine } from './unclosed-line.ts';
import { UnnamedConnects } from './unnamed-connects.ts';

/** What a line may be of one that the logger of its process has broken. */
type Broken = 'rest' | 'torn';

/** The memory of a recognizer. */
export class EarlierLines {
  /** Pieces of lines that a container engine has cut. */
  readonly pieces = new Pieces();
  /** The last line that lacks its end. */
  readonly unclosed = new UnclosedLine();
  /** Connect lines that name no process. */
  readonly unnamed: UnnamedConnects;
  readonly #halfOpen: HalfOpenLogins;
  readonly #marks = new ProcessMarks();
  readonly #torn = new TornLines();

  /** Connect lines wait for their login for so many seconds. */
  constructor(connectWindow: number) {
    this.#halfOpen = new HalfOpenLogins(connectWindow);
    this.unnamed = new UnnamedConnects(connectWindow);
  }

  /** Whether a line was broken whose rest is to come, or that has others torn. */
  get hasBroken(): boolean {
    return this.#marks.hasAny('broken') || this.#torn.areAny;
  }

  /** Numbers of the processes that were writing such lines, or may have others torn; '' for one that has none. */
  get brokenPids(): readonly string[] {
    const processes = new Set([...this.#marks.marked('broken'), ...this.#torn.processes]);
    return [...processes].map(pidOfProcess);
  }

  /** Lets a connect line wait for its login. */
  wait(login: HalfOpenLogin): void {
    this.#halfOpen.add(login);
  }

  /** Takes what waits under one of some keys at `time`, Unix seconds. */
  take(keys: readonly string[], time: number): HalfOpenLogin | undefined {
    if (keys.length === 0) return undefined;
    let found: HalfOpenLogin | undefined;
    for (const key of keys) found ??= this.#halfOpen.take(key, time);
    return found;
  }

  /** Forgets what waits under some keys, since their session has ended; returns whether anything did. */
  end(keys: readonly string[]): boolean {
    let hasWaited = false;
    for (const key of keys) hasWaited = this.#halfOpen.end(key) || hasWaited;
    return hasWaited;
  }

  /**
   * Says whether a line is the rest of the last one of its process, which was broken, or may be what is left of a torn one,
   * whoever's rules read it; and remembers that it is broken itself, at `time` (Unix seconds), if it is so long.
   */
  brokenOf(tried: TriedRules, record: Unstamped, time: number): Broken | undefined {
    const { shortestBroken, isCutBroken, tornSeconds } = tried;
    const isBroken =
      hasBytes(record.message, shortestBroken) || (isCutBroken && mayBeCut(record, usualLongest));
    if (!isBroken && !this.hasBroken) return undefined;
    // A note of the daemon in the place of one more piece is no piece, and not the rest.
    if (isNote(record.message)) return undefined;
    const process = processKey('', record.host, record.program, record.pid);
    const isRest = this.#marks.remove('broken', process);
    const isTorn = this.#torn.has(process, time);
    if (isBroken) this.#marks.add('broken', process, time);
    if (isBroken || isRest) this.#torn.note(process, time, tornSeconds);
    if (isRest) return 'rest';
    return isTorn ? 'torn' : undefined;
  }

  /** Marks the process that has written a line. */
  mark(mark: ProcessMark, reading: Pick<Reading, 'rule'>, record: Unstamped, time: number): void {
    this.#marks.add(mark, processOf(reading, record), time);
  }

  /** Why the process that has written a line is not believed; undefined if it is. */
  doubtOf({ rule, kind }: Reading, record: Unstamped): string | undefined {
    if (rule.void.length > 0 && this.#marks.has('void', processOf({ rule }, record)))
      return 'a process that has logged what a client wrote';
    const isStranger =
      kind === 'connect' && rule.start.length > 0 && !this.#marks.has('start', processOf({ rule }, record));
    return isStranger ? 'a connect line of a process whose start is not in the log' : undefined;
  }

  /** Returns what still holds at `now` (Unix seconds), in the form of half-open logins, for the state file. */
  export(now: number): HalfOpenLogin[] {
    const pieces = this.pieces.streams.map((stream) => ({ key: pieceKey(stream), time: now }));
    return [
      ...this.#halfOpen.export(now),
      ...this.#marks.export(),
      ...this.#torn.export(now),
      ...this.unclosed.export(),
      ...this.unnamed.export(),
      ...pieces,
    ];
  }

  /** Takes up what an earlier run has left. */
  import(logins: readonly HalfOpenLogin[]): void {
    const takers = [this.#marks, this.#torn, this.unclosed, this.unnamed];
    const others = logins.filter((login) => !takers.some((taker) => taker.import(login)));
    this.#halfOpen.import(others);
    // What they said is not kept: the rest of such a line is none.
    for (const { key } of others) {
      const stream = streamOfPiece(key);
      if (stream === undefined) continue;
      this.#halfOpen.end(key);
      this.pieces.lose(stream);
    }
  }

  /** Forgets all: another log begins. */
  clear(): void {
    this.#halfOpen.clear();
    this.#marks.clear();
    this.#torn.clear();
    this.unclosed.clear();
    this.unnamed.clear();
    this.pieces.clear();
  }
}

/** Logs that name no process take all of a program for one. */
function processOf({ rule }: Pick<Reading, 'rule'>, { host, program, pid }: Unstamped): string {
  return processKey(rule.name, host, program, pid);
}
