/** The lines of a chunk, each decoded: for the debugger, which looks at all of them. scan.ts passes most over. */
import type { Chunk, JournalRecord } from './chunk.ts';

/** A line of a log, without its line end. */
export interface NumberedLine {
  readonly text: string;
  /** As {@link Chunk.firstLine} counts; 0 where lines are not counted. */
  readonly number: number;
  /** What the journal knows of it. */
  readonly journal?: JournalRecord;
}

/** Yields the lines of a chunk: they end at byte 0x0A; a CR before it and NULs at the start are no part of them. */
export function* linesOfChunk({ bytes, start, end, firstLine, records }: Chunk): Generator<NumberedLine> {
  let number = firstLine;
  for (let [at, index] = [start, 0]; at < end; index++) {
    const journal = records?.[index];
    const feed = bytes.indexOf(0x0a, at);
    const stop = feed < 0 || feed > end ? end : feed;
    const text = bytes.toString('utf8', at, stop).replace(/^\0+|\r$/g, '');
    yield journal === undefined ? { text, number } : { text, number, journal };
    at = stop + 1;
    if (number > 0) number++;
  }
}
