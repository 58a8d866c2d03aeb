/** Finding the lines since a time: L07, disorder, and how little is read. */
import { closeSync, openSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { offsetSince } from '../../src/maillog/bisect.ts';
import { LogOnDisk, now, stampOf } from './log-on-disk.ts';

let log: LogOnDisk;
beforeEach(() => {
  log = new LogOnDisk();
});
afterEach(() => log.remove());

/** Returns where the lines since a time start, and how many lines were looked at for it. */
function search(since: number): { offset: number; looks: number } {
  const fd = openSync(log.path, 'r');
  let looks = 0;
  const offset = offsetSince({ fd, size: statSync(log.path).size, writtenBefore: now }, since, (line) => {
    looks++;
    return stampOf(line);
  });
  closeSync(fd);
  return { offset, looks };
}

/** Returns a log of one line a second, the last of them at `now`. */
const logOf = (count: number, text = 'x'.repeat(80)) =>
  Array.from({ length: count }, (_, n) => `${now - count + 1 + n} ${text}\n`).join('');

const hour = 3600;

describe('offsetSince()', () => {
  it('starts at most a little before the hour that is left for disorder', () => {
    log.append(logOf(100_000));
    const { offset, looks } = search(now - 1800);
    const first = 100_000 - 1 - 1800 - hour;
    expect(offset).toBeLessThanOrEqual(first * 92);
    expect(offset).toBeGreaterThan(first * 92 - 70_000);
    expect(offset % 92).toBe(0);
    expect(looks).toBeLessThan(4000);
  });

  it.each([
    { name: 'an empty log', given: '', want: 0 },
    { name: 'half a line', given: `${now} half`, want: 0 },
    { name: 'a small log', given: logOf(100), want: 0 },
    { name: 'a large log without a stamp', given: 'no stamp here\n'.repeat(100_000), want: 0 },
    { name: 'a large log, all of it late enough', given: `${now} x\n`.repeat(100_000), want: 0 },
  ])('starts at 0 in $name', ({ given, want }) => {
    writeFileSync(log.path, given);
    expect(search(now).offset).toBe(want);
  });

  it('reads next to nothing of a log that is all too old', () => {
    writeFileSync(log.path, `${now - 9 * hour} x\n`.repeat(100_000));
    expect(search(now).offset).toBeGreaterThan(1_300_000 - 70_000);
  });

  it('keeps to the start of half a line that fills the end of the log', () => {
    const old = `${now - 9 * hour} x\n`.repeat(300_000);
    log.append(old + 'h'.repeat(3_000_000));
    expect(search(now).offset).toBe(old.length);
  });

  it('finds its way past a region without stamps, and past a long line', () => {
    const region = `${'no stamp\n'.repeat(20_000) + 'l'.repeat(400_000)}\n`;
    const old = `${now - 9 * hour} x\n`.repeat(100_000);
    log.append(old + region + logOf(1000));
    const { offset } = search(now - 1000);
    expect(offset).toBeGreaterThan(old.length - 70_000);
    expect(offset).toBeLessThanOrEqual(old.length + region.length);
  });

  it('L07 finds the last lines of a sparse log of 10 GB in some hundred reads', () => {
    writeFileSync(log.path, `${now - 9 * hour} x\n`.repeat(1000));
    truncateSync(log.path, 10 * 2 ** 30);
    log.append(`\n${logOf(20_000)}`);
    const { offset, looks } = search(now - 600);
    expect(offset).toBeGreaterThan(10 * 2 ** 30);
    expect(offset).toBeLessThanOrEqual(10 * 2 ** 30 + 1 + 92 * (20_000 - 600 - hour));
    expect(looks).toBeLessThan(10_000);
  });

  it('L07 in a log of 10 GB that is full of lines, each byte counts', () => {
    // A sparse file cannot hold 10 GB of lines; a region around 2^33 can hold those that matter.
    const at = 2 ** 33 - 1000;
    log.append('');
    truncateSync(log.path, at);
    log.append(`\n${`${now - 9 * hour} old\n`.repeat(50_000)}${logOf(50_000)}`);
    const { offset } = search(now - 600);
    expect((offset - at - 1 - 50_000 * 15) % 92).toBe(0);
  });

  it('every line since the time follows, in any log that is at most an hour out of order', () => {
    const step = fc.record({
      wait: fc.integer({ min: 0, max: 200 }),
      late: fc.integer({ min: 0, max: hour }),
    });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1000, maxLength: 3000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 400 }),
        (steps, share, length) => {
          let time = now - 400_000;
          const stamps = steps.map(({ wait, late }) => {
            time += wait;
            return time - late;
          });
          const since = Math.floor(now - 400_000 + share * (time - now + 400_000));
          const text = stamps.map((stamp) => `${stamp} ${'x'.repeat(length)}\n`);
          writeFileSync(log.path, text.join(''));
          const { offset } = search(since);
          expect(offset % (length + 12)).toBe(0);
          const missed = stamps.slice(0, offset / (length + 12)).filter((stamp) => stamp >= since);
          expect(missed).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });
});
