import { describe, expect, it } from 'vitest';
import { addDelays, type DelaysByHour, delaysInDay } from '../../src/state/publication-delays.ts';

const hour = 3600;
const noon = Date.parse('2026-11-22T12:00:00Z') / 1000;

describe('publication delays', () => {
  it('have the median and the worst of a day', () => {
    let delays: DelaysByHour = {};
    delays = addDelays(delays, [noon - 1, noon - 2], noon);
    delays = addDelays(delays, [noon + 10], noon + 10.84);
    delays = addDelays(delays, [noon + hour], noon + hour + 57.6);
    delays = addDelays(delays, [noon + hour], noon + hour + 0.5);
    expect(delaysInDay(delays, noon + hour + 60)).toEqual({ logins: 5, median: 1, worst: 58 });
  });

  it('forget what is older than a day, and know nothing where nothing was published', () => {
    const delays = addDelays({}, [noon - 300], noon);
    expect(delaysInDay(delays, noon + 23 * hour)).toMatchObject({ worst: 300 });
    expect(delaysInDay(delays, noon + 24 * hour)).toBeUndefined();
    expect(addDelays(delays, [noon + 24 * hour], noon + 24 * hour)).toEqual({
      [(noon + 24 * hour) / hour]: { 0: 1 },
    });
    expect(addDelays(delays, [], noon)).toBe(delays);
    expect(delaysInDay(undefined, noon)).toBeUndefined();
  });

  it('tell few values apart, however long a login waited, and take a stamp ahead of the clock for no wait', () => {
    const waits = Array.from({ length: 5000 }, (_, second) => noon - second);
    const [counts] = Object.values(addDelays({}, [...waits, noon + 5], noon));
    expect(Object.keys(counts ?? {}).length).toBeLessThan(210);
    expect(delaysInDay(addDelays({}, [noon + 5], noon), noon)).toEqual({ logins: 1, median: 0, worst: 0 });
  });
});
