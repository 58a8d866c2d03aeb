/**
 * Finds the lines of a chunk that a rule may have a use for, and hands them to the recognizer. Speed comes
 * from not matching: most lines are passed over as bytes, neither split nor decoded.
 */
import type { Chunk } from '../maillog/chunk.ts';
import { type ByteSearch, createByteSearch } from './byte-search.ts';
import { longestLine } from './hostile-lines.ts';
import { needlesOf } from './needles.ts';
import type { Outcome } from './outcome.ts';
import type { Recognizer } from './recognizer.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Reads chunks of a log. */
export interface Scanner {
  /** Calls back for each line of the chunk that is something to a rule, in their order. */
  scan(chunk: Chunk, onOutcome: (outcome: Outcome, line: string) => void): void;
}

/** Returns a scanner that hands candidate lines to a recognizer. */
export function createScanner(recognizer: Recognizer): Scanner {
  const needles = needlesOf(recognizer.rules);
  // Without rules there is nothing to look for; with a rule of which nothing is known, every line is a candidate.
  const search: ByteSearch | undefined =
    needles === undefined || needles.length === 0 ? undefined : createByteSearch(needles);
  const isIdle = needles?.length === 0;
  return {
    scan(chunk, onOutcome) {
      if (!isIdle) scanChunk(chunk, recognizer, search, onOutcome);
    },
  };
}

function scanChunk(
  chunk: Chunk,
  recognizer: Recognizer,
  search: ByteSearch | undefined,
  onOutcome: (outcome: Outcome, line: string) => void,
): void {
  const { bytes, end, source, isNew, writtenBefore } = chunk;
  let lineNumber = chunk.firstLine;
  let counted = chunk.start;
  let at = chunk.start;
  while (at < end) {
    const hit = search === undefined ? at : search.next(bytes, at, end);
    if (hit < 0) return;
    const start = lineStart(bytes, hit, at);
    const feed = bytes.indexOf(lineFeed, hit);
    const stop = feed < 0 || feed > end ? end : feed;
    at = stop + 1;
    if (stop - start > longestLine) {
      recognizer.refuse('a line over 8 KiB');
      continue;
    }
    if (lineNumber > 0) {
      lineNumber += feedsBetween(bytes, counted, start);
      counted = start;
    }
    const line = decode(bytes, start, stop);
    const outcome = recognizer.recognize(line, { source, line: lineNumber, isNew, writtenBefore });
    if (outcome !== undefined) onOutcome(outcome, line);
  }
}

/** Lines that came before `from` are done with. */
function lineStart(bytes: Buffer, hit: number, from: number): number {
  let start = hit;
  while (start > from && bytes[start - 1] !== lineFeed) start--;
  return start;
}

function feedsBetween(bytes: Buffer, from: number, to: number): number {
  let feeds = 0;
  for (let at = bytes.indexOf(lineFeed, from); at >= 0 && at < to; at = bytes.indexOf(lineFeed, at + 1))
    feeds++;
  return feeds;
}

/** UTF-8 without the CR of a CR LF, and without the NULs that a truncated file begins with. */
function decode(bytes: Buffer, start: number, end: number): string {
  let [from, to] = [start, end];
  while (from < to && bytes[from] === 0) from++;
  if (to > from && bytes[to - 1] === carriageReturn) to--;
  return bytes.toString('utf8', from, to);
}
