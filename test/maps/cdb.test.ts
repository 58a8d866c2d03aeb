import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CdbReader } from '../../src/cdb-ts/reader.ts';
import { memorySource } from '../../src/cdb-ts/source.ts';
import { ExitStatus } from '../../src/exit-status.ts';
import { cdbMap } from '../../src/maps/cdb.ts';
import type { Output } from '../../src/maps/output.ts';
import { Failure } from '../../src/problem.ts';
import { isAddress, parseAddress } from '../../src/relay/address.ts';
import { plainCdb } from '../cdb-ts/plain-cdb.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'map-cdb-'));
  path = join(folder, 'relay.cdb');
});

afterEach(() => rmSync(folder, { recursive: true }));

function outputOf(...options: readonly string[]): Output {
  return { type: 'cdb', path, kind: '', families: 'both', mode: 0o640, options, origin: 'test' };
}

/** Publishes a map of the addresses, and returns its digest. */
function publish(addresses: readonly string[], ...options: readonly string[]): string {
  const writer = cdbMap.write(outputOf(...options));
  for (const address of addresses) writer.add(address);
  const digest = writer.finish();
  writer.publish();
  return digest;
}

function keysAndValues(): string[] {
  return [...new CdbReader(memorySource(readFileSync(path))).entries()].map(
    ({ key, value }) => `${key.toString('latin1')} ${value.toString('latin1')}`,
  );
}

function read(): string[] {
  return [...cdbMap.read(outputOf())];
}

function failureOf(step: () => unknown): Failure['problem'] {
  try {
    step();
  } catch (error) {
    if (error instanceof Failure) return error.problem;
    throw error;
  }
  throw new Error('nothing failed');
}

/** Canonical client addresses, IPv4 and IPv6, many of these with runs of zeros. */
const address = fc
  .oneof(
    fc.ipV4(),
    fc
      .array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 })
      .map((groups) => groups.map((group) => group.toString(16)).join(':')),
  )
  .map(parseAddress)
  .filter(isAddress);

