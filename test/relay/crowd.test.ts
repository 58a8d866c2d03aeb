import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Login } from '../../src/relay/login.ts';
import { foldUser } from '../../src/relay/pair.ts';
import { loginOf, mergeLogins, noon, openPolicy } from './table-model.ts';

const someLogin: fc.Arbitrary<Login> = fc
  .record({
    time: fc.integer({ min: noon - 2000, max: noon }),
    address: fc.constantFrom('192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8::2'),
    user: fc.constantFrom('alice', 'Alice', 'bob', 'carol', 'dave', 'É', 'é'),
  })
  .map(loginOf);
const someLogins = fc.array(someLogin, { maxLength: 30, size: 'max' });

describe('merge() with max-users-per-address', () => {
  it('publishes the addresses that have no more users than that, and keeps the pairs of all', () => {
    fc.assert(
      fc.property(someLogins, someLogins, fc.integer({ min: 1, max: 5 }), (first, second, limit) => {
        const options = { maxUsersPerAddress: limit };
        const { pairs } = mergeLogins([], first, openPolicy, options);
        const now = noon + 900;
        const later = second.map((login) => ({ ...login, time: login.time + 900 }));
        const merged = mergeLogins(pairs, later, { ...openPolicy, now }, options);
        const living = [...first, ...later].filter(({ time }) => time + 1800 > now);
        const users = new Map<string, Set<string>>();
        for (const { address, user } of living) {
          users.set(address, (users.get(address) ?? new Set()).add(foldUser(user)));
        }
        const few = [...users].filter(([, names]) => names.size <= limit).map(([address]) => address);
        expect(new Set(merged.published)).toEqual(new Set(few));
        const without = mergeLogins(mergeLogins([], first).pairs, later, { ...openPolicy, now });
        expect(merged.pairs).toEqual(without.pairs);
      }),
    );
  });
});
