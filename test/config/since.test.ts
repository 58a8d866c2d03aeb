import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf } from '../../src/config/since.ts';
import { ExitStatus } from '../../src/exit-status.ts';
import { Invocation, type World } from '../../src/host/invocation.ts';
import { Failure } from '../../src/problem.ts';

const world: World = {
  env: {},
  clock: () => 0,
  stdin: Readable.from([]),
  stdout: { isTerminal: false, columns: undefined, write: () => {}, writeBytes: () => {}, flush: () => {} },
  tell: () => {},
};

/** 10:15:04 in Paris. */
const now = Date.UTC(2026, 10, 22, 9, 15, 4) / 1000;
const paris = 'Europe/Paris';

/** The instant that an option of this value names in a call at a time, or why there is none. */
function timeOf(option: 'since' | 'until' | 'for', text: string, zone: string, at = now): number | string {
  const call = { operands: [], options: { [option]: text } };
  const invocation = new Invocation<typeof option>(call, { ...world, clock: () => at * 1000 });
  try {
    return instantOf(invocation, option, zone) ?? 'not given';
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    expect(error.problem).toMatchObject({ status: ExitStatus.usage, where: `--${option}` });
    return error.problem.what;
  }
}

function timeIn(zone: string, text: string, at = now): string {
  const instant = timeOf('since', text, zone, at);
  return typeof instant === 'number' ? new Date(instant * 1000).toISOString() : instant;
}

describe('instantOf()', () => {
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
    { given: 'now', want: '2026-11-22T09:15:04.000Z' },
    { given: 'today', want: '2026-11-21T23:00:00.000Z' },
    { given: 'yesterday', want: '2026-11-20T23:00:00.000Z' },
    { given: '-1h', want: '2026-11-22T08:15:04.000Z' },
    { given: '1w', want: '2026-11-15T09:15:04.000Z' },
    { given: '1 week ago', want: '2026-11-15T09:15:04.000Z' },
    { given: '2 days ago', want: '2026-11-20T09:15:04.000Z' },
    { given: '1h 30min', want: '2026-11-22T07:45:04.000Z' },
    { given: '-1h30m', want: '2026-11-22T07:45:04.000Z' },
    { given: '2026-11-22t10:15:04z', want: '2026-11-22T10:15:04.000Z' },
  ];
  for (const { given, want } of good) it(`reads ${given}`, () => expect(timeIn(paris, given)).toBe(want));

  const bad = [
    '',
    '90',
    '2026',
    '-90',
    '90 ago',
    '1 fortnight ago',
    'tomorrow',
    'noon',
    '24:01',
    '09:60',
    '1:2',
    '2026-02-30',
    '2026-13-01',
  ];
  const badStamps = [
    '2026-11-22T25:00:00Z',
    '2026-11-22T10:15:04+24:00',
    '2026-11-22T10:15:04 CET',
    '2026-11-22T10:15:04CET',
    '26-11-22',
    '0d',
  ];
  for (const given of [...bad, ...badStamps]) {
    it(`refuses ${JSON.stringify(given)}`, () => {
      expect(timeIn(paris, given)).toMatch(
        /^'.*' is (not a time|not a duration|not a date or time that|zero|without a unit)/,
      );
    });
  }

  it.each(['9 o clock', '10 fortnights ago', '5x'])('says of %s what a time looks like', (given) => {
    expect(timeIn(paris, given)).toMatch(/ is not a time, such as 2h \(ago\), 09:00, /);
  });

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
        const instant = timeOf('since', clock, zone, at);
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

  it('reads --until as it reads --since, and --for as so long from now', () => {
    expect(timeOf('until', '09:00', paris)).toBe(Date.UTC(2026, 10, 22, 8) / 1000);
    expect(timeOf('for', '24h', paris)).toBe(now + 86_400);
    expect(timeOf('for', '1w', paris)).toBe(now + 7 * 86_400);
    expect(timeOf('for', '2 days', paris)).toBe(now + 2 * 86_400);
    expect(timeOf('for', '24', paris)).toBe("'24' is without a unit; write 24h, 24m or 24s");
    expect(timeOf('for', '40000d', paris)).toBe("'40000d' is longer than a hundred years");
    expect(timeOf('for', '09:00', paris)).toMatch(/^'09:00' is not a duration/);
  });

  it('begins a day of Cairo where its clocks go forward at midnight', () => {
    const noon = Date.UTC(2026, 3, 24, 10) / 1000;
    expect(timeIn('Africa/Cairo', 'today', noon)).toBe('2026-04-23T22:00:00.000Z');
    expect(timeIn('Africa/Cairo', '2026-04-24', noon)).toBe('2026-04-23T22:00:00.000Z');
  });

  it('is undefined for an option that is not given', () => {
    const invocation = new Invocation<'since'>({ operands: [], options: {} }, world);
    expect(instantOf(invocation, 'since', paris)).toBeUndefined();
  });
});
