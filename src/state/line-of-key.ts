/** Finds the place of a key among sorted lines of a state file that are in memory. */
import { compareKeyAt } from './pair-line.ts';

const newline = 0x0a;

/**
 * Returns the offset of the first line whose key is not before `key`; `end` if there is none before it. A line begins
 * at `start`, and its key is before `key`.
 */
export function lineOfKey(bytes: Buffer, start: number, end: number, key: string): number {
  // Offsets are halved, and not lines: the line at `low` is before the key, the one at `high` is not.
  let [low, high] = [start, end];
  for (;;) {
    const middle = (low + high) >>> 1;
    let line = bytes.lastIndexOf(newline, middle - 1) + 1;
    if (line <= low) line = bytes.indexOf(newline, middle) + 1;
    if (line <= low || line >= high) return high;
    if (compareKeyAt(bytes, line, key) < 0) low = line;
    else high = line;
  }
}
