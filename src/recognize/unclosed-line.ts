/**
 * A line that lacks the text with which its server ends it. Where a syslog daemon writes a line end within a message as it
 * is, the rest of such a line stands behind it as a line of its own, and may be all a client's. This is a hint, and no
 * guard: a client can write what looks like the end, and two lines.
 */
import { usualLongest } from '../rules/usual-longest.ts';
import type { HalfOpenLogin } from '../state/half-open-login.ts';
import type { Unstamped } from '../syslog/envelope.ts';
import type { LineContext, Reading } from './reading.ts';
import { hasBytes } from './too-long.ts';

/** Seconds from such a line to what it left; its stamp is the client's, and may be of any time before. */
const leftWithin = 2;

const keyWord = 'unclosed ';

/** The last such line of a log. */
export class UnclosedLine {
  /** Name of the rule that it belongs to; '' if there is none that counts. */
  #rule = '';
  #place = 0;
  #time = 0;

  /** Remembers that a line, written at `time` (Unix seconds), is one, unless it may have been cut off: any may follow that. */
  note({ rule }: Reading, { message }: Unstamped, time: number, context: LineContext): void {
    if (hasBytes(message, usualLongest + 1)) return;
    this.#rule = rule.name;
    this.#place = placeOf(context);
    this.#time = time;
  }

  /** Reports whether it is the line at a place, which counts from 1; the one of an earlier run stands at 0. */
  isAt(place: number): boolean {
    return this.#rule !== '' && this.#place === place;
  }

  /** Returns the name of the rule of the line directly before this one, if that is one; '' otherwise. */
  takeBefore(time: number, context: LineContext): string {
    const rule = this.#rule;
    if (rule === '') return '';
    this.clear();
    return placeOf(context) === this.#place + 1 && time - this.#time <= leftWithin ? rule : '';
  }

  /** Returns the line in the form of a half-open login, beside which the state file keeps it. */
  export(): HalfOpenLogin[] {
    return this.#rule === '' ? [] : [{ key: keyWord + this.#rule, time: this.#time }];
  }

  /** Takes up the line of an earlier run, as if it were the one before the first; returns false for what is none. */
  import({ key, time }: HalfOpenLogin): boolean {
    if (!key.startsWith(keyWord)) return false;
    this.#rule = key.slice(keyWord.length);
    this.#place = 0;
    this.#time = time;
    return true;
  }

  /** Forgets it. */
  clear(): void {
    this.#rule = '';
  }
}

/** From 1; -1 where it is not known, so that the line stands behind none. */
function placeOf({ place, line }: LineContext): number {
  return place ?? (line > 0 ? line : -1);
}
