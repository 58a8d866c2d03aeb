import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationText, parseDuration } from '../../src/config/duration.ts';

describe('parseDuration()', () => {
  const good = [
    { given: '90s', want: 90 },
    { given: '30m', want: 1800 },
    { given: '1h', want: 3600 },
    { given: '7d', want: 604_800 },
    { given: '1800', want: 1800 },
    { given: '0030m', want: 1800 },
  ];
  for (const { given, want } of good) it(`reads ${given}`, () => expect(parseDuration(given)).toBe(want));

  const bad = [
    '',
    'abc',
    '-1',
    '+1',
    '1e9',
    '1800.5',
    'NaN',
    'Infinity',
    '0x10',
    '30 m',
    '1h30m',
    '30M',
    '٣',
    'm',
  ];
  for (const given of bad) {
    it(`refuses ${JSON.stringify(given)}`, () => {
      expect(parseDuration(given)).toEqual({ reason: expect.stringContaining('not a duration') });
    });
  }
  for (const given of ['0', '0d']) {
    it(`refuses ${given}`, () => expect(parseDuration(given)).toEqual({ reason: 'zero is no duration' }));
  }
  for (const given of ['36501d', '9'.repeat(400)]) {
    it(`refuses ${given.slice(0, 9)}`, () => {
      expect(parseDuration(given)).toEqual({ reason: 'longer than a hundred years' });
    });
  }

  it('reads what durationText() writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 36_500 * 86_400 }), (seconds) => {
        expect(parseDuration(durationText(seconds))).toBe(seconds);
      }),
    );
  });

  it('is written in the largest whole unit', () => {
    expect([90, 60, 3600, 5400, 86_400, 604_800].map(durationText)).toEqual([
      '90s',
      '1m',
      '1h',
      '90m',
      '1d',
      '7d',
    ]);
  });
});
