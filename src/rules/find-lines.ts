/**
 * Goes through the lines of a chunk as bytes and notes those that a rule may have a use for. Speed comes from not
 * matching: most lines are passed over here, and never decoded.
 */
import { isAscii } from 'node:buffer';
import { type Chunk, type WantedLines, wantedFields } from '../maillog/chunk.ts';
import { createLineFilter } from './line-filter.ts';
import { longestLine } from './longest-line.ts';
import type { SoughtRule } from './needles.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Returns a function that finds the wanted lines of a chunk. What it returns is valid until it is called again. */
export function createLineFinder(
  rules: readonly SoughtRule[],
): (chunk: Pick<Chunk, 'bytes' | 'start' | 'end'>) => WantedLines {
  const filter = createLineFilter(rules);
  let fields = new Int32Array(wantedFields * 1024);
  return ({ bytes, start, end }) => {
    filter.forget();
    const { served, tag } = filter;
    let used = 0;
    let tooLong = 0;
    for (let [at, line] = [start, 0]; at < end; line++) {
      const feed = bytes.indexOf(lineFeed, at);
      const stop = feed < 0 || feed > end ? end : feed;
      const from = bytes[at] === 0 ? afterNuls(bytes, at, stop) : at;
      if (stop - from > longestLine) {
        tooLong++;
      } else if (filter.wants(bytes, from, stop)) {
        if (used === fields.length) fields = doubled(fields);
        fields[used] = from;
        fields[used + 1] = bytes[stop - 1] === carriageReturn ? stop - 1 : stop;
        fields[used + 2] = tag.start;
        fields[used + 3] = tag.end;
        fields[used + 4] = tag.program;
        fields[used + 5] = line;
        used += wantedFields;
      }
      at = stop + 1;
    }
    return {
      count: used / wantedFields,
      fields,
      programs: filter.programs,
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

function doubled(fields: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(fields.length * 2);
  larger.set(fields);
  return larger;
}
