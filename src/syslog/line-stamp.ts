/** When a line was written, and nothing else of it: what bisecting a log needs. */
import { parseEnvelope } from './envelope.ts';
import { longestLine } from './longest-line.ts';
import { createStampReader } from './stamp.ts';
import type { Zone } from './zone.ts';

/** The stamp of most lines stands at the beginning; no more of them needs decoding. Bytes. */
const beginning = 1024;

/** Whatever follows the host, the stamp before it is one. */
const anyWord = (): boolean => true;

/**
 * Returns a function that gives a line's time in Unix seconds, or undefined for a line without a stamp.
 * `writtenBefore` (Unix seconds) resolves stamps without a year.
 */
export function lineStamps(zone: Zone): (line: Buffer, writtenBefore: number) => number | undefined {
  const stamps = createStampReader(zone);
  return (line, writtenBefore) => {
    // A whole line only where its end is needed: that of a JSON object, or to see that it is as long as it says.
    const record =
      parseEnvelope(line.toString('utf8', 0, Math.min(line.length, beginning)), anyWord) ??
      (line.length > beginning ? parseEnvelope(line.toString('utf8', 0, longestLine), anyWord) : undefined);
    return record === undefined ? undefined : stamps.read(record.stamp, writtenBefore);
  };
}
