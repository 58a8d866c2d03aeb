/**
 * Goes through the lines of a chunk, and hands those that a rule may have a use for to the recognizer. Speed
 * comes from not matching: most lines are passed over as bytes, and never decoded.
 */
import { isAscii } from 'node:buffer';
import type { Chunk } from '../maillog/chunk.ts';
import { createLineFilter, type LineFilter } from './line-filter.ts';
import { longestLine } from './longest-line.ts';
import type { Outcome } from './outcome.ts';
import type { Recognizer } from './recognizer.ts';
import { scanRecords } from './scan-records.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Reads chunks of a log. */
export interface Scanner {
  /** Lines so far that came from a program which some rule is for, whatever they say. */
  readonly served: number;
  /** Calls back for each line of the chunk that is something to a rule, in their order. */
  scan(chunk: Chunk, onOutcome: (outcome: Outcome) => void): void;
}

/** Returns a scanner that hands candidate lines to a recognizer. */
export function createScanner(recognizer: Recognizer): Scanner {
  const filter = createLineFilter(recognizer.rules, (program) => recognizer.rulesFor(program));
  return {
    get served() {
      return filter.served;
    },
    scan(chunk, onOutcome) {
      if (chunk.records !== undefined) scanRecords(chunk.records, chunk, recognizer, onOutcome);
      else scanChunk(chunk, filter, recognizer, onOutcome);
    },
  };
}

function scanChunk(
  chunk: Chunk,
  filter: LineFilter,
  recognizer: Recognizer,
  onOutcome: (outcome: Outcome) => void,
): void {
  const { bytes, end, firstLine, source, isNew, writtenBefore } = chunk;
  let number = firstLine;
  const context = {
    source,
    line: 0,
    isNew,
    writtenBefore,
    isAscii: isAscii(bytes.subarray(chunk.start, end)),
  };
  for (let start = chunk.start; start < end; number++) {
    const feed = bytes.indexOf(lineFeed, start);
    const stop = feed < 0 || feed > end ? end : feed;
    const from = bytes[start] === 0 ? afterNuls(bytes, start, stop) : start;
    if (stop - from > longestLine) {
      recognizer.refuse('a line over 8 KiB');
    } else if (filter.wants(bytes, from, stop)) {
      const to = bytes[stop - 1] === carriageReturn ? stop - 1 : stop;
      if (firstLine > 0) context.line = number;
      const outcome = recognizer.recognizeBytes(bytes, from, to, filter.tag, context);
      if (outcome !== undefined) onOutcome(outcome);
    }
    start = stop + 1;
  }
}

/** A log truncated while its writer keeps its place begins with as many NULs as were cut off. */
function afterNuls(bytes: Buffer, start: number, stop: number): number {
  let from = start;
  while (from < stop && bytes[from] === 0) from++;
  return from;
}
