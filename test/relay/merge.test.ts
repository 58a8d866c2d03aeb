import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Batch } from '../../src/relay/batch.ts';
import type { Login } from '../../src/relay/login.ts';
import { indexRevocations, type Revocation } from '../../src/relay/revocation.ts';
import { comparePairs, ignoring, loginOf, mergeBatch, mergeLogins, noon, openPolicy } from './table-model.ts';

const minutes = 60;
const at = (now: number) => ({ ...openPolicy, now });

describe('merge()', () => {
  it('lets an address relay from its login until the timeout, by the time of the login', () => {
    const { pairs, published, nextExpiry } = mergeLogins([], [loginOf({ time: noon - 20 * minutes })]);
    expect(published).toEqual(['192.0.2.10']);
    expect(nextExpiry).toBe(noon + 10 * minutes);
    expect(mergeLogins(pairs, [], at(noon + 10 * minutes - 1)).published).toEqual(['192.0.2.10']);
    expect(mergeLogins(pairs, [], at(noon + 10 * minutes)).published).toEqual([]);
  });

  it('T08 gives a login that is older than the timeout no permission', () => {
    const merged = mergeLogins([], [loginOf({ time: noon - 30 * minutes })]);
    expect(merged.published).toEqual([]);
    expect(merged.pairs).toEqual([]);
  });

  it('T07 lets nothing outlive now + timeout, whatever its stamp', () => {
    const { nextExpiry, pairs } = mergeLogins([], [loginOf({ time: noon + 86_400 })]);
    expect(nextExpiry).toBe(noon + 30 * minutes);
    expect(pairs[0]?.last).toBe(noon);
  });

  it('T09 takes the expiry from the newest login, in whatever order they come', () => {
    const newer = loginOf({ time: noon - 60 });
    const older = loginOf({ time: noon - 300 });
    const first = mergeLogins([], [newer, older]);
    expect(first.nextExpiry).toBe(noon - 60 + 30 * minutes);
    expect(mergeLogins([], [older, newer])).toEqual(first);
  });

  it('T16 cuts running entries when the timeout is shortened', () => {
    const { pairs } = mergeLogins([], [loginOf({ time: noon - 600 })]);
    const shortened = mergeLogins(pairs, [], { ...openPolicy, timeout: 300 });
    expect(shortened.published).toEqual([]);
    expect(shortened.outcomes).toEqual(['expired 192.0.2.10 alice']);
  });

  it('T17 refreshes an address that logs in again, once', () => {
    const { pairs } = mergeLogins([], [loginOf({ time: noon - 600 })]);
    const again = mergeLogins(pairs, [loginOf({})]);
    expect(again.published).toEqual(['192.0.2.10']);
    expect(again.outcomes).toEqual(['refreshed 192.0.2.10 alice']);
    expect(again.pairs).toMatchObject([{ first: noon - 600, last: noon, logins: 2 }]);
  });

  it('begins an entry anew whose time had run out before the next login', () => {
    const { pairs } = mergeLogins([], [loginOf({ time: noon - 600 })]);
    const later = noon + 3600;
    const again = mergeLogins(pairs, [loginOf({ time: later })], at(later));
    expect(again.outcomes).toEqual(['expired 192.0.2.10 alice', 'added 192.0.2.10 alice']);
    expect(again.pairs).toMatchObject([{ first: later, logins: 1 }]);
  });

  it('publishes an address that two users share once, while one of them counts', () => {
    const logins = [loginOf({ time: noon - 1200 }), loginOf({ user: 'bob' })];
    const { pairs, published } = mergeLogins([], logins);
    expect(published).toEqual(['192.0.2.10']);
    const later = mergeLogins(pairs, [], at(noon + 1000));
    expect(later.pairs.map(({ user }) => user)).toEqual(['bob']);
    expect(later.published).toEqual(['192.0.2.10']);
  });

  it.each([
    { name: 'loopback', policy: {}, address: '127.0.0.1' },
    { name: 'an own address', policy: { ownAddresses: new Set(['192.0.2.25']) }, address: '192.0.2.25' },
    { name: 'an ignored network', policy: { admission: ignoring('10.0.0.0/8') }, address: '10.9.8.7' },
    { name: 'an ignored address', policy: { admission: ignoring('2001:db8::5') }, address: '2001:db8::5' },
  ])('U02 refuses $name', ({ policy, address }) => {
    const batch = new Batch({ ...openPolicy, ...policy });
    expect(batch.login(loginOf({ address }))).toHaveProperty('reason');
    expect(mergeBatch([], batch).published).toEqual([]);
  });

  it('takes out what is ignored from now on', () => {
    const { pairs } = mergeLogins([], [loginOf({})]);
    const merged = mergeLogins(pairs, [], { ...openPolicy, admission: ignoring('192.0.2.0/24') });
    expect(merged.published).toEqual([]);
    expect(merged.outcomes).toEqual(['refused 192.0.2.10 alice']);
  });
});

