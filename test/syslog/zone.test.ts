import { describe, expect, it } from 'vitest';
import { namedZone, systemZone } from '../../src/syslog/zone.ts';

const instants: readonly { zone: string; at: string; hours: number }[] = [
  { zone: 'Europe/Paris', at: '2026-11-22T12:00:00Z', hours: 1 },
  { zone: 'Europe/Paris', at: '2026-03-29T00:59:59Z', hours: 1 },
  { zone: 'Europe/Paris', at: '2026-03-29T01:00:00Z', hours: 2 },
  { zone: 'America/New_York', at: '2026-07-01T12:00:00Z', hours: -4 },
  { zone: 'Asia/Kathmandu', at: '2026-07-01T12:00:00Z', hours: 5.75 },
  { zone: 'Australia/Lord_Howe', at: '2026-01-01T12:00:00Z', hours: 11 },
  { zone: 'UTC', at: '2026-01-01T12:00:00Z', hours: 0 },
];

describe('namedZone()', () => {
  it.each(instants)('knows $zone at $at', ({ zone, at, hours }) => {
    expect(namedZone(zone)?.(Date.parse(at) / 1000)).toBe(hours * 3600);
  });

  it('knows no other names', () => {
    expect(namedZone('Europe/Pariss')).toBeUndefined();
    expect(namedZone('')).toBeUndefined();
  });

  it('asks again where the quarter of an hour is another', () => {
    const paris = namedZone('Europe/Paris');
    const change = Date.parse('2026-03-29T01:00:00Z') / 1000;
    expect([change - 1, change, change - 1, change + 86_400].map((at) => paris?.(at))).toEqual([
      3600, 7200, 3600, 7200,
    ]);
  });
});

describe('systemZone()', () => {
  it("is Date's", () => {
    const zone = systemZone();
    for (const month of [0, 3, 6, 9]) {
      const date = new Date(2026, month, 1, 12);
      expect(zone(date.getTime() / 1000)).toBe(-60 * date.getTimezoneOffset());
    }
  });
});
