/** Finds in a chunk the notes that the login before them came again. They are looked for once, not after each login. */
import type { Chunk } from '../maillog/chunk.ts';
import { longestLine } from '../syslog/longest-line.ts';
import type { Outcome } from './outcome.ts';
import type { LineContext } from './reading.ts';
import type { Recognizer } from './recognizer.ts';

const [lineFeed, carriageReturn] = [0x0a, 0x0d];

/** What every note has in it. */
const noteWord = Buffer.from(' repeated ');

/** Takes the notes of one chunk. */
export class NoteTaker {
  readonly #chunk: Chunk;
  readonly #recognizer: Recognizer;
  readonly #onOutcome: (outcome: Outcome) => void;
  /** Where the word stands next. */
  #next = -1;

  constructor(chunk: Chunk, recognizer: Recognizer, onOutcome: (outcome: Outcome) => void) {
    this.#chunk = chunk;
    this.#recognizer = recognizer;
    this.#onOutcome = onOutcome;
  }

  /**
   * Takes the notes after a login whose line ends at a place, line end and CR left out; the context is the login's.
   * Returns where the line after them begins, or a place before that where there is none.
   */
  takeAfter(end: number, context: LineContext & { line: number }): number {
    const start = end + (this.#chunk.bytes[end] === carriageReturn ? 2 : 1);
    if (start < this.#chunk.end && !this.#isNear(start)) {
      this.#recognizer.before = undefined;
      return end;
    }
    if (context.line > 0) context.line++;
    return this.take(start, context);
  }

  /** Takes the notes that stand where a line begins, whose number the context has; returns where the next line begins. */
  take(start: number, context: LineContext & { line: number }): number {
    const { bytes, end } = this.#chunk;
    let from = start;
    // At the end of the chunk the next one may begin with a note.
    while (from < end && this.#recognizer.isAfterLogin) {
      const feed = bytes.indexOf(lineFeed, from);
      const stop = feed < 0 || feed > end ? end : feed;
      const line = bytes.toString('utf8', from, bytes[stop - 1] === carriageReturn ? stop - 1 : stop);
      const outcome = this.#recognizer.recognizeNote(line, context);
      if (outcome === undefined) break;
      this.#onOutcome(outcome);
      if (context.line > 0) context.line++;
      from = stop + 1;
    }
    return from;
  }

  /** Whether a note may begin at a place. */
  #isNear(start: number): boolean {
    if (this.#next < start) {
      const found = this.#chunk.bytes.indexOf(noteWord, start);
      this.#next = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    return this.#next < start + longestLine;
  }
}
