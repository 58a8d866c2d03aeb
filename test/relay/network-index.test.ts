import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, type Network } from '../../src/relay/network.ts';
import { indexNetworks } from '../../src/relay/network-index.ts';
import { indexRevocations, type Revocation, voidUpTo } from '../../src/relay/revocation.ts';
import { runsOf } from '../seeds.ts';
import { namedNetworks, noon } from './table-model.ts';

/** Addresses that differ in few bits, at places where networks of any length end. */
const someAddress = fc.oneof(
  fc
    .tuple(fc.constantFrom(0, 127, 128, 192), fc.nat(3), fc.nat(255))
    .map(([first, middle, last]) => `${first + 1}.${middle * 64}.2.${last}`),
  fc
    .tuple(fc.constantFrom('2001:db8', '2001:db9', '3fff:0'), fc.nat(2), fc.nat(9))
    .map(([start, middle, last]) => (last === 0 ? `${start}:${middle}::` : `${start}:${middle}::${last}`))
    .filter((text) => !text.includes(':0::')),
);
const someNetwork = fc
  .tuple(someAddress, fc.nat(128))
  .map(([address, bits]) => `${address}/${address.includes(':') ? bits : bits % 33}`)
  .map((text) => namedNetworks(text)[0]?.network as Network);
const someNetworks = fc.array(someNetwork, { maxLength: 30, size: 'max' });

describe('indexNetworks()', () => {
  it('finds the first entry that a loop over all of them finds', () => {
    fc.assert(
      fc.property(someNetworks, fc.array(someAddress), (networks, addresses) => {
        const find = indexNetworks(networks, (network) => network);
        for (const address of addresses) {
          expect(find(address)).toBe(networks.find((network) => contains(network, address)));
        }
      }),
      { numRuns: runsOf(1000) },
    );
  });

  it('looks at none of the networks for an address, however many there are', () => {
    const texts = Array.from({ length: 20_000 }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`);
    let looks = 0;
    const counted = namedNetworks(...texts).map(({ network }) => {
      const count = (target: Network, name: string | symbol) => {
        looks++;
        return Reflect.get(target, name);
      };
      return new Proxy(network, { get: count });
    });
    const find = indexNetworks(counted, (network) => network);
    looks = 0;
    for (let last = 0; last < 256; last++) {
      expect(find(`192.0.2.${last}`)).toBeUndefined();
      expect(find(`10.77.0.${last}`)).toBe(counted[77 * 256]);
    }
    expect(looks).toBe(0);
  });
});

describe('indexRevocations()', () => {
  it('finds the one that reaches furthest of those that a loop over all of them finds, the first of equals', () => {
    const someRevocation: fc.Arbitrary<Revocation> = fc
      .oneof(
        fc.tuple(fc.constant('network' as const), fc.oneof(someNetwork.map(({ text }) => text))),
        fc.tuple(fc.constant('user' as const), fc.constantFrom('alice', 'bob')),
        fc.tuple(fc.constant('all' as const), fc.constant('*')),
      )
      .chain(([kind, what]) =>
        fc
          .tuple(fc.nat(3), fc.nat(3))
          .map(([at, more]) => ({ kind, what, at: noon + at, until: noon + at + more, by: 'root' })),
      );
    const ofAddress = ({ kind, what }: Revocation, address: string) =>
      kind === 'network' && contains(namedNetworks(what)[0]?.network as Network, address);
    fc.assert(
      fc.property(fc.array(someRevocation, { maxLength: 12 }), someAddress, (revocations, address) => {
        const found = indexRevocations(revocations)(address, 'Alice');
        const covering = revocations.filter(
          (one) => one.kind === 'all' || one.what === 'alice' || ofAddress(one, address),
        );
        const furthest = Math.max(...covering.map(voidUpTo));
        if (covering.length === 0) expect(found).toBeUndefined();
        else expect(covering.filter((one) => voidUpTo(one) === furthest)).toContain(found);
      }),
      { numRuns: runsOf(1000) },
    );
  });
});
