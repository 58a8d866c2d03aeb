import { describe, expect, it } from 'vitest';
import {
  foreignRevocations,
  knownAfter,
  newsIn,
  type SharedRevocation,
  subjectsIndex,
  takenBack,
} from '../../../src/maps/shared/shared-revocation.ts';
import { indexRevocations, type Revocation } from '../../../src/relay/revocation.ts';

describe('foreignRevocations', () => {
  const row = { kind: 'user', what: 'alice', source: 'mx2', at: 1000.25, until: 4600.25, who: 'root' };

  it('counts by the clock of this host, which may go before or after that of the database', () => {
    const known = (skew: number) => foreignRevocations({ revocations: [row], skew })[0];
    expect(known(0)).toEqual({ kind: 'user', what: 'alice', at: 1001, until: 4601, by: 'root on mx2' });
    expect(known(-300.5)).toMatchObject({ at: 700, until: 4300 });
    expect(known(300)).toMatchObject({ at: 1301, until: 4901 });
  });

  it('knows names again that were escaped, and leaves out kinds of a later version', () => {
    const revocations = [
      { ...row, what: 'a\\x09b' },
      { ...row, kind: 'country', what: 'XX' },
    ];
    const index = indexRevocations(foreignRevocations({ revocations, skew: 0 }));
    expect(index('192.0.2.1', 'A\tB')).toBeDefined();
    expect(index('192.0.2.1', 'alice')).toBeUndefined();
  });
});

describe('what a host knows of others', () => {
  const row: SharedRevocation = { kind: 'user', what: 'a', source: 'x', at: 100, until: 200, who: 'root' };
  const past = { forgets: () => false };

  it('is what the table says, and what is new in it may have ended rows', () => {
    const undone = { ...row, until: 150 };
    const after = knownAfter([row], [undone], { ...past, wentBack: false });
    expect(after).toEqual([undone]);
    expect(newsIn([row], after)).toEqual([undone]);
    expect(newsIn(after, after)).toEqual([]);
    expect(knownAfter([row], [], { ...past, wentBack: false })).toEqual([]);
  });

  it('outlives a database that goes back, until its host says something else', () => {
    const older = { ...row, at: 50, until: 60 };
    for (const read of [[], [older]]) {
      const kept = knownAfter([row], read, { ...past, wentBack: true });
      expect(kept).toMatchObject([row]);
      const still = knownAfter(kept, read, { ...past, wentBack: false });
      expect(still).toMatchObject([row]);
      const undone = { ...row, until: 150 };
      expect(knownAfter(still, [undone], { ...past, wentBack: false })).toEqual([undone]);
      expect(knownAfter(still, read, { forgets: () => true, wentBack: false })).toEqual(read);
    }
  });
});

describe('takenBack', () => {
  const own: Revocation = { kind: 'user', what: 'alice', at: 1000, until: 1000, by: 'root' };
  const row = { kind: 'user', what: 'alice', source: 'mx', at: 1100.5, until: 4600.5, who: 'admin' };

  it('gives back what was lost, and narrows nothing', () => {
    expect(takenBack([], [row], 0)).toEqual([{ ...own, at: 1101, until: 4601, by: 'admin' }]);
    expect(takenBack([own], [row], 0)).toMatchObject([{ at: 1101, until: 4601 }]);
    const further = [{ ...own, until: 9000 }];
    expect(takenBack(further, [row], 0)).toBe(further);
    expect(takenBack([{ ...own, at: 1100, until: 4600 }], [row], 0)).toMatchObject([{ until: 4600 }]);
  });
});

describe('subjectsIndex', () => {
  for (const { address, user = 'bob', kind, what, want } of [
    { address: '198.51.100.1', kind: 'all', what: '*', want: true },
    { address: '198.51.100.1', user: 'Alice', kind: 'user', what: 'alice', want: true },
    {
      address: '198.51.100.1',
      user: `A${'x'.repeat(400)}`,
      kind: 'user',
      what: `a${'x'.repeat(400)}`,
      want: true,
    },
    { address: '198.51.100.1', user: 'alice2', kind: 'user', what: 'alice', want: false },
    { address: '198.51.100.1', kind: 'network', what: '198.51.100.1', want: true },
    { address: '198.51.100.10', kind: 'network', what: '198.51.100.1', want: false },
    { address: '198.51.100.1', kind: 'network', what: '198.51.100.0/24', want: true },
    { address: '198.51.101.1', kind: 'network', what: '198.51.100.0/24', want: false },
    { address: '2001:db8:7::/64', kind: 'network', what: '2001:db8:7::1', want: true },
    { address: '2001:db8:7::/64', kind: 'network', what: '2001:db8::/32', want: true },
    { address: '2001:db8:7::/64', kind: 'network', what: '2001:db8:8::1', want: false },
    { address: '2001:db8:7::1', kind: 'network', what: '198.51.100.0/24', want: false },
  ]) {
    it(`${what} ${want ? 'takes' : 'leaves'} ${address} of ${user}`, () => {
      expect(subjectsIndex([{ kind, what }])(address, user)).toBe(want);
      expect(subjectsIndex([])(address, user)).toBe(false);
    });
  }
});
