/**
 * When the loggers of processes have last torn lines. Courier's reads the next that somebody writes before it writes a piece
 * of a broken line, and throws away all that it got. Of a line that it got half of, the other half then stands in the log
 * as a line of its own, in the same moment as the pieces, and may be all a client's:
 *
 *     pop3d: LOGIN FAILED, user=AAAA…                                  a piece
 *     pop3d: AAAA, ip=[192.0.2.1], port=[1025]                         its rest
 *     pop3d: LOGIN, user=x, ip=[192.0.2.1], port=[1026]                half of `LOGIN FAILED, user=AAAALOGIN, user=x, …`
 */
import { longestTorn } from '../rules/usual-longest.ts';
import type { HalfOpenLogin } from '../state/half-open-login.ts';

const keyWord = 'torn ';

/** Seconds by which the clocks of hosts may differ, as in a log that is bisected. */
const farthestClock = 3600;

/** The loggers of one log. */
export class TornLines {
  /** Until when nothing counts, by process; Unix seconds. */
  readonly #until = new Map<string, number>();

  /** Whether lines of any process may be torn. */
  get areAny(): boolean {
    return this.#until.size > 0;
  }

  /** The processes whose lines may be torn. */
  get processes(): Iterable<string> {
    return this.#until.keys();
  }

  /** Remembers that a process has written of a broken line at `time` (Unix seconds), and may tear others for `seconds`. */
  note(process: string, time: number, seconds: number): void {
    if (seconds > 0) this.#until.set(process, time + seconds);
  }

  /** Reports whether a line that a process has written at `time` (Unix seconds) may be torn; forgets what is over. */
  has(process: string, time: number): boolean {
    for (const [each, until] of this.#until) {
      // Hosts that share a log have clocks of their own: what another one has written ends nothing yet.
      const grace = each === process ? 0 : farthestClock;
      // A clock that was set back does not make it longer.
      if (time > until + grace || time < until - 2 * longestTorn - grace) this.#until.delete(each);
    }
    return this.#until.has(process);
  }

  /** Returns what may hold yet at `now` (Unix seconds), in the form of half-open logins, for the state file. */
  export(now: number): HalfOpenLogin[] {
    return [...this.#until]
      .filter(([, until]) => now - until <= longestTorn)
      .map(([process, until]) => ({ key: keyWord + process, time: until }));
  }

  /** Takes up one of an earlier run; returns false for what is none. */
  import({ key, time }: HalfOpenLogin): boolean {
    if (!key.startsWith(keyWord)) return false;
    this.#until.set(key.slice(keyWord.length), time);
    return true;
  }

  /** Forgets all. */
  clear(): void {
    this.#until.clear();
  }
}