describe('merge() with revocations', () => {
  const revoke = (given: Partial<Revocation>) => {
    const revocation: Revocation = {
      kind: 'user',
      what: 'alice',
      at: noon,
      until: noon,
      by: 'root',
      ...given,
    };
    return { ...openPolicy, voidUntil: indexRevocations([revocation]) };
  };
  const logins = [loginOf({}), loginOf({ user: 'bob' }), loginOf({ user: 'ALICE', address: '192.0.2.11' })];

  it.each([
    { name: 'a user, in any case', given: {}, want: ['192.0.2.10'], left: ['bob'] },
    {
      name: 'an address',
      given: { kind: 'network', what: '192.0.2.10' },
      want: ['192.0.2.11'],
      left: ['ALICE'],
    },
    { name: 'a network', given: { kind: 'network', what: '192.0.2.0/24' }, want: [], left: [] },
    { name: 'everything', given: { kind: 'all', what: '*' }, want: [], left: [] },
  ] as const)('ends $name and leaves the others', ({ given, want, left }) => {
    const { pairs } = mergeLogins([], logins);
    const merged = mergeLogins(pairs, [], revoke(given));
    expect(merged.published).toEqual(want);
    expect(merged.pairs.map(({ user }) => user)).toEqual(left);
  });

  it('voids logins up to its time when the log is read again, and takes later ones', () => {
    const policy = { ...revoke({}), now: noon + 60 };
    expect(mergeLogins([], [loginOf({})], policy).published).toEqual([]);
    expect(mergeLogins([], [loginOf({ time: noon + 1 })], policy).published).toEqual(['192.0.2.10']);
  });

  it('refuses logins to come with --for, until its end', () => {
    const policy = (now: number) => ({ ...revoke({ until: noon + 3600 }), now });
    expect(mergeLogins([], [loginOf({ time: noon + 3599 })], policy(noon + 3599)).published).toEqual([]);
    expect(mergeLogins([], [loginOf({ time: noon + 3600 })], policy(noon + 3600)).published).toHaveLength(1);
    // The clock of the server is ahead, and so is its stamp.
    expect(mergeLogins([], [loginOf({ time: noon + 3601 })], policy(noon + 3599)).published).toEqual([]);
  });
});

