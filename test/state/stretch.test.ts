import { closeSync, copyFileSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cdbMap } from '../../src/maps/cdb.ts';
import { cidrMap } from '../../src/maps/cidr.ts';
import { textMap } from '../../src/maps/text.ts';
import { type Address, sortKey } from '../../src/relay/address.ts';
import { Batch } from '../../src/relay/batch.ts';
import type { Login } from '../../src/relay/login.ts';
import { expiryOf, type Pair } from '../../src/relay/pair.ts';
import { publishedForms } from '../../src/relay/published-form.ts';
import { type Stretch, stretchLimitsOf } from '../../src/relay/stretch.ts';
import { counterOf, countUser } from '../../src/relay/user-counters.ts';
import { StateDamage, stateHeader } from '../../src/state/state-file.ts';
import { StateReader } from '../../src/state/state-reader.ts';
import { StateWriter } from '../../src/state/state-writer.ts';
import { runTable, type TableRun } from '../../src/state/table-run.ts';
import { wellFormed } from '../../src/terminal/escape.ts';
import { outputOf } from '../maps/map-table.ts';
import { comparePairs, loginOf, noon, openPolicy } from '../relay/table-model.ts';
import { runsOf } from '../seeds.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const someAddress: fc.Arbitrary<Address> = fc.oneof(
  fc.nat(20).map((last) => `192.0.2.${last}`),
  fc.nat(20).map((last) => `2001:db8:0:${last % 3}::${(last + 1).toString(16)}`),
  fc.constantFrom('9.0.0.1', '10.0.0.1', '203.0.113.255', '2001:db8:7::4d', '2001:99:9999:9999::1'),
);
/** Names, one of them so long that a table with a few of it is longer than a block of that many bytes. */
const someUser = (blockBytes: number) =>
  fc.constantFrom('alice', 'ALICE', 'bob', 'carol', 'é', 'a\tb', 'u'.repeat(blockBytes / 4));

/** Logins, and ends of sessions that some of them may have begun, from an hour before `end`, Unix seconds, on. */
function someEvents(end: number, maxLength: number) {
  const event = fc.record(
    {
      // Often where a pair expires just now by one of the timeouts, or a second later.
      time: fc.oneof(
        fc.integer({ min: end - 3700, max: end + 10 }),
        fc.constantFrom(noon - 900, noon - 899, noon, noon + 1),
      ),
      address: someAddress,
      user: someUser(256 * 1024),
      server: fc.constantFrom('dovecot', 'courier'),
      session: fc.nat(9).map(String),
    },
    { requiredKeys: ['time', 'address', 'user', 'server'] },
  );
  return fc.array(fc.tuple(event, fc.boolean()), { maxLength, size: 'max' });
}
type Event = Omit<Partial<Login>, 'session'> & { readonly session?: string };
type Events = readonly (readonly [Event, isLogout: boolean])[];

/** Settings of two runs, one after the other, and what they read. */
const someRuns = fc.record({
  before: someEvents(noon, 80),
  after: someEvents(noon + 900, 12),
  timeout: fc.constantFrom(900, 1800),
  sessionLimit: fc.constantFrom(0, 3600),
  maxAddressesPerUser: fc.constantFrom(undefined, 1, 3, 1000),
  maxUsersPerAddress: fc.constantFrom(undefined, 1, 2, 3, 1000),
  ipv6Prefix: fc.constantFrom(64, 128),
  maxEntries: fc.constantFrom(5, 30, 1000),
  permits: fc.array(
    fc.record({
      address: someAddress,
      user: fc.constantFrom('alice', 'bob'),
      at: fc.constant(noon),
      until: fc.integer({ min: noon + 899, max: noon + 1200 }),
      by: fc.constant('root'),
      note: fc.constant(''),
    }),
    { maxLength: 6 },
  ),
});
type Runs = typeof someRuns extends fc.Arbitrary<infer Value> ? Value : never;

/** The pass over the table in a folder that reads some events, at a time (Unix seconds). */
function tableRunIn(folder: string, runs: Runs, now: number, events: Events, entries: number): TableRun {
  const policy = { ...openPolicy, now, timeout: runs.timeout, sessionLimit: runs.sessionLimit };
  const batch = new Batch(policy);
  for (const [{ session, ...event }, isLogout] of events) {
    const login = loginOf(event);
    if (!isLogout) batch.login(login, session);
    else if (session !== undefined) batch.logout(session, login.time);
  }
  const inFolder = (name: string) => join(folder, name);
  return {
    path: inFolder('state'),
    startsEmpty: false,
    changes: batch.sorted(),
    strayLogouts: batch.strayLogouts,
    policy,
    permits: runs.permits,
    judgesOldPairs: false,
    entries,
    limits: runs,
    outputs: [
      outputOf(textMap, { path: inFolder('text') }),
      outputOf(textMap, { path: inFolder('text-ipv6'), families: 'ipv6' }),
      outputOf(cdbMap, { path: inFolder('cdb') }),
      outputOf(cdbMap, { path: inFolder('cdb-ipv4'), families: 'ipv4' }),
      outputOf(cdbMap, { path: inFolder('cdb-exim'), options: ['exim-net'] }),
      outputOf(cidrMap, { path: inFolder('cidr') }),
      outputOf(textMap, { path: '/nowhere/text' }),
    ],
    formOf: publishedForms(policy, runs.ipv6Prefix),
    published: {},
    forcesMaps: false,
    report: () => {},
  };
}

