import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/cdb-ts/source.ts';
import { courierMap } from '../../src/maps/courier.ts';
import { readCourierRules } from '../../src/maps/courier-rules.ts';
import { GdbmError, gdbmEntries } from '../../src/maps/gdbm-reader.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { failureOf, outputOf } from './map-table.ts';

/** Returns an output that merges rules, and where these are. */
function merging(rules: string) {
  const own = join(temporaryFolder(), 'default');
  writeFileSync(own, rules);
  return { own, output: outputOf(courierMap, { options: [`merge=${own}`] }) };
}

/**
 * A GDBM file of two buckets of four elements, laid out as gdbm 1.23 does on a machine with 64-bit offsets; the
 * directory names each bucket twice.
 */
function gdbm(records: readonly (readonly [string, string])[]): Buffer {
  const elements = 4;
  const bucketBytes = 112 + elements * 24;
  const [directoryAt, bucketsAt] = [64, 128];
  const recordsAt = bucketsAt + 2 * bucketBytes;
  const file = Buffer.alloc(recordsAt);
  file.writeUInt32LE(0x13579acf, 0);
  file.writeBigUInt64LE(BigInt(directoryAt), 8);
  file.writeUInt32LE(4 * 8, 16);
  file.writeUInt32LE(bucketBytes, 24);
  file.writeUInt32LE(elements, 28);
  for (const [i, bucket] of [0, 0, 1, 1].entries()) {
    file.writeBigUInt64LE(BigInt(bucketsAt + bucket * bucketBytes), directoryAt + i * 8);
  }
  let end = recordsAt;
  for (let i = 0; i < 2 * elements; i++) {
    const at = bucketsAt + Math.floor(i / elements) * bucketBytes + 112 + (i % elements) * 24;
    const record = records[i];
    file.writeInt32LE(record === undefined ? -1 : i, at);
    if (record === undefined) continue;
    file.writeBigUInt64LE(BigInt(end), at + 8);
    file.writeUInt32LE(record[0].length, at + 16);
    file.writeUInt32LE(record[1].length, at + 20);
    end += record[0].length + record[1].length;
  }
  return Buffer.concat([file, Buffer.from(records.flat().join(''), 'latin1')]);
}

const six = [
  ['198.51.100.1', 'allow,RELAYCLIENT'],
  [':2001:0db8:0000:0000:0000:0000:0000:0002', 'allow,BLOCK="a,b",RELAYCLIENT'],
  [':2001:0db8:0007:0000', 'allow,RELAYCLIENT=@x'],
  ['10', 'allow,RELAYCLIENT'],
  ['198.51.100.2', 'deny'],
  ['198.51.100.3', 'allow,BLOCK="no,RELAYCLIENT"'],
] as const;

describe('gdbmEntries()', () => {
  it('gives the records of all buckets, each once', () => {
    expect([...gdbmEntries(memorySource(gdbm(six)))]).toEqual(six);
    expect([...gdbmEntries(memorySource(gdbm([])))]).toEqual([]);
  });

  it('never reads outside of a file that was cut', () => {
    const whole = gdbm(six);
    for (let size = 0; size < whole.length; size++) {
      expect(() => [...gdbmEntries(memorySource(whole.subarray(0, size)))]).toThrow(GdbmError);
    }
  });

  it.each([
    { name: 'another magic', at: 0, value: 0x13579acd },
    { name: 'a directory outside', at: 8, value: 0x7fffffff },
    { name: 'a directory too long', at: 16, value: 0x7fffffff },
    { name: 'buckets too short for their elements', at: 24, value: 100 },
    { name: 'a bucket outside', at: 64, value: 0x7fffffff },
    { name: 'a key outside', at: 128 + 112 + 8, value: 0x7fffffff },
    { name: 'a value too long', at: 128 + 112 + 20, value: 0x7fffffff },
  ])('throws a GdbmError for $name', ({ at, value }) => {
    const file = gdbm(six);
    file.writeUInt32LE(value, at);
    expect(() => [...gdbmEntries(memorySource(file))]).toThrow(GdbmError);
  });
});