describe('U05 merge() with sessions on', () => {
  const policy = (now: number) => ({ ...openPolicy, now, sessionLimit: 12 * 3600 });
  const session = 'abc';
  const opened = (now: number) => {
    const batch = new Batch(policy(now));
    batch.login(loginOf({}), session);
    return mergeBatch([], batch, policy(now));
  };

  it('keeps an address while its session is open, and no longer than the limit', () => {
    const { pairs } = opened(noon);
    expect(mergeLogins(pairs, [], policy(noon + 11 * 3600)).published).toEqual(['192.0.2.10']);
    expect(mergeLogins(pairs, [], policy(noon + 12 * 3600)).published).toEqual([]);
  });

  it('counts the timeout from the end of the session', () => {
    const { pairs } = opened(noon);
    const end = noon + 2 * 3600;
    const batch = new Batch(policy(end));
    batch.logout(session, end);
    const closed = mergeBatch(pairs, batch, policy(end));
    expect(closed.nextExpiry).toBe(end + 1800);
    expect(closed.pairs[0]?.sessions).toEqual([]);
  });

  it('neither adds nor refreshes an address for the end of a session that is not open', () => {
    const { pairs } = opened(noon);
    const end = noon + 600;
    const batch = new Batch(policy(end));
    batch.logout('another', end);
    expect(mergeBatch([], batch, policy(end)).pairs).toEqual([]);
    expect(mergeBatch(pairs, batch, policy(end)).pairs).toEqual(pairs);
    const twice = new Batch(policy(end));
    twice.logout(session, noon + 60);
    const ended = mergeBatch(pairs, twice, policy(end)).pairs;
    twice.logout(session, end);
    expect(ended).toMatchObject([{ last: noon + 60, sessions: [] }]);
    expect(mergeBatch(ended, twice, policy(end)).pairs).toEqual(ended);
  });

  it('closes a session wherever it is open, by the first end, whichever run has opened it', () => {
    const [proxied, served] = [loginOf({}), loginOf({ user: 'alice@example.org' })];
    const before = new Batch(policy(noon));
    before.login(proxied, session);
    for (const old of [[], mergeBatch([], before, policy(noon)).pairs]) {
      const batch = new Batch(policy(noon + 60));
      if (old.length === 0) batch.login(proxied, session);
      batch.login(served, session);
      for (const end of [noon + 50, noon + 60]) batch.logout(session, end);
      const { pairs } = mergeBatch(old, batch, policy(noon + 60));
      expect(pairs.map(({ last, sessions }) => [last, sessions.length])).toEqual([
        [noon + 50, 0],
        [noon + 50, 0],
      ]);
    }
  });

  it('has ended, without refreshing anything, when its process serves another', () => {
    const process = {
      server: 'cyrus',
      stanza: 'imap',
      host: 'mx',
      kind: 'process',
      key: 'mx imap 811',
    } as const;
    const first = { ...loginOf({}), session: process };
    const later = { ...loginOf({ address: '192.0.2.11', time: noon + 60 }), session: process };
    const before = new Batch(policy(noon));
    before.login(first, session);
    for (const old of [[], mergeBatch([], before, policy(noon)).pairs]) {
      const batch = new Batch(policy(noon + 90));
      if (old.length === 0) batch.login(first, session);
      batch.login(later, session);
      const open = mergeBatch(old, batch, policy(noon + 90)).pairs;
      expect(open.map(({ last, sessions }) => [last, sessions.length])).toEqual([
        [noon, 0],
        [noon + 60, 1],
      ]);
      batch.logout(session, noon + 90);
      const { pairs } = mergeBatch(old, batch, policy(noon + 90));
      expect(pairs.map(({ last, sessions }) => [last, sessions.length])).toEqual([
        [noon, 0],
        [noon + 90, 0],
      ]);
    }
  });

  it('comes to the same when login and logout are read twice', () => {
    const lines = (batch: Batch) => {
      batch.login(loginOf({}), session);
      batch.logout(session, noon + 60);
    };
    const now = noon + 120;
    const [once, twice] = [new Batch(policy(now)), new Batch(policy(now))];
    lines(once);
    const first = mergeBatch([], once, policy(now));
    lines(twice);
    expect(mergeBatch(first.pairs, twice, policy(now)).pairs).toEqual(first.pairs);
  });
});

