import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortKey } from '../../src/relay/address.ts';
import type { Login } from '../../src/relay/login.ts';
import { placeOf, type VisitPairs } from '../../src/relay/max-addresses-per-user.ts';
import { foldUser, type Pair } from '../../src/relay/pair.ts';
import { makeRoom } from '../../src/relay/room.ts';
import { runsOf } from '../seeds.ts';
import { comparePairs, loginOf, mergeLogins, noon, openPolicy } from './table-model.ts';

const from = (user: string, address: string, time = noon) => loginOf({ user, address, time });
/** Logins of a user from so many IPv4 addresses, one a second, the last one at noon. */
const many = (user: string, count: number) =>
  Array.from({ length: count }, (_, index) => from(user, `203.0.113.${index}`, noon - count + index + 1));

describe('merge() with max-entries', () => {
  const usersOf = ({ pairs }: { readonly pairs: readonly Pair[] }) => pairs.map(({ user }) => user);

  it('takes a user who has none in a full table, and the one with most gives way, the newest address first', () => {
    const full = mergeLogins([], many('mallory', 5), undefined, { maxEntries: 5 });
    const merged = mergeLogins(full.pairs, [from('alice', '192.0.2.1')], undefined, { maxEntries: 5 });
    expect(usersOf(merged)).toEqual(['alice', 'mallory', 'mallory', 'mallory', 'mallory']);
    expect(merged.published).not.toContain('203.0.113.4');
    expect(merged.outcomes).toEqual(['added 192.0.2.1 alice', 'refused 203.0.113.4 mallory']);
  });

  it('lets nobody fill the table from one IPv6 network', () => {
    const addresses = Array.from({ length: 9 }, (_, index) => `2001:db8::${(9 - index).toString(16)}`);
    const attack = addresses.map((address, index) => from('mallory', address, noon - 9 + index));
    const full = mergeLogins([], attack, undefined, { maxEntries: 5 });
    const others = [from('alice', '2001:db8:1::1'), from('bob', '2001:db8::aa'), from('bob', '192.0.2.7')];
    const merged = mergeLogins(full.pairs, others, undefined, { maxEntries: 5 });
    expect(usersOf(merged).sort()).toEqual(['alice', 'bob', 'bob', 'mallory', 'mallory']);
  });

  it('has a user keep one address of each network before a second one of any', () => {
    const one = ['2001:db8:1::1', '2001:db8:1::2', '2001:db8:1::3'].map((address, index) =>
      from('mallory', address, noon - 9 + index),
    );
    const others = [from('mallory', '2001:db8:2::1'), from('mallory', '192.0.2.9')];
    const merged = mergeLogins([], [...one, ...others], undefined, { maxEntries: 3 });
    expect(merged.published).toEqual(['192.0.2.9', '2001:db8:1::1', '2001:db8:2::1']);
  });

  it('takes nothing from a table without a new login, though it holds too many', () => {
    const { pairs } = mergeLogins([], many('mallory', 5));
    const merged = mergeLogins(pairs, [from('mallory', '203.0.113.0')], undefined, { maxEntries: 2 });
    expect(merged.pairs).toHaveLength(5);
  });

  it('has room again when others have expired', () => {
    const { pairs } = mergeLogins([], [from('bob', '192.0.2.1', noon - 1799), from('carol', '192.0.2.2')]);
    const later = mergeLogins(pairs, [from('alice', '192.0.2.3')], policyAt(noon + 1), { maxEntries: 2 });
    expect(later.published).toEqual(['192.0.2.2', '192.0.2.3']);
  });
});

function policyAt(now: number) {
  return { ...openPolicy, now };
}

const someLogin: fc.Arbitrary<Login> = fc
  .record({
    time: fc.integer({ min: noon - 50, max: noon }),
    address: fc.oneof(
      fc.nat(12).map((last) => `192.0.2.${last}`),
      fc.tuple(fc.nat(2), fc.nat(3)).map(([network, last]) => `2001:db8:0:${network + 1}::${last + 1}`),
    ),
    user: fc.constantFrom('alice', 'Alice', 'bob', 'carol', 'dave'),
  })
  .map(loginOf);
const someLogins = fc.array(someLogin, { maxLength: 40, size: 'max' });

/** How many pairs each user has. */
function countsOf(pairs: readonly Pair[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { user } of pairs) counts.set(foldUser(user), (counts.get(foldUser(user)) ?? 0) + 1);
  return counts;
}

/** The pairs of a user in the order in which they keep their place, by the book. */
function inOrder(pairs: readonly Pair[], name: string): Pair[] {
  const own = pairs.filter(({ user }) => foldUser(user) === name);
  const byFirst = own.sort((a, b) => a.first - b.first || comparePairs(a, b));
  const places = new Set<string>();
  const leading: Pair[] = [];
  const others: Pair[] = [];
  for (const pair of byFirst) {
    const key = sortKey(pair.address);
    const isFirst = !key.startsWith('6') || !places.has(placeOf(key));
    places.add(placeOf(key));
    (isFirst ? leading : others).push(pair);
  }
  return [...leading, ...others];
}

describe('makeRoom()', () => {
  it('takes from who has most until all fits, and from each what comes last', () => {
    fc.assert(
      fc.property(someLogins, fc.integer({ min: 1, max: 20 }), (logins, maxEntries) => {
        const all = mergeLogins([], logins).pairs;
        const { pairs } = mergeLogins([], logins, undefined, { maxEntries });
        expect(pairs).toHaveLength(Math.min(all.length, maxEntries));
        const [before, after] = [countsOf(all), countsOf(pairs)];
        const most = Math.max(0, ...after.values());
        for (const [name, count] of before) {
          const kept = after.get(name) ?? 0;
          // Who has lost one has as many as anybody, or one less.
          if (kept < count) expect(kept).toBeGreaterThanOrEqual(most - 1);
          expect(inOrder(pairs, name)).toEqual(inOrder(all, name).slice(0, kept));
        }
      }),
      { numRuns: runsOf(100) },
    );
  });

  it('does not depend on the order of logins', () => {
    fc.assert(
      fc.property(someLogins, fc.integer({ min: 1, max: 20 }), (logins, maxEntries) => {
        const one = mergeLogins([], logins, undefined, { maxEntries });
        const other = mergeLogins([], [...logins].reverse(), undefined, { maxEntries });
        expect(other.published).toEqual(one.published);
      }),
      { numRuns: runsOf(100) },
    );
  });

  it('holds no more pairs than lose their place, however large the table is', () => {
    const visitPairs: VisitPairs = (visit) => {
      for (let index = 0; index < 100_000; index++) {
        visit(
          `user${index % 1000}`,
          () => sortKey(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`),
          () => noon - 100_000 + index,
        );
      }
    };
    const { leaving, full } = makeRoom(99_990, visitPairs, () => 10);
    expect([...leaving.values()].flatMap((users) => [...users]).sort()).toEqual(
      Array.from({ length: 10 }, (_, index) => `user${990 + index}`),
    );
    expect(full).toMatchObject({ entries: 99_990, refused: 10 });
    expect(makeRoom(100_001, visitPairs, () => 10).full).toBeUndefined();
  });
});
