import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNetwork, type Network, overlap, parseNetwork } from '../../src/relay/network.ts';
import { publishedForms } from '../../src/relay/published-form.ts';
import { indexRevocations } from '../../src/relay/revocation.ts';
import { noon, openPolicy } from './table-model.ts';

function networkOf(text: string): Network {
  const network = parseNetwork(text);
  if (!isNetwork(network)) throw new Error(text);
  return network;
}

const ignoring = (text: string) => [{ network: networkOf(text), origin: 'exact.conf:1' }];
const revoked = (what: string, until: number) =>
  indexRevocations([{ kind: 'network', what, at: noon - 60, until, by: 'root' }]);

describe('publishedForms()', () => {
  it.each([
    { name: 'nothing', policy: {}, want: '2001:db8::/64' },
    { name: 'an address elsewhere', policy: { ignore: ignoring('2001:db8:1::99') }, want: '2001:db8::/64' },
    { name: 'an IPv4 network', policy: { ignore: ignoring('0.0.0.0/0') }, want: '2001:db8::/64' },
    { name: 'an ignored neighbour', policy: { ignore: ignoring('2001:db8::99') }, want: '2001:db8::5' },
    {
      name: 'an ignored network in it',
      policy: { ignore: ignoring('2001:db8::8:0/112') },
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
  ])('U03 names $want for an address beside $name', ({ policy, want }) => {
    expect(publishedForms({ ...openPolicy, ...policy }, 64)('2001:db8::5')).toBe(want);
  });

  it('names an IPv4 address, and any with a prefix of 128, itself', () => {
    expect(publishedForms(openPolicy, 64)('192.0.2.1')).toBe('192.0.2.1');
    expect(publishedForms(openPolicy, 128)('2001:db8::5')).toBe('2001:db8::5');
  });
});

describe('overlap()', () => {
  it('holds where an address is in both', () => {
    // The last byte of an address in it, and how many of its bits are fixed.
    const someNetwork = fc.record({ last: fc.nat(255), fixed: fc.integer({ min: 0, max: 8 }) });
    type SomeNetwork = typeof someNetwork extends fc.Arbitrary<infer Value> ? Value : never;
    const holds = ({ last, fixed }: SomeNetwork, byte: number) => last >> (8 - fixed) === byte >> (8 - fixed);
    const parsed = ({ last, fixed }: SomeNetwork) => networkOf(`192.0.2.${last}/${24 + fixed}`);
    fc.assert(
      fc.property(someNetwork, someNetwork, (a, b) => {
        const isShared = [...Array(256).keys()].some((byte) => holds(a, byte) && holds(b, byte));
        expect(overlap(parsed(a), parsed(b))).toBe(isShared);
      }),
    );
  });
});