/** Makes a pass and returns all that it leaves and tells. */
function passed(run: TableRun, folder: string) {
  const outcomes: string[] = [];
  const { pairs, published, nextExpiry, failures, crowded, full } = runTable({
    ...run,
    report: (outcome, { address, user, last }) => outcomes.push(`${outcome} ${address} ${user} ${last}`),
  });
  const files = passedFiles(folder);
  const told = failures.map(({ message }) => message);
  return { pairs, published, nextExpiry, outcomes, files, crowded, full, failures: told };
}

function passedFiles(folder: string) {
  return readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'latin1')]);
}

describe('runTable()', () => {
  it('comes to the same whether pairs pass in stretches or each of them is judged', () => {
    const [quick, plain] = [temporaryFolder(), temporaryFolder()];
    fc.assert(
      fc.property(someRuns, (runs) => {
        const { before, after } = runs;
        const { pairs } = runTable({ ...tableRunIn(quick, runs, noon, before, 0), startsEmpty: true });
        copyFileSync(join(quick, 'state'), join(plain, 'state'));
        const runIn = (folder: string) => tableRunIn(folder, runs, noon + 900, after, pairs);
        const want = passed({ ...runIn(plain), judgesOldPairs: true }, plain);
        expect(passed(runIn(quick), quick)).toEqual(want);
      }),
      { numRuns: runsOf(60) },
    );
  }, 300_000);
});

const someSession = fc.record({
  id: fc.constantFrom('x', 'y', 'Zm9vYmFyYmF6', 'Zm9vYmFyYmF7', '-_-_-_-_-_-_', 'é'),
  since: fc.integer({ min: noon - 7200, max: noon }),
});
const somePair: fc.Arbitrary<Pair> = fc.record({
  address: someAddress,
  user: someUser(2000),
  server: fc.constant('dovecot'),
  first: fc.constant(noon - 3600),
  last: fc.integer({ min: noon - 1803, max: noon - 1797 }),
  logins: fc.nat(),
  sessions: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(someSession, { maxLength: 3 }) },
  ),
});
const someLimits = fc.record({
  until: fc.option(someAddress.map(sortKey), { nil: undefined }),
  now: fc.integer({ min: noon - 2, max: noon + 1 }),
  sessionLimit: fc.constantFrom(0, 3600),
  ended: fc.subarray(['x', '-_-_-_-_-_-_', 'Zm9vYmFyYmF7']),
});
type Limits = typeof someLimits extends fc.Arbitrary<infer Value> ? Value : never;

function lifetimeOf({ now, sessionLimit }: Limits) {
  return { now, timeout: 1800, sessionLimit };
}

/** Whether a pair may be part of a stretch. */
function fits(pair: Pair, limits: Limits): boolean {
  const { until, now, sessionLimit, ended } = limits;
  const ids = sessionLimit > 0 ? pair.sessions.map(({ id }) => id) : [];
  const isBefore = until === undefined || sortKey(pair.address) < until;
  // Of other ids than those that Exact makes nothing is known.
  const isAsItWas = !ids.some((id) => ended.includes(id) || id === 'é');
  return isBefore && isAsItWas && expiryOf(pair, lifetimeOf(limits)) > now;
}

/** Reads a state file in blocks of some bytes, in stretches where the pairs fit, and each pair with its limits. */
function readInStretches(path: string, blockBytes: number, limits: Limits) {
  const fd = openSync(path, 'r');
  const ended = new Map(limits.ended.map((id) => [id, noon]));
  const stretchLimits = stretchLimitsOf(lifetimeOf(limits), ended);
  const read: { lines: string; addresses: string[]; pairs: number; expiry: number; isStretch: boolean }[] =
    [];
  try {
    const reader = new StateReader(fd, blockBytes);
    while (reader.next()) {
      const stretch = reader.stretch(stretchLimits, limits.until);
      const { pairs, nextExpiry: expiry } = stretch ?? {
        pairs: 1,
        nextExpiry: reader.expiry(lifetimeOf(limits)),
      };
      const addresses =
        stretch === undefined
          ? [reader.address()]
          : Buffer.from(stretch.addresses).toString().split('\n').slice(0, -1);
      if (stretch !== undefined) {
        expect(stretch.count).toBe(addresses.length);
        expect(addresses.every((address) => address.includes(':') === stretch.isIPv6)).toBe(true);
      }
      const lines = Buffer.from(stretch?.lines ?? reader.line()).toString();
      read.push({ lines, addresses, pairs, expiry, isStretch: stretch !== undefined });
      // It stands at the last pair of the stretch.
      expect(lines.endsWith(Buffer.from(reader.line()).toString())).toBe(true);
      expect(addresses.at(-1)).toBe(reader.pair().address);
    }
    return read;
  } finally {
    closeSync(fd);
  }
}

