import { closeSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pair } from '../../src/relay/pair.ts';
import { stretchLimitsOf } from '../../src/relay/stretch.ts';
import { formatPair, parsePair } from '../../src/state/pair-line.ts';
import { StateDamage } from '../../src/state/state-file.ts';
import { StateReader } from '../../src/state/state-reader.ts';
import { StateWriter } from '../../src/state/state-writer.ts';
import { anyCharacter } from '../any-character.ts';
import { comparePairs, noon } from '../relay/table-model.ts';
import { runsOf } from '../seeds.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const someTime = fc.integer({ min: 0, max: 4_000_000_000 });
const somePair: fc.Arbitrary<Pair> = fc.record({
  address: fc.constantFrom(
    '192.0.2.1',
    '10.0.0.1',
    '203.0.113.255',
    '2001:db8::1',
    'fe80::1',
    '2001:db8:7::4d',
  ),
  user: fc.string({ unit: anyCharacter }).map((text) => text.toWellFormed()),
  server: fc.string({ maxLength: 9 }),
  first: someTime,
  last: someTime,
  logins: fc.nat(),
  sessions: fc.array(fc.record({ id: fc.constantFrom('abc', 'x_-9'), since: someTime }), { maxLength: 3 }),
});

function write(path: string, pairs: readonly Pair[]): void {
  const writer = new StateWriter(path);
  for (const pair of pairs) writer.write(pair);
  writer.finish();
  writer.commit();
}

/** Reads all pairs, or with `inStretches` only those at which a stretch ends. */
function read(path: string, inStretches = false): Pair[] {
  const fd = openSync(path, 'r');
  const anyPair = stretchLimitsOf({ now: 0, timeout: 1800, sessionLimit: 0 }, new Map());
  try {
    const reader = new StateReader(fd);
    const pairs: Pair[] = [];
    while (reader.next()) {
      if (inStretches) reader.stretch(anyPair, undefined);
      pairs.push(reader.pair());
    }
    return pairs;
  } finally {
    closeSync(fd);
  }
}

describe('the state file', () => {
  it('gives back what was written, whatever users are called', () => {
    const path = join(temporaryFolder(), 'state');
    fc.assert(
      fc.property(fc.array(somePair, { maxLength: 8 }), (pairs) => {
        const sorted = [...pairs].sort(comparePairs);
        write(path, sorted);
        expect(read(path)).toEqual(sorted);
      }),
      { numRuns: runsOf(60) },
    );
  });

  it('has one line a pair, whatever users are called', () => {
    fc.assert(
      fc.property(somePair, (pair) => {
        expect(formatPair(pair).match(/[\n\r\u2028]/g)).toEqual(['\n']);
        expect(parsePair(formatPair(pair).slice(0, -1))).toEqual(pair);
      }),
    );
  });

  it('finds key, expiry, address and user of a line without taking it apart', () => {
    const path = join(temporaryFolder(), 'state');
    const pair = { server: 'dovecot', first: noon, last: noon, logins: 12, sessions: [] };
    const pairs = [
      { ...pair, address: '192.0.2.1', user: 'a\tb' },
      { ...pair, address: '2001:db8::1', user: 'été', sessions: [{ id: 'x', since: noon }] },
    ];
    write(path, pairs);
    const reader = new StateReader(openSync(path, 'r'));
    const lifetime = { timeout: 1800, sessionLimit: 7200 };
    const seen = [];
    while (reader.next())
      seen.push([reader.address(), reader.user(), reader.expiry(lifetime), reader.hasSessions]);
    expect(seen).toEqual([
      ['192.0.2.1', 'a\tb', noon + 1800, false],
      ['2001:db8::1', 'été', noon + 7200, true],
    ]);
  });

  it('is read in blocks: lines may lie across them, and be longer than one', () => {
    const path = join(temporaryFolder(), 'state');
    const pairs = [...Array(6000).keys()].map((index) => ({
      address: `10.0.${index >> 8}.${index & 255}`,
      user: index % 1000 === 0 ? 'u'.repeat(400_000) : `user${index}`,
      server: 'dovecot',
      first: noon,
      last: noon,
      logins: 1,
      sessions: [],
    }));
    write(path, pairs);
    expect(read(path)).toEqual(pairs);
  });

  it('S10 V04 is for its owner alone', () => {
    const path = join(temporaryFolder(), 'state');
    const before = process.umask(0);
    try {
      write(path, []);
    } finally {
      process.umask(before);
    }
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('C08 is damaged if any byte of it differs, or any are missing', () => {
    const path = join(temporaryFolder(), 'state');
    const pairs = ['192.0.2.1', '192.0.2.2'].map((address) => ({
      address,
      user: 'alice',
      server: 'dovecot',
      first: noon,
      last: noon,
      logins: 1,
      sessions: [],
    }));
    write(path, pairs);
    const whole = readFileSync(path);
    for (let index = 0; index < whole.length; index++) {
      const changed = Buffer.from(whole);
      changed[index] = (changed[index] ?? 0) ^ 0x01;
      writeFileSync(path, changed);
      expect(() => read(path), `byte ${index} changed`).toThrow(StateDamage);
      expect(() => read(path, true), `byte ${index} changed`).toThrow(StateDamage);
      writeFileSync(path, whole.subarray(0, index));
      expect(() => read(path), `cut at ${index}`).toThrow(StateDamage);
      expect(() => read(path, true), `cut at ${index}`).toThrow(StateDamage);
    }
  });

  it.each([
    { name: 'NULs', bytes: Buffer.alloc(4096) },
    { name: 'another file', bytes: Buffer.from('root:x:0:0:root:/root:/bin/sh\n') },
    { name: 'JSON', bytes: Buffer.from('{"version":1}\n') },
  ])('C08 knows that $name are none', ({ bytes }) => {
    const path = join(temporaryFolder(), 'state');
    writeFileSync(path, bytes);
    expect(() => read(path)).toThrow(StateDamage);
  });

  it('C09 leaves a file of a newer version to the newer program', () => {
    const path = join(temporaryFolder(), 'state');
    writeFileSync(path, 'exact-state 99\nwhatever\n');
    expect(() => read(path)).toThrow(expect.objectContaining({ isNewer: true }));
  });

  it('never throws anything else, whatever it reads', () => {
    const path = join(temporaryFolder(), 'state');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, hasHeader) => {
        const header = hasHeader
          ? 'exact-state 1\n# key last first logins address server user sessions\n'
          : '';
        writeFileSync(path, Buffer.concat([Buffer.from(header), bytes]));
        expect(() => read(path)).toThrow(StateDamage);
        expect(() => read(path, true)).toThrow(StateDamage);
      }),
    );
  });
});
