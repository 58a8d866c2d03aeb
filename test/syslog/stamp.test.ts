import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStampReader } from '../../src/syslog/stamp.ts';
import { namedZone, utc, type Zone } from '../../src/syslog/zone.ts';
import { runsOf } from '../seeds.ts';

const paris = zoneOf('Europe/Paris');

function zoneOf(name: string): Zone {
  const zone = namedZone(name);
  if (zone === undefined) throw new Error(name);
  return zone;
}

function at(text: string): number {
  return Date.parse(text) / 1000;
}

const now = '2026-11-22T12:00:00Z';

const cases: readonly { name: string; stamp: string; zone?: Zone; now?: string; want: string | undefined }[] =
  [
    { name: 'the year of now', stamp: 'Nov 22 10:04:26', want: '2026-11-22T10:04:26Z' },
    { name: 'local time', stamp: 'Nov 22 10:04:26', zone: paris, want: '2026-11-22T09:04:26Z' },
    { name: 'a padded day', stamp: 'Nov  2 10:04:26', want: '2026-11-02T10:04:26Z' },
    { name: 'a fraction, cut off', stamp: 'Nov 22 10:04:26.999', want: '2026-11-22T10:04:26Z' },
    {
      name: 'T01: December read in January',
      stamp: 'Dec 31 23:59:50',
      now: '2027-01-01T00:00:10Z',
      want: '2026-12-31T23:59:50Z',
    },
    {
      name: 'T02: January read in December, by a clock that is behind',
      stamp: 'Jan  1 00:00:05',
      now: '2026-12-31T23:58:00Z',
      want: '2027-01-01T00:00:05Z',
    },
    { name: 'a day ahead is this year', stamp: 'Nov 23 12:00:00', want: '2026-11-23T12:00:00Z' },
    { name: 'more than a day ahead is last year', stamp: 'Nov 23 12:00:01', want: '2025-11-23T12:00:01Z' },
    {
      name: 'T03: 29 February in its year',
      stamp: 'Feb 29 10:00:00',
      now: '2028-03-01T10:00:00Z',
      want: '2028-02-29T10:00:00Z',
    },
    {
      name: 'T03: 29 February in a year without',
      stamp: 'Feb 29 10:00:00',
      now: '2027-03-01T10:00:00Z',
      want: '2024-02-29T10:00:00Z',
    },
    {
      name: 'T04: the hour that spring leaves out',
      stamp: 'Mar 29 02:30:00',
      zone: paris,
      now: '2026-03-29T02:00:00Z',
      want: '2026-03-29T01:30:00Z',
    },
    {
      name: 'T05: the autumn hour, the second time',
      stamp: 'Oct 25 02:30:00',
      zone: paris,
      now: '2026-10-25T01:30:30Z',
      want: '2026-10-25T01:30:00Z',
    },
    {
      name: 'T05: the autumn hour, the first time',
      stamp: 'Oct 25 02:30:00',
      zone: paris,
      now: '2026-10-25T00:30:30Z',
      want: '2026-10-25T00:30:00Z',
    },
    {
      name: 'T05: the autumn hour, a clock a little behind',
      stamp: 'Oct 25 02:30:00',
      zone: paris,
      now: '2026-10-25T00:29:50Z',
      want: '2026-10-25T00:30:00Z',
    },
    { name: 'a year before the time', stamp: 'Nov 22 2025 10:04:26', want: '2025-11-22T10:04:26Z' },
    {
      name: 'T06: RFC 3339',
      stamp: '2026-11-22T10:15:04.007951+00:00',
      zone: paris,
      want: '2026-11-22T10:15:04Z',
    },
    {
      name: 'T06: without a fraction, Z',
      stamp: '2026-11-22T10:15:04Z',
      zone: paris,
      want: '2026-11-22T10:15:04Z',
    },
    { name: 'T06: small letters', stamp: '2026-11-22t10:15:04z', zone: paris, want: '2026-11-22T10:15:04Z' },
    {
      name: 'T06: nine digits, an offset without a colon',
      stamp: '2026-11-22T10:15:04.123456789+0130',
      want: '2026-11-22T08:45:04Z',
    },
    { name: 'T06: west', stamp: '2026-11-22T10:15:04-05:00', want: '2026-11-22T15:15:04Z' },
    {
      name: 'ISO 8601 in local time',
      stamp: '2026-11-22 10:15:04',
      zone: paris,
      want: '2026-11-22T09:15:04Z',
    },
    {
      name: 'a blank before the zone',
      stamp: '2026-11-22 10:15:04 -0500',
      zone: paris,
      want: '2026-11-22T15:15:04Z',
    },
    { name: "log4j's", stamp: '2026-11-22 10:15:04,505', zone: paris, want: '2026-11-22T09:15:04Z' },
    { name: 'T14: a leap second is the next', stamp: '2026-12-31T23:59:60Z', want: '2027-01-01T00:00:00Z' },
    { name: 'T14: 24:00:00', stamp: '2026-11-22T24:00:00Z', want: '2026-11-23T00:00:00Z' },
    { name: 'T14: after 24:00:00', stamp: '2026-11-22T24:00:01Z', want: undefined },
    { name: 'T06: month 13', stamp: '2026-13-22T10:15:04Z', want: undefined },
    { name: 'T06: hour 120', stamp: '2026-11-22T120:15:04Z', want: undefined },
    { name: 'hour 25', stamp: 'Nov 22 25:04:26', want: undefined },
    { name: 'second 61', stamp: 'Nov 22 10:04:61', want: undefined },
    { name: '31 November', stamp: 'Nov 31 10:04:26', want: undefined },
    { name: 'day 0', stamp: 'Nov  0 10:04:26', want: undefined },
    { name: 'T15: a month in small letters', stamp: 'nov 22 10:04:26', want: undefined },
    { name: 'T15: a month of another language', stamp: 'Okt 22 10:04:26', want: undefined },
    { name: 'an offset of more than a day', stamp: '2026-11-22T10:15:04+24:00', want: undefined },
    { name: 'nothing', stamp: '', want: undefined },
  ];

