import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, sortKey } from '../../src/relay/address.ts';
import { limitAddresses, type VisitPairs } from '../../src/relay/max-addresses-per-user.ts';
import { comparePairs, noon } from './table-model.ts';

const somePair = fc.record({
  address: fc.oneof(
    fc.nat(6).map((last): Address => `192.0.2.${last}`),
    fc.tuple(fc.nat(3), fc.nat(3)).map(([network, last]): Address => `2001:db8:0:${network}::${last + 1}`),
  ),
  user: fc.constantFrom('alice', 'Alice', 'bob', 'carol', 'É', 'é'),
  first: fc.integer({ min: noon - 5, max: noon }),
});
type SomePair = typeof somePair extends fc.Arbitrary<infer Value> ? Value : never;

/** An IPv4 address, or the /64 of an IPv6 one, which here is all but the last group. */
function placeOf(address: Address): string {
  return address.replace(/::\d$/, '::');
}

/** The places of a user that are over the limit, worked out by the book. */
function placesOver(pairs: readonly SomePair[], name: string, limit: number): Set<string> {
  const places = new Map<string, number>();
  for (const { address, user, first } of pairs) {
    if (user.toLowerCase() !== name) continue;
    const place = placeOf(address);
    places.set(place, Math.min(places.get(place) ?? first, first));
  }
  const sorted = [...places].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
  return new Set(sorted.slice(limit).map(([place]) => place));
}

describe('limitAddresses()', () => {
  it('says what counting by name says, however few counters there are', () => {
    const table = fc.uniqueArray(somePair, {
      maxLength: 40,
      size: 'max',
      selector: ({ address, user }) => `${address} ${user}`,
    });
    fc.assert(
      fc.property(
        table,
        fc.integer({ min: 0, max: 5 }),
        fc.constantFrom(1, 2, 1024),
        (given, limit, count) => {
          const pairs = [...given]
            .map((pair) => ({ ...pair, server: '', last: noon, logins: 1, sessions: [] }))
            .sort(comparePairs);
          const visitPairs: VisitPairs = (visit) => {
            for (const { address, user, first } of pairs) {
              visit(
                user,
                () => sortKey(address),
                () => first,
              );
            }
          };
          const { isOver } = limitAddresses(limit, visitPairs, undefined, count);
          for (const { address, user } of pairs) {
            const want = placesOver(pairs, user.toLowerCase(), limit).has(placeOf(address));
            expect(isOver(sortKey(address), () => user)).toBe(want);
          }
        },
      ),
    );
  });

  it('shows the pairs twice only where somebody may be over', () => {
    const passesOver = (addresses: readonly Address[]) => {
      let passes = 0;
      limitAddresses(2, (visit) => {
        passes++;
        for (const address of addresses) {
          visit(
            'alice',
            () => sortKey(address),
            () => noon,
          );
        }
      });
      return passes;
    };
    expect(passesOver(['192.0.2.1', '192.0.2.2'])).toBe(1);
    expect(passesOver(['192.0.2.1', '192.0.2.2', '192.0.2.3'])).toBe(2);
  });
});