describe('merge() with max-addresses-per-user', () => {
  const from = (address: string, time: number, user = 'alice') => loginOf({ address, time, user });

  it('L09 publishes the addresses with the earliest first login', () => {
    const logins = [from('192.0.2.3', noon - 30), from('192.0.2.1', noon - 10), from('192.0.2.2', noon - 20)];
    const merged = mergeLogins([], logins, openPolicy, { maxAddressesPerUser: 2 });
    expect(merged.published).toEqual(['192.0.2.2', '192.0.2.3']);
    expect(merged.pairs).toHaveLength(3);
  });

  it('counts a user in any case, and an IPv6 /64 as one address', () => {
    const logins = [
      from('2001:db8::1', noon - 9),
      from('2001:db8::2', noon - 8, 'Alice'),
      from('192.0.2.1', noon),
    ];
    const merged = mergeLogins([], logins, openPolicy, { maxAddressesPerUser: 1 });
    expect(merged.published).toEqual(['2001:db8::1', '2001:db8::2']);
  });

  it('publishes an address that another user may use', () => {
    const logins = [from('192.0.2.1', noon - 9), from('192.0.2.2', noon), from('192.0.2.2', noon, 'bob')];
    expect(mergeLogins([], logins, openPolicy, { maxAddressesPerUser: 1 }).published).toHaveLength(2);
  });
});

describe('the relay table', () => {
  const someLogin: fc.Arbitrary<Login> = fc
    .record({
      time: fc.integer({ min: noon - 4000, max: noon + 4000 }),
      address: fc.constantFrom('192.0.2.9', '192.0.2.10', '198.51.100.1', '2001:db8::1', '2001:db8::9'),
      user: fc.constantFrom('alice', 'bob', 'é', 'a b'),
      server: fc.constantFrom('dovecot', 'courier'),
    })
    .map(loginOf);
  const someLogins = fc.array(someLogin, { maxLength: 20 });
  const withoutServer = (pairs: readonly { server: string }[]) =>
    pairs.map((pair) => ({ ...pair, server: '' }));

  it('does not depend on the order of logins', () => {
    fc.assert(
      fc.property(someLogins, fc.integer(), (logins, seed) => {
        const shuffled = fc.sample(fc.shuffledSubarray(logins, { minLength: logins.length }), {
          seed,
          numRuns: 1,
        })[0];
        const [one, other] = [mergeLogins([], logins), mergeLogins([], shuffled ?? [])];
        expect(withoutServer(other.pairs)).toEqual(withoutServer(one.pairs));
        expect(other.published).toEqual(one.published);
      }),
    );
  });

  it('does not change when logins are read twice', () => {
    fc.assert(
      fc.property(someLogins, (logins) => {
        const once = mergeLogins([], logins);
        const twice = mergeLogins(once.pairs, logins);
        expect(withoutServer(twice.pairs)).toEqual(withoutServer(once.pairs));
      }),
    );
  });

  it('does not depend on how logins are spread over runs', () => {
    fc.assert(
      fc.property(someLogins, someLogins, (first, second) => {
        const apart = mergeLogins(mergeLogins([], first).pairs, second);
        const together = mergeLogins([], [...first, ...second]);
        expect(apart.published).toEqual(together.published);
        expect(apart.pairs.map(({ last }) => last)).toEqual(together.pairs.map(({ last }) => last));
      }),
    );
  });

  it('holds nothing beyond now + timeout, and is sorted without doubles', () => {
    fc.assert(
      fc.property(someLogins, (logins) => {
        const { pairs, published } = mergeLogins([], logins);
        for (const pair of pairs) expect(pair.last).toBeLessThanOrEqual(noon);
        expect([...pairs].sort(comparePairs)).toEqual(pairs);
        expect(new Set(published).size).toBe(published.length);
        const living = logins.filter(({ time }) => time + 1800 > noon).map(({ address }) => address);
        expect(new Set(published)).toEqual(new Set(living));
      }),
    );
  });
});