describe('createStampReader()', () => {
  it.each(cases)('reads $name', ({ stamp, zone = utc, now: written = now, want }) => {
    const seconds = createStampReader(zone).read(stamp, at(written));
    expect(seconds).toBe(want === undefined ? undefined : at(want));
  });

  it('takes the year by when each line was written', () => {
    const reader = createStampReader(utc);
    const years = ['2026-11-22T12:00:00Z', '2024-11-22T12:00:00Z', '2026-11-22T12:00:00Z'].map((written) =>
      new Date((reader.read('Nov 20 10:00:00', at(written)) ?? 0) * 1000).getUTCFullYear(),
    );
    expect(years).toEqual([2026, 2024, 2026]);
  });

  describe('around changes of offset and year', () => {
    const zones = ['Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'].map(zoneOf);
    const around = fc.constantFrom(
      at('2026-10-25T01:00:00Z'),
      at('2026-03-29T01:00:00Z'),
      at('2027-01-01T00:00:00Z'),
      at('2026-04-04T15:00:00Z'),
    );
    const offset = fc.integer({ min: -4000, max: 4000 });
    const form = fc.constantFrom(
      (date: string) =>
        `${['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][Number(date.slice(5, 7)) - 1]} ${date.slice(8, 10)} ${date.slice(11, 19)}`,
      (date: string) => date.slice(0, 19).replace('T', ' '),
      (date: string) => `${date.slice(0, 19)}.123+02:00`,
    );

    it('gives each of a series of stamps what it would give it alone', () => {
      const series = fc.array(offset, { minLength: 2, maxLength: 20 });
      fc.assert(
        fc.property(fc.constantFrom(...zones), around, series, form, (zone, middle, offsets, write) => {
          const reader = createStampReader(zone);
          for (const offset of offsets) {
            const stamp = write(new Date((middle + offset) * 1000).toISOString());
            expect(reader.read(stamp, middle)).toBe(createStampReader(zone).read(stamp, middle));
          }
        }),
      );
    });

    it('knows an hour only where each of its minutes is as late as it says', () => {
      const days = fc.constantFrom(0, 0, 86_400, -86_400);
      fc.assert(
        fc.property(
          fc.constantFrom(...zones),
          around,
          offset,
          fc.tuple(offset, days),
          form,
          (zone, middle, offset, [later, day], write) => {
            const reader = createStampReader(zone);
            const local = new Date((middle + zone(middle) + offset) * 1000).toISOString();
            const written = middle + later + day;
            const hour = reader.hourOf(write(local), written);
            for (let minute = 0; hour !== undefined && minute < 60; minute++) {
              const stamp = write(local.replace(/:\d\d:/, `:${String(minute).padStart(2, '0')}:`));
              expect(reader.minuteOf(stamp, written)).toBe(hour + minute * 60);
            }
          },
        ),
        { numRuns: runsOf(1000) },
      );
    });

    it('knows no hour that is read in two ways, and none of another form', () => {
      const hourOf = (stamp: string, written: string, zone = utc) =>
        createStampReader(zone).hourOf(stamp, at(written));
      expect(hourOf('Nov 22 10:04:26', '2026-11-22T12:00:00Z')).toBe(at('2026-11-22T10:00:00Z'));
      expect(hourOf('2026-11-22T10:04:26.5+05:45', now)).toBe(at('2026-11-22T04:15:00Z'));
      // From 02:00 the clock goes back to 01:30: until when is 01:40 the first one?
      const fall = ['2026-04-04T15:05:00Z', '2026-04-04T15:45:00Z'].map((written) =>
        hourOf('Apr  5 01:40:00', written, zoneOf('Australia/Lord_Howe')),
      );
      expect(fall).toEqual([undefined, undefined]);
      for (const stamp of [
        '',
        'Nov 22 24:00:00',
        '2026-11-22T24:00:00Z',
        'Nov 22 10:64:26',
        '@400000005fba5a',
      ]) {
        expect(hourOf(stamp, now)).toBeUndefined();
      }
    });
  });

  it('throws on no text', () => {
    const parts = fc.constantFrom(
      'Nov',
      ' ',
      '22',
      '10:04:26',
      '2026',
      '-',
      'T',
      '.5',
      '+01:00',
      'Z',
      ':',
      '99',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(parts).map((all) => all.join('')),
    );
    fc.assert(fc.property(text, (stamp) => void createStampReader(utc).read(stamp, at(now))));
  });
});
