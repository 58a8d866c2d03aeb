import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, sortKey } from '../../src/relay/address.ts';
import { Batch, type PairChange } from '../../src/relay/batch.ts';
import { compareUsers, type OpenSession } from '../../src/relay/pair.ts';
import { wellFormed } from '../../src/terminal/escape.ts';
import { runsOf } from '../seeds.ts';
import { loginOf, noon, openPolicy } from './table-model.ts';

const policy = { ...openPolicy, sessionLimit: 3600 };

const someUser = fc.oneof(
  fc.constantFrom('alice', 'Alice', 'é', '\u0101', '\uffee', '\u{1f600}', 'ÿ', 'a'.repeat(300)),
  fc.string({ maxLength: 3 }).map(wellFormed),
);
const someAddress: fc.Arbitrary<Address> = fc.oneof(
  fc.nat(5).map((last): Address => `192.0.2.${last}`),
  fc.constantFrom('9.0.0.1', '203.0.113.255', '2001:db8::1', '2001:db8::a:1', '2001:db8:7::4d'),
);
const someEvent = fc.record({
  address: someAddress,
  user: someUser,
  server: fc.constantFrom('dovecot', 'courier', 'cyrus'),
  time: fc.integer({ min: noon - 20, max: noon + 5 }),
  session: fc.option(fc.nat(5).map(String), { nil: undefined }),
  isLogout: fc.boolean(),
});
type SomeEvent = typeof someEvent extends fc.Arbitrary<infer Value> ? Value : never;

/** An object for each pair, which can be changed. */
interface PlainChange extends PairChange {
  server: string;
  readonly times: number[];
  first: number;
  last: number;
  readonly opened: Map<string, OpenSession>;
  readonly closed: Set<string>;
  lastLogout: number;
}

/** Folds events the plain way, with an object for each pair. */
function foldPlainly(events: readonly SomeEvent[]) {
  const changes = new Map<string, PlainChange>();
  const places = new Map<string, Set<PlainChange>>();
  const strayLogouts = new Map<string, number>();
  for (const { address, user, server, session, isLogout, ...event } of events) {
    const time = Math.min(event.time, policy.now);
    if (isLogout) {
      if (session === undefined) continue;
      for (const change of places.get(session) ?? []) {
        change.opened.delete(session);
        change.closed.add(session);
        change.lastLogout = Math.max(change.lastLogout, time);
      }
      places.delete(session);
      if (!strayLogouts.has(session)) strayLogouts.set(session, time);
      continue;
    }
    const change: PlainChange = changes.get(`${address} ${user}`) ?? {
      key: sortKey(address),
      address,
      user,
      server,
      times: [],
      first: time,
      last: time,
      opened: new Map(),
      closed: new Set(),
      lastLogout: 0,
    };
    changes.set(`${address} ${user}`, change);
    change.times.push(time);
    if (time >= change.last) change.server = server;
    change.first = Math.min(change.first, time);
    change.last = Math.max(change.last, time);
    if (session === undefined) continue;
    change.opened.set(session, { id: session, since: time });
    change.closed.delete(session);
    places.set(session, (places.get(session) ?? new Set()).add(change));
  }
  const sorted = [...changes.values()].sort((a, b) =>
    a.key < b.key ? -1 : a.key > b.key ? 1 : compareUsers(a.user, b.user),
  );
  return { changes: sorted, strayLogouts };
}

/** Folds events in a batch. */
function fold(events: readonly SomeEvent[]) {
  const batch = new Batch(policy);
  for (const { isLogout, session, ...event } of events) {
    if (!isLogout) batch.login(loginOf(event), session);
    else if (session !== undefined) batch.logout(session, event.time);
  }
  const sorted = batch.sorted();
  const changes = Array.from({ length: sorted.length }, (_, index) => sorted.at(index) as PairChange);
  expect(sorted.at(sorted.length)).toBeUndefined();
  return { batch, sorted, changes };
}

/** What is known of a change, its parts in an order that does not depend on how they are held. */
function plain({ times, opened, closed, ...change }: PairChange) {
  return { ...change, times: [...times].sort(), opened: [...opened.values()], closed: [...closed].sort() };
}

describe('a batch', () => {
  it('comes to what an object for each pair comes to', () => {
    fc.assert(
      fc.property(fc.array(someEvent, { maxLength: 60, size: 'max' }), (events) => {
        const want = foldPlainly(events);
        const { batch, sorted, changes } = fold(events);
        expect(changes.map(plain)).toEqual(want.changes.map(plain));
        expect(batch.strayLogouts).toEqual(want.strayLogouts);
        expect(batch.isEmpty).toBe(want.changes.length === 0 && want.strayLogouts.size === 0);
        const isAsked = ({ address }: PairChange) => address.includes(':');
        expect(sorted.filter(isAsked)).toHaveLength(want.changes.filter(isAsked).length);
      }),
      { numRuns: runsOf(300) },
    );
  });

  it('opens no session whose end another log has, of which this one has the login alone', () => {
    const of = { server: 'dovecot', stanza: 'dovecot', host: 'mx' };
    const login = loginOf({ session: { ...of, kind: 'id', key: 'mx abc' }, time: noon - 20 });
    const opened = (...times: number[]): number => {
      const batch = new Batch(policy);
      batch.login(login, 'abc');
      for (const time of times) batch.logout('abc', time);
      batch.login(login, 'abc');
      return batch.sorted().at(0)?.opened.size ?? 0;
    };
    expect(opened()).toBe(1);
    expect(opened(noon - 10)).toBe(0);
    // Of an earlier one: some servers count their sessions anew when they are started.
    expect(opened(noon - 30)).toBe(1);
  });

  it('holds many pairs, and users with names of any length', () => {
    const events = Array.from({ length: 5000 }, (_, index): SomeEvent => {
      const user = index % 1000 === 0 ? 'u'.repeat(index * 300) : `user${index % 2500}`;
      const address = `10.0.${index % 7}.${index % 2}`;
      return { address, user, server: 'dovecot', time: noon, session: undefined, isLogout: false };
    });
    expect(fold(events).changes.map(plain)).toEqual(foldPlainly(events).changes.map(plain));
  });
});