describe('cdbMap', () => {
  it('has each address as a key, the value OK, and no other record', () => {
    publish(['192.0.2.1', '198.51.100.20', '2001:db8::2']);
    expect(keysAndValues()).toEqual(['192.0.2.1 OK', '198.51.100.20 OK', '2001:db8::2 OK']);
  });

  it('is valid when it is empty', () => {
    publish([]);
    expect(statSync(path).size).toBe(2048);
    expect(read()).toEqual([]);
  });

  it.each([
    { given: '192.0.2.1', want: [] },
    { given: '2001:db8::2', want: ['2001.0db8.0000.0000.0000.0000.0000.0002'] },
    { given: '2001:db8:7::', want: ['2001.0db8.0007.0000.0000.0000.0000.0000'] },
    { given: '::1', want: ['0000.0000.0000.0000.0000.0000.0000.0001'] },
    { given: '1:2:3:4:5:6:7:89ab', want: ['0001.0002.0003.0004.0005.0006.0007.89ab'] },
    { given: '2001:db8:0:1:1:1:1:1', want: ['2001.0db8.0000.0001.0001.0001.0001.0001'] },
  ])("adds the key of Exim's net-cdb for $given", ({ given, want }) => {
    publish([given], 'exim-net');
    expect(keysAndValues()).toEqual([given, ...want].map((key) => `${key} OK`));
  });

  it.each([
    { given: '2001:db8:1:2::/64', want: ['2001:db8:1:2', '2001.0db8.0001.0002.0000.0000.0000.0000/64'] },
    {
      given: '2001:db8:7::/64',
      want: ['2001:db8:7:0', '2001:db8:7:', '2001.0db8.0007.0000.0000.0000.0000.0000/64'],
    },
    { given: '2001:db8:7::/48', want: ['2001:db8:7', '2001.0db8.0007.0000.0000.0000.0000.0000/48'] },
  ])("has of $given the keys of check_client_access, and that of Exim's net64-cdb", ({ given, want }) => {
    publish([given], 'exim-net');
    expect(keysAndValues()).toEqual(want.map((key) => `${key} OK`));
    expect(read()).toEqual([given]);
    expect([given, '2001:db8:9::/64'].map((form) => cdbMap.has?.(outputOf(), form))).toEqual([true, false]);
    publish([given]);
    expect(keysAndValues()).toEqual(want.slice(0, -1).map((key) => `${key} OK`));
  });

  it.each([
    { families: 'both', prefix: 64, refused: false },
    { families: 'both', prefix: 56, refused: true },
    { families: 'ipv6', prefix: 65, refused: true },
    { families: 'ipv4', prefix: 56, refused: false },
  ] as const)('refuses $families with ipv6-prefix $prefix: $refused', ({ families, prefix, refused }) => {
    const why = cdbMap.refusal?.({ ...outputOf(), families }, prefix);
    expect(why?.includes('is asked for whole groups of IPv6') ?? false).toBe(refused);
  });

  it('has with the option users who has logged in, and nothing that could be more than a name', () => {
    const writer = cdbMap.write(outputOf('users'));
    writer.add('192.0.2.1', new Set(['bob', 'alice@example.org']));
    writer.add('192.0.2.2', new Set(['x\r\nBcc: y', 'é', 'a,b', 'OK ', '', 'a'.repeat(65), 'carol']));
    writer.add('2001:db8:7::/64', new Set(Array.from({ length: 12 }, (_none, index) => `u${index + 10}`)));
    writer.finish();
    writer.publish();
    const many = 'INFO login=u10,u11,u12,u13,u14,u15,u16,u17,u18,u19,*2';
    expect(keysAndValues()).toEqual([
      '192.0.2.1 INFO login=alice@example.org,bob',
      '192.0.2.2 INFO login=?,carol',
      `2001:db8:7:0 ${many}`,
      `2001:db8:7: ${many}`,
    ]);
    expect([...cdbMap.read(outputOf('users'))]).toEqual(['192.0.2.1', '192.0.2.2', '2001:db8:7::/64']);
    expect(cdbMap.has?.(outputOf('users'), '192.0.2.1')).toBe(true);
    // Taken for a map of the other sort it lets nobody relay.
    expect(failureOf(read)).toMatchObject({ status: ExitStatus.data });
    expect(cdbMap.has?.(outputOf(), '192.0.2.1')).toBe(false);
  });

  it('P09 reads back what was published, with and without the keys for Exim', () => {
    fc.assert(
      fc.property(fc.uniqueArray(address, { maxLength: 40 }), fc.boolean(), (addresses, isForExim) => {
        publish(addresses, ...(isForExim ? ['exim-net'] : []));
        expect(read()).toEqual(addresses);
      }),
      { numRuns: 40 },
    );
  });

  it('has one digest for one set of keys', () => {
    const digest = publish(['192.0.2.1', '2001:db8::2']);
    expect(digest).toMatch(/^[0-9a-f]{40}$/);
    expect(publish(['192.0.2.1', '2001:db8::2'])).toBe(digest);
    expect(publish(['192.0.2.1', '2001:db8::3'])).not.toBe(digest);
    expect(publish(['192.0.2.1'])).not.toBe(digest);
    expect(publish(['192.0.2.1', '2001:db8::2'], 'exim-net')).not.toBe(digest);
  });

  it('leaves the old map until it publishes, and no other file in any case', () => {
    publish(['192.0.2.1']);
    const discarded = cdbMap.write(outputOf());
    discarded.add('192.0.2.2');
    discarded.finish();
    expect(read()).toEqual(['192.0.2.1']);
    discarded.discard();
    const published = cdbMap.write(outputOf());
    published.add('192.0.2.3');
    published.finish();
    published.publish();
    published.discard();
    expect(read()).toEqual(['192.0.2.3']);
    expect(readdirSync(folder)).toEqual(['relay.cdb']);
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('says what it cannot read', () => {
    expect(failureOf(read)).toMatchObject({ status: ExitStatus.noInput, where: path, why: 'no such file' });
    publish(['192.0.2.1']);
    truncateSync(path, 2070);
    expect(failureOf(read)).toMatchObject({ status: ExitStatus.data, where: path, what: 'cannot read' });
    writeFileSync(path, '192.0.2.1\n');
    expect(failureOf(read)).toMatchObject({ status: ExitStatus.data, where: path, what: 'cannot read' });
  });

  it.each(['', 'REJECT', 'OK\0'])("does not take the value '%s' for leave to relay", (value) => {
    writeFileSync(path, plainCdb([[Buffer.from('192.0.2.1'), Buffer.from(value)]]));
    expect(failureOf(read)).toMatchObject({ status: ExitStatus.data, where: path });
  });

  it("gives a key that is no address as it is: only Exim's spelling is passed over", () => {
    const keys = ['unknown', '192.0.2.1', '2001.0db8.0000.0000.0000.0000.0000.0002', '2001.0db8'];
    writeFileSync(path, plainCdb(keys.map((key) => [Buffer.from(key), Buffer.from('OK')])));
    expect(read()).toEqual(['unknown', '192.0.2.1', '2001.0db8']);
  });
});
