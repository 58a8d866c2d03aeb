/**
 * Goes through the lines of a chunk as bytes and notes those that a rule may have a use for. Speed comes from not
 * matching: most lines are passed over here, and never decoded.
 */
import { isAscii } from 'node:buffer';
import type { Chunk } from '../maillog/chunk.ts';
import { longestLine } from '../syslog/longest-line.ts';
import { createLineFilter } from './line-filter.ts';
import { LineNotes } from './line-notes.ts';
import type { SoughtRule } from './needles.ts';
import type { WantedLines } from './wanted-lines.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Finds the wanted lines of a chunk. What it returns is valid until it is called again. */
export type FindLines = (chunk: Pick<Chunk, 'bytes' | 'start' | 'end'>) => WantedLines;

/** Returns what finds the lines that some rules may have a use for. */
export function createLineFinder(rules: readonly SoughtRule[]): FindLines {
  const filter = createLineFilter(rules);
  const notes = new LineNotes();
  return ({ bytes, start, end }) => {
    filter.forget();
    notes.begin(bytes);
    const { served, tag } = filter;
    let tooLong = 0;
    let lines = 0;
    for (let at = start; at < end; lines++) {
      const feed = bytes.indexOf(lineFeed, at);
      const stop = feed < 0 || feed > end ? end : feed;
      const from = bytes[at] === 0 ? afterNuls(bytes, at, stop) : at;
      const isLong = stop - from > longestLine;
      if (isLong) tooLong++;
      if (isLong ? filter.wantsLong(bytes, from, stop) : filter.wants(bytes, from, stop))
        notes.add(from, bytes[stop - 1] === carriageReturn ? stop - 1 : stop, lines, tag);
      at = stop + 1;
    }
    return {
      count: notes.count,
      fields: notes.fields,
      programs: filter.programs,
      lines,
      served: filter.served - served,
      tooLong,
      isAscii: isAscii(bytes.subarray(start, end)),
    };
  };
}

/** A log truncated while its writer keeps its place begins with as many NULs as were cut off. */
function afterNuls(bytes: Buffer, start: number, stop: number): number {
  let from = start;
  while (from < stop && bytes[from] === 0) from++;
  return from;
}
