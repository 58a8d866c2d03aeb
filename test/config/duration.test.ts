import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationText, parseDuration, parseTime } from '../../src/config/duration.ts';

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

/** 10:15:04 in Paris. */
const now = Date.UTC(2026, 10, 22, 9, 15, 4) / 1000;
const paris = 'Europe/Paris';

function timeIn(zone: string, text: string, at = now): string {
  const instant = parseTime(text, at, zone);
  return typeof instant === 'number' ? new Date(instant * 1000).toISOString() : instant.reason;
}

describe('parseTime()', () => {
  const good = [
    { given: '7d', want: '2026-11-15T09:15:04.000Z' },
    { given: '90s', want: '2026-11-22T09:13:34.000Z' },
    { given: '09:00', want: '2026-11-22T08:00:00.000Z' },
    { given: '9:00:30', want: '2026-11-22T08:00:30.000Z' },
    { given: '10:15:04', want: '2026-11-22T09:15:04.000Z' },
    { given: '10:15:05', want: '2026-11-21T09:15:05.000Z' },
    { given: '23:59', want: '2026-11-21T22:59:00.000Z' },
    { given: '2026-11-22', want: '2026-11-21T23:00:00.000Z' },
    { given: '2026-07-01', want: '2026-06-30T22:00:00.000Z' },
    { given: '2026-11-22T10:15', want: '2026-11-22T09:15:00.000Z' },
    { given: '2026-11-22 10:15:04', want: '2026-11-22T09:15:04.000Z' },
    { given: '2026-11-22T10:15:04.9Z', want: '2026-11-22T10:15:04.000Z' },
    { given: '2026-11-22T10:15:04+01:00', want: '2026-11-22T09:15:04.000Z' },
    { given: '2026-11-22t10:15:04z', want: '2026-11-22T10:15:04.000Z' },
  ];
  for (const { given, want } of good) it(`reads ${given}`, () => expect(timeIn(paris, given)).toBe(want));

  const bad = ['', '90', '2026', 'yesterday', 'noon', '24:01', '09:60', '1:2', '2026-02-30', '2026-13-01'];
  const badStamps = [
    '2026-11-22T25:00:00Z',
    '2026-11-22T10:15:04+24:00',
    '2026-11-22T10:15:04 CET',
    '26-11-22',
    '0d',
  ];
  for (const given of [...bad, ...badStamps]) {
    it(`refuses ${JSON.stringify(given)}`, () => {
      expect(timeIn(paris, given)).toMatch(/^(not a time|there is no such time|zero)/);
    });
  }

  it('takes the latest 02:30 of the night that has two', () => {
    const afterBoth = Date.UTC(2026, 9, 25, 12) / 1000;
    const between = Date.UTC(2026, 9, 25, 1, 10) / 1000;
    expect(timeIn(paris, '02:30', afterBoth)).toBe('2026-10-25T01:30:00.000Z');
    expect(timeIn(paris, '02:30', between)).toBe('2026-10-25T00:30:00.000Z');
  });

  it('is never in the future for a time of day, whatever the zone', () => {
    const zones = fc.constantFrom('UTC', paris, 'Pacific/Apia', 'America/St_Johns', 'Asia/Kathmandu');
    const clocks = fc
      .tuple(fc.nat(23), fc.nat(59))
      .map((parts) => parts.map((part) => `${part}`.padStart(2, '0')).join(':'));
    const times = fc.integer({ min: 1_230_000_000, max: 2_000_000_000 });
    fc.assert(
      fc.property(zones, clocks, times, (zone, clock, at) => {
        const instant = parseTime(clock, at, zone);
        expect(instant).toBeLessThanOrEqual(at);
        expect(instant).toBeGreaterThan(at - 2 * 86_400);
      }),
    );
  });

  it('knows Samoa, which had no 30 December 2011', () => {
    expect(timeIn('Pacific/Apia', '09:00', Date.UTC(2011, 11, 30, 10, 30) / 1000)).toBe(
      '2011-12-29T19:00:00.000Z',
    );
  });
});
