/**
 * Where in a log the lines since some time start, found by bisecting the file on its timestamps: some twenty
 * short reads, however large the file. It is the start of a reading, no filter: lines that are older follow too.
 */
import { readSync } from 'node:fs';

/** Returns the time of a line by its stamp, Unix seconds, or undefined if it has none that can be read. */
export type StampOf = (line: Buffer, writtenBefore: number) => number | undefined;

/** The part of a log that is searched. */
export interface SearchedFile {
  readonly fd: number;
  /** Its size in bytes. */
  readonly size: number;
  /** As in a chunk of it. */
  readonly writtenBefore: number;
}

/** Seconds by which the lines of a log may be out of order: many hosts, a queue on the way, a clock that was set. */
export const disorder = 3600;

/** Bytes of lines that are looked at in one place; the latest of their stamps counts. */
const probeSize = 32 * 1024;

/** Bytes that are searched for a place's first stamp. In a hole, or in one huge line, there is none. */
const farthest = 1024 * 1024;

const newline = 0x0a;

/**
 * Returns a byte offset, the start of a line, such that every line from `since` (Unix seconds) on follows it,
 * in a log whose stamps are at most an hour out of order. A log without any stamp starts at 0.
 *
 * A place without stamps counts as older than what follows it: it is the hole of a copytruncate. The line that
 * ends a hole is passed over with it. (NUL bytes do not start a line: a user name may hold them.)
 */
export function offsetSince(file: SearchedFile, since: number, stampOf: StampOf): number {
  const isLater = (stamp: number) => stamp >= since - disorder;
  let [low, high] = [0, file.size];
  let hasStamps = false;
  while (high - low > probeSize) {
    const middle = Math.floor((low + high) / 2);
    const later = linesAreLater(file, middle, stampOf, isLater);
    hasStamps ||= later !== undefined;
    if (later) high = middle;
    else low = middle;
  }
  return hasStamps && low > 0 ? lineStart(file, low) : 0;
}

/** Reports whether a line that starts near an offset, or after it, is late enough; undefined: none has a stamp. */
function linesAreLater(
  { fd, writtenBefore }: SearchedFile,
  offset: number,
  stampOf: StampOf,
  isLater: (stamp: number) => boolean,
): boolean | undefined {
  const block = Buffer.allocUnsafe(probeSize);
  let hasStamps = false;
  // From the byte before, so that a line which starts right at the offset is seen as one.
  for (let at = offset - 1; at < offset + farthest && !hasStamps; ) {
    const bytes = block.subarray(0, readSync(fd, block, 0, probeSize, at));
    if (bytes.length === 0) break;
    let start = bytes.indexOf(newline) + 1;
    let end = start > 0 ? bytes.indexOf(newline, start) : -1;
    at += end > 0 ? bytes.lastIndexOf(newline) : bytes.length;
    for (; end > 0; end = bytes.indexOf(newline, start)) {
      const stamp = stampOf(bytes.subarray(start, end), writtenBefore);
      if (stamp !== undefined && isLater(stamp)) return true;
      hasStamps ||= stamp !== undefined;
      start = end + 1;
    }
  }
  return hasStamps ? false : undefined;
}

/** Returns the start of the first line from an offset on, or where no line ends after it, of the line it is in. */
function lineStart({ fd, size }: SearchedFile, offset: number): number {
  const block = Buffer.allocUnsafe(probeSize);
  for (let at = offset - 1; at < size; at += probeSize) {
    const found = block.subarray(0, readSync(fd, block, 0, probeSize, at)).indexOf(newline);
    if (found >= 0 && at + found < size) return at + found + 1;
  }
  for (let end = offset; end > 0; end -= probeSize) {
    const at = Math.max(0, end - probeSize);
    const found = block.subarray(0, readSync(fd, block, 0, end - at, at)).lastIndexOf(newline);
    if (found >= 0) return at + found + 1;
  }
  return 0;
}
