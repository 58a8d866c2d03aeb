import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockWords, hourWords, utcText } from '../../src/terminal/words.ts';

describe('utcText()', () => {
  it('gives what Date gives, whichever instants follow each other', () => {
    const last = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;
    const start = fc.oneof(fc.nat(last), fc.constantFrom(0, 59, 60, last));
    const steps = fc.array(fc.integer({ min: -70, max: 70 }), { maxLength: 10 });
    fc.assert(
      fc.property(start, steps, (from, all) => {
        for (const step of [0, ...all]) {
          const seconds = Math.min(last, Math.max(0, from + step));
          expect(utcText(seconds)).toBe(new Date(seconds * 1000).toISOString().replace('.000Z', 'Z'));
        }
      }),
    );
  });

  it('cuts fractions off', () => {
    expect(utcText(59.9)).toBe('1970-01-01T00:00:59Z');
  });
});

describe.each([undefined, 'UTC', 'Europe/Berlin', 'Asia/Kathmandu'])(
  'clockWords() in the zone %s',
  (timeZone) => {
    it('tells time and day as Intl does', () => {
      const there = timeZone === undefined ? {} : { timeZone };
      const day = new Intl.DateTimeFormat('en-CA', {
        ...there,
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
      });
      const time = new Intl.DateTimeFormat('en-GB', { ...there, timeStyle: 'medium' });
      const weekday = new Intl.DateTimeFormat('en-GB', { ...there, weekday: 'short' });
      const start = fc.nat(Date.UTC(2099, 11, 31) / 1000);
      fc.assert(
        fc.property(start, fc.integer({ min: -90_000, max: 90_000 }), (now, step) => {
          const seconds = Math.max(0, now + step);
          const [at, clock] = [seconds * 1000, time.format(seconds * 1000)];
          const isToday = day.format(at) === day.format(now * 1000);
          const want = isToday ? clock : `${weekday.format(at)} ${clock.slice(0, 5)}`;
          expect(clockWords(seconds, now, timeZone)).toBe(want);
          expect(clockWords(seconds, seconds + 7 * 86_400, timeZone)).toBe(
            `${day.format(at)} ${clock.slice(0, 5)}`,
          );
          expect(hourWords(seconds, timeZone)).toBe(clock.slice(0, 5));
        }),
      );
    });
  },
);
