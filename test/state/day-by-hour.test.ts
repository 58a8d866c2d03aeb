import { describe, expect, it } from 'vitest';
import { noRun } from '../../src/state/cursors-file.ts';
import { addAddresses, addLogins, dayByHour } from '../../src/state/day-by-hour.ts';

const hour = 3600;
const noon = Date.parse('2026-11-22T12:00:00Z') / 1000;
const left = (time: number, published: number) => ({ ...noRun, lastRun: { time, status: 0 }, published });

describe('logins by hour', () => {
  it('are added to those of the same hour, and forgotten after a day', () => {
    let logins = addLogins({}, 2, noon);
    logins = addLogins(logins, 3, noon + hour - 1);
    logins = addLogins(logins, 4, noon + hour);
    expect(logins).toEqual({ [noon / hour]: 5, [noon / hour + 1]: 4 });
    expect(addLogins(logins, 0, noon + 30 * hour)).toBe(logins);
    expect(addLogins(logins, 1, noon + 24 * hour)).toEqual({ [noon / hour + 1]: 4, [noon / hour + 24]: 1 });
  });
});

describe('addresses by hour', () => {
  it('are the most of the hour, those that the run before had left among them', () => {
    const first = addAddresses(noRun, 3, noon);
    expect(first).toEqual({ [noon / hour]: 3 });
    const second = addAddresses({ ...left(noon, 3), addressesByHour: first }, 9, noon + 60);
    const third = addAddresses({ ...left(noon + 60, 9), addressesByHour: second }, 2, noon + hour + 60);
    expect(third).toEqual({ [noon / hour]: 9, [noon / hour + 1]: 9 });
    const fourth = addAddresses({ ...left(noon + hour + 60, 2), addressesByHour: third }, 1, noon + 2 * hour);
    expect(fourth).toEqual({ [noon / hour]: 9, [noon / hour + 1]: 9, [noon / hour + 2]: 2 });
  });

  it('stay where no run was made, for a day at most, and are few whatever the clock does', () => {
    const since = addAddresses(left(noon, 4), 0, noon + 3 * hour);
    expect(Object.values(since)).toEqual([4, 4, 4, 4]);
    expect(Object.keys(addAddresses(left(noon, 4), 0, noon + 9000 * hour))).toHaveLength(24);
    expect(addAddresses({ ...left(noon, 4), addressesByHour: since }, 1, noon - hour)).toEqual({
      [noon / hour - 1]: 1,
    });
  });
});

describe('dayByHour()', () => {
  it('has 24 hours, the oldest first, and says where nothing is known', () => {
    const day = dayByHour(noRun, noon + 100);
    expect(day).toHaveLength(24);
    expect(day.at(-1)).toEqual({ begins: noon, logins: 0, refused: 0, addresses: undefined });
    expect(day[0]?.begins).toBe(noon - 23 * hour);
  });

  it('joins what was counted, and knows that addresses stay until the next run', () => {
    const saved = {
      ...left(noon, 4),
      loginsByHour: { [noon / hour]: 7 },
      refusedByHour: { [noon / hour]: { loopback: 2, ignored: 1 } },
      addressesByHour: { [noon / hour]: 6, [noon / hour - 24]: 80 },
    };
    const day = dayByHour(saved, noon + hour + 1);
    expect(day.slice(-2)).toEqual([
      { begins: noon, logins: 7, refused: 3, addresses: 6 },
      { begins: noon + hour, logins: 0, refused: 0, addresses: 4 },
    ]);
    expect(day.filter(({ addresses }) => addresses === 80)).toEqual([]);
  });
});
