/** When a line was written, and nothing else of it: what bisecting a log needs. */
import { parseEnvelope } from './envelope.ts';
import { createStampReader } from './stamp.ts';
import type { Zone } from './zone.ts';

/** The stamp stands at the beginning; no more of a line needs decoding. Bytes. */
const beginning = 1024;

/**
 * Returns a function that gives a line's time in Unix seconds, or undefined for a line without a stamp.
 * `writtenBefore` (Unix seconds) resolves stamps without a year.
 */
export function lineStamps(zone: Zone): (line: Buffer, writtenBefore: number) => number | undefined {
  const stamps = createStampReader(zone);
  return (line, writtenBefore) => {
    const record = parseEnvelope(line.toString('utf8', 0, Math.min(line.length, beginning)));
    return record === undefined ? undefined : stamps.read(record.stamp, writtenBefore);
  };
}
