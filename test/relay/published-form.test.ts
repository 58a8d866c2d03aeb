import { describe, expect, it } from 'vitest';
import { publishedForms } from '../../src/relay/published-form.ts';
import { indexRevocations } from '../../src/relay/revocation.ts';
import { admitting, ignoring, namedNetworks, noon, openPolicy } from './table-model.ts';

const revoked = (what: string, until: number) =>
  indexRevocations([{ kind: 'network', what, at: noon - 60, until, by: 'root' }]);

describe('publishedForms()', () => {
  it.each([
    { name: 'nothing', policy: {}, want: '2001:db8::/64' },
    {
      name: 'an address elsewhere',
      policy: { admission: ignoring('2001:db8:1::99') },
      want: '2001:db8::/64',
    },
    { name: 'an IPv4 network', policy: { admission: ignoring('0.0.0.0/0') }, want: '2001:db8::/64' },
    { name: 'an ignored neighbour', policy: { admission: ignoring('2001:db8::99') }, want: '2001:db8::5' },
    {
      name: 'an ignored network in it',
      policy: { admission: ignoring('2001:db8::8:0/112') },
      want: '2001:db8::5',
    },
    { name: 'an own address', policy: { ownAddresses: new Set(['2001:db8::1']) }, want: '2001:db8::5' },
    {
      name: 'a refused neighbour',
      policy: { voidUntil: revoked('2001:db8::98', noon + 60) },
      want: '2001:db8::5',
    },
    {
      name: 'a refusal that is over',
      policy: { voidUntil: revoked('2001:db8::98', noon) },
      want: '2001:db8::/64',
    },
    {
      name: 'what is outside of the only network',
      policy: { admission: admitting({ only: namedNetworks('2001:db8::/72') }) },
      want: '2001:db8::5',
    },
    {
      name: 'others of the only network',
      policy: { admission: admitting({ only: namedNetworks('192.0.2.0/24', '2001:db8::/48') }) },
      want: '2001:db8::/64',
    },
  ])('U03 names $want for an address beside $name', ({ policy, want }) => {
    expect(publishedForms({ ...openPolicy, ...policy }, 64)('2001:db8::5')).toBe(want);
  });

  it('names an IPv4 address, and any with a prefix of 128, itself', () => {
    expect(publishedForms(openPolicy, 64)('192.0.2.1')).toBe('192.0.2.1');
    expect(publishedForms(openPolicy, 128)('2001:db8::5')).toBe('2001:db8::5');
  });
});