describe('map type courier', () => {
  it("reads back whom it lets relay, the admin's own rules left out", () => {
    const { output } = merging('10\tallow,RELAYCLIENT\n');
    writeFileSync(output.path, gdbm(six));
    expect([...courierMap.read(output)]).toEqual(['198.51.100.1', '2001:db8::2', '2001:db8:7::/64']);
    const alone = outputOf(courierMap, { path: output.path });
    expect([...courierMap.read(alone)]).toContain('10');
  });

  it('says why it cannot be read', () => {
    const output = outputOf(courierMap);
    const want = (why: string) => `${output.path}: cannot read: ${why}; whom it lets relay is not known`;
    expect(failureOf(() => courierMap.read(output))).toBe(want('no such file'));
    writeFileSync(output.path, 'text, and longer than the header of a database');
    expect(failureOf(() => courierMap.read(output))).toBe(want('not a GDBM file'));
  });

  const rules = `# as installed
127.0.0.1\tallow,RELAYCLIENT
:0000:0000:0000:0000:0000:0000:0000:0001\tallow,RELAYCLIENT
192.168\tallow,RELAYCLIENT
198.51.100.0/26\tdeny
198.51\tallow,BLOCK="550 no"
203.0.113.8/31\tallow
2001:db8:4000::/35\tdeny
*\tdeny
`;

  it('expands networks as makedat does', () => {
    const keys = [...readCourierRules(merging(rules).output).keys()];
    expect(keys.filter((key) => /^198\.51\.100\.\d+$/.test(key))).toEqual(
      Array.from({ length: 64 }, (_, i) => `198.51.100.${i}`),
    );
    expect(keys).toContain('203.0.113.9');
    expect(keys.filter((key) => key.startsWith(':2001'))).toEqual(
      Array.from({ length: 0x2000 }, (_, i) => `:2001:0db8:${(0x4000 + i).toString(16)}`),
    );
    expect([...readCourierRules(merging('10.0.0.0/7\tdeny\n').output).keys()]).toEqual(['10', '11']);
    expect(readCourierRules(merging('0.0.0.0/0\tdeny\n').output).size).toBe(256);
  });

  it.each([
    { form: '192.168.5.5', leftOut: false },
    { form: '198.51.100.63', leftOut: true },
    { form: '198.51.100.64', leftOut: false },
    { form: '203.0.113.9', leftOut: true },
    { form: '203.0.113.10', leftOut: true },
    { form: '2001:db8:5fff::1', leftOut: true },
    { form: '2001:db8:5fff::/64', leftOut: true },
    { form: '2001:db8:6000::1', leftOut: true },
  ])('leaves $form out: $leftOut', ({ form, leftOut }) => {
    expect(courierMap.leavesOut?.(merging(rules).output)(form)).toBe(leftOut);
  });

  it('leaves nobody out where no rule is', () => {
    const lets = courierMap.leavesOut?.(merging('*\tallow,X=1\n').output);
    expect(lets?.('203.0.113.1')).toBe(false);
    expect(courierMap.leavesOut?.(outputOf(courierMap))('203.0.113.1')).toBe(false);
  });

  it.each([
    { given: '10 deny', why: 'no address, one TAB, and allow or deny' },
    { given: '10\t\tdeny', why: 'no address, one TAB, and allow or deny' },
    { given: '.', why: 'no address, one TAB, and allow or deny' },
    { given: '10.0.0.1-10.0.0.9\tdeny', why: 'a range cannot be merged; write it as networks' },
    { given: '10.0.0.0/33\tdeny', why: 'prefix length 33 is over 32' },
    { given: '127.0.0.1/32\tdeny', why: "'127.0.0.1' has a line already" },
  ])('refuses to merge $given', ({ given, why }) => {
    const { own, output } = merging(`127.0.0.1\tallow\n${given}\n`);
    expect(failureOf(() => courierMap.write(output))).toMatch(
      `${own}:2: cannot be merged: '${given.replaceAll('\t', '\\t')}': ${why}; the old map stays in use`,
    );
  });
});
