import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utcText } from '../../src/terminal/words.ts';

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
