/** Finds in a chunk the notes that the login before them came again. */
import type { Chunk } from '../maillog/chunk.ts';
import { createByteSearch } from './byte-search.ts';
import type { Outcome } from './outcome.ts';
import type { LinePlace } from './quick-envelope.ts';
import type { LineContext } from './reading.ts';
import type { Recognizer } from './recognizer.ts';

const [lineFeed, carriageReturn] = [0x0a, 0x0d];

/**
 * Bytes from where the message of the login begins to the end of the word in the note: the head of both is the same, and
 * `Last message '` and twenty characters are the most that stands before it.
 */
const farthest = 128;

/** More than any head has that needed a closer look. Bytes. */
const unknownHead = 512;

/** What every note has in it. */
const noteWord = createByteSearch([Buffer.from(' repeated ')]);

/** Takes the notes of one chunk. */
export class NoteTaker {
  readonly #chunk: Chunk;
  readonly #recognizer: Recognizer;
  readonly #onOutcome: (outcome: Outcome) => void;

  constructor(chunk: Chunk, recognizer: Recognizer, onOutcome: (outcome: Outcome) => void) {
    this.#chunk = chunk;
    this.#recognizer = recognizer;
    this.#onOutcome = onOutcome;
  }

  /**
   * Takes the notes after a login whose line ends at a place, line end and CR left out; the context is the login's.
   * Returns where the line after them begins, or a place before that where there is none.
   */
  takeAfter(
    { start: from, end, program, message }: LinePlace,
    context: LineContext & { line: number },
  ): number {
    const start = end + (this.#chunk.bytes[end] === carriageReturn ? 2 : 1);
    // Of a line that needed a closer look nothing says where its message begins.
    const head = program === undefined ? unknownHead : message - from;
    if (start < this.#chunk.end && !this.#mayBeNote(start, head)) {
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

  /** Whether the line that begins at a place may be a note on one whose message begins after so many bytes. */
  #mayBeNote(start: number, head: number): boolean {
    const { bytes, end } = this.#chunk;
    return noteWord.next(bytes, start, Math.min(start + head + farthest, end)) >= 0;
  }
}
