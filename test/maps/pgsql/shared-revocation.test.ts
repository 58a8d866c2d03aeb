import { describe, expect, it } from 'vitest';
import { foreignRevocations, isRevoked } from '../../../src/maps/pgsql/shared-revocation.ts';
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

describe('isRevoked', () => {
  for (const { address, user = 'bob', kind, what, want } of [
    { address: '198.51.100.1', kind: 'all', what: '*', want: true },
    { address: '198.51.100.1', user: 'Alice', kind: 'user', what: 'alice', want: true },
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
      const revocation = { kind, what, at: 0, until: 0, by: '' } as Revocation;
      expect(isRevoked(address, user, revocation)).toBe(want);
    });
  }
});