describe('StateReader.stretch()', () => {
  it('takes the pairs that fit, and no others, wherever blocks end', () => {
    const path = join(temporaryFolder(), 'state');
    const table = fc.uniqueArray(somePair, {
      maxLength: 60,
      size: 'max',
      selector: ({ address, user }) => `${address} ${user}`,
    });
    fc.assert(
      fc.property(
        table,
        someLimits,
        fc.integer({ min: stateHeader.length, max: 4000 }),
        (given, limits, blockBytes) => {
          const pairs = [...given].sort(comparePairs);
          writePairs(path, pairs);
          const read = readInStretches(path, blockBytes, limits);
          expect(stateHeader + read.map(({ lines }) => lines).join('')).toBe(
            readFileSync(path, 'utf8').replace(/^end\t.*\n/m, ''),
          );
          let next = 0;
          for (const { addresses, pairs: count, expiry, isStretch } of read) {
            const taken = pairs.slice(next, next + count);
            next += count;
            expect(taken.every((pair) => fits(pair, limits))).toBe(isStretch);
            expect(addresses).toEqual([...new Set(taken.map(({ address }) => address))]);
            expect(expiry).toBe(Math.min(...taken.map((pair) => expiryOf(pair, lifetimeOf(limits)))));
          }
          expect(next).toBe(pairs.length);
        },
      ),
      { numRuns: runsOf(200) },
    );
  });

  it('counts the users that their names say, and shows those who are asked for', () => {
    const path = join(temporaryFolder(), 'state');
    const somebody = fc.oneof(
      fc.constantFrom(
        'alice',
        'ALICE',
        'Alice',
        'a\\b',
        'a\tb',
        '',
        '\u212aelvin',
        '\u0130',
        'ÄÖ',
        '\u{1f600}',
        '-',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }).map(wellFormed),
    );
    const table = fc.uniqueArray(fc.tuple(someAddress, somebody), {
      maxLength: 40,
      size: 'max',
      selector: String,
    });
    fc.assert(
      fc.property(table, fc.constantFrom(1, 3, 1024), fc.nat(3), (given, size, most) => {
        const pairs = given
          .map(([address, user]): Pair => {
            const since = noon - 60;
            const sessions = user.length > 4 ? [{ id: 'x', since }] : [];
            return { address, user, server: 'dovecot', first: since, last: noon, logins: 1, sessions };
          })
          .sort(comparePairs);
        writePairs(path, pairs);
        const [want, found] = [new Uint32Array(size), new Uint32Array(size)];
        for (const { user } of pairs) countUser(want, user);
        const visited = stretchesOf(path, (stretch) => stretch.countUsers(found));
        expect(visited).toBe(pairs.length);
        expect(found).toEqual(want);
        const shown: string[] = [];
        stretchesOf(path, (stretch) =>
          stretch.visitUsers(found, most, (user, key, first) => shown.push(`${key()} ${user} ${first()}`)),
        );
        expect(shown).toEqual(
          pairs
            .filter(({ user }) => (want[counterOf(user, size)] as number) > most)
            .map(({ address, user, first }) => `${sortKey(address)} ${user} ${first}`),
        );
      }),
      { numRuns: runsOf(30) },
    );
  });
});

function writePairs(path: string, pairs: readonly Pair[]): void {
  const writer = new StateWriter(path);
  for (const pair of pairs) writer.write(pair);
  writer.finish();
  writer.commit();
}

/** Hands all stretches of a state file to `take`, and returns how many pairs they have. */
function stretchesOf(path: string, take: (stretch: Stretch) => void): number {
  const fd = openSync(path, 'r');
  const limits = stretchLimitsOf({ now: noon, timeout: 1800, sessionLimit: 3600 }, new Map());
  let pairs = 0;
  try {
    const reader = new StateReader(fd);
    while (reader.next()) {
      const stretch = reader.stretch(limits, undefined);
      if (stretch === undefined) continue;
      pairs += stretch.pairs;
      take(stretch);
    }
    return pairs;
  } finally {
    closeSync(fd);
  }
}

describe('runTable() with a damaged state', () => {
  it('finds the damage and changes nothing, whatever byte it is and whatever is counted', () => {
    const folder = temporaryFolder();
    fc.assert(
      fc.property(someRuns, fc.nat(), fc.nat(255), (runs, place, byte) => {
        const made = runTable({ ...tableRunIn(folder, runs, noon, runs.before, 0), startsEmpty: true });
        fc.pre(made.pairs > 0);
        const path = join(folder, 'state');
        const bytes = readFileSync(path);
        const at = stateHeader.length + (place % (bytes.length - stateHeader.length));
        fc.pre(bytes[at] !== byte);
        bytes[at] = byte;
        writeFileSync(path, bytes);
        const before = passedFiles(folder);
        const run = tableRunIn(folder, runs, noon + 900, runs.after, made.pairs);
        expect(() => runTable(run)).toThrow(StateDamage);
        expect(passedFiles(folder)).toEqual(before);
      }),
      { numRuns: runsOf(60) },
    );
  }, 300_000);
});
