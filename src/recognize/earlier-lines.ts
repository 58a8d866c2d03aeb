/**
 * What is remembered of earlier lines, and what they say of a line that a rule has read: the client of a half-open
 * login, a line that was broken or lost its end and whose rest follows, a process that has begun, or that may log what a
 * client wrote.
 */

import type { HalfOpenLogin } from '../state/half-open-login.ts';
import type { Unstamped } from '../syslog/envelope.ts';
import { Pieces } from '../syslog/forms/pieces.ts';
import { HalfOpenLogins, pidOfProcess, pieceKey, processKey, streamOfPiece } from './half-open.ts';
import { type ProcessMark, ProcessMarks } from './process-marks.ts';
import type { Reading } from './reading.ts';
import { isNote } from './repeats.ts';
import { hasBytes } from './too-long.ts';
import { UnclosedLine } from './unclosed-line.ts';
import { UnnamedConnects } from './unnamed-connects.ts';

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

  /** Connect lines wait for their login for so many seconds. */
  constructor(connectWindow: number) {
    this.#halfOpen = new HalfOpenLogins(connectWindow);
    this.unnamed = new UnnamedConnects(connectWindow);
  }

  /** Whether a line was broken whose rest is to come. */
  get hasBroken(): boolean {
    return this.#marks.hasAny('broken');
  }

  /** Numbers of the processes that were writing such lines, '' for one that has none. */
  get brokenPids(): readonly string[] {
    return this.#marks.marked('broken').map(pidOfProcess);
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
   * Reports whether a line is the rest of the last one of its process, which was broken, whoever's rules read it; and
   * remembers that it is broken itself, at `time` (Unix seconds), if it has so many bytes.
   */
  isRest(shortestBroken: number, record: Unstamped, time: number): boolean {
    const isBroken = hasBytes(record.message, shortestBroken);
    if (!isBroken && !this.hasBroken) return false;
    // A note of the daemon in the place of one more piece is no piece, and not the rest.
    if (isNote(record.message)) return false;
    const process = processKey('', record.host, record.program, record.pid);
    const isRest = this.#marks.remove('broken', process);
    if (isBroken) this.#marks.add('broken', process, time);
    return isRest;
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
      ...this.unclosed.export(),
      ...this.unnamed.export(),
      ...pieces,
    ];
  }

  /** Takes up what an earlier run has left. */
  import(logins: readonly HalfOpenLogin[]): void {
    const takers = [this.#marks, this.unclosed, this.unnamed];
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
    this.unclosed.clear();
    this.unnamed.clear();
    this.pieces.clear();
  }
}

/** Logs that name no process take all of a program for one. */
function processOf({ rule }: Pick<Reading, 'rule'>, { host, program, pid }: Unstamped): string {
  return processKey(rule.name, host, program, pid);
}
