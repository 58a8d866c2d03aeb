import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CdbError } from '../../src/cdb-ts/cdb-error.ts';
import { cdbHash, tableOf } from '../../src/cdb-ts/format.ts';
import { CdbReader } from '../../src/cdb-ts/reader.ts';
import { memorySource } from '../../src/cdb-ts/source.ts';
import { runsOf } from '../seeds.ts';
import { type PlainRecord, plainCdb } from './plain-cdb.ts';

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
const records = fc.array(fc.tuple(fc.oneof(bytes(1), bytes(20)), bytes(20)), { maxLength: 120 });

function readerOf(file: Buffer): CdbReader {
  return new CdbReader(memorySource(file));
}

function record(key: string, value: string): PlainRecord {
  return [Buffer.from(key), Buffer.from(value)];
}

/** Reads all that can be read, and returns the reason why not all can; any other error is thrown. */
function reasonsOf(file: Buffer, keys: readonly Uint8Array[]): string[] {
  const reasons: string[] = [];
  const attempt = <T>(step: () => T): T | undefined => {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof CdbError)) throw error;
      reasons.push(error.reason);
      return undefined;
    }
  };
  const reader = attempt(() => readerOf(file));
  if (reader === undefined) return reasons;
  attempt(() => [...reader.entries()]);
  for (const key of keys) attempt(() => reader.getAll(key));
  return reasons;
}

describe('CdbReader', () => {
  it('gives back all records in order, the first value of each key, all values, and nothing else', () => {
    fc.assert(
      fc.property(records, bytes(20), (given, other) => {
        const reader = readerOf(plainCdb(given));
        const plain = given.map(([key, value]) => ({ key: Buffer.from(key), value: Buffer.from(value) }));
        expect([...reader.entries()]).toEqual(plain);
        for (const key of [...given.map((pair) => pair[0]), other]) {
          const values = plain.filter((entry) => entry.key.equals(key)).map((entry) => entry.value);
          expect(reader.getAll(key)).toEqual(values);
          expect(reader.get(key)).toEqual(values[0]);
        }
      }),
    );
  });

  it('takes a table of 2048 zero bytes as empty', () => {
    const reader = readerOf(Buffer.alloc(2048));
    expect([...reader.entries()]).toEqual([]);
    expect(reader.get(Buffer.from('192.0.2.1'))).toBeUndefined();
  });

  it('ends the search in a table without a free slot', () => {
    // Another writer may make as many slots as records: the one table is cut to its first half, all in use.
    const file = plainCdb([record('abc', 'OK')]);
    file.writeUInt32LE(1, 0x85 * 8 + 4);
    const reader = readerOf(file.subarray(0, -8));
    expect(reader.get(Buffer.from('abc'))?.toString()).toBe('OK');
    // Another key of the same table: 'k1318'.
    expect(tableOf(cdbHash(Buffer.from('k1318')))).toBe(0x85);
    expect(reader.get(Buffer.from('k1318'))).toBeUndefined();
  });

  it('reads few bytes for a key, however many records there are', () => {
    const file = plainCdb(Array.from({ length: 5000 }, (_, i) => record(`key ${i}`, 'value')));
    let reads = 0;
    const reader = new CdbReader({
      size: file.length,
      read(position, length) {
        reads++;
        return file.subarray(position, position + length);
      },
    });
    reads = 0;
    for (let i = 0; i < 1000; i++) {
      expect(reader.get(Buffer.from(`key ${i}`))?.toString()).toBe('value');
      expect(reader.get(Buffer.from(`no key ${i}`))).toBeUndefined();
    }
    // Half of the slots are free: some 1.3 slots for a key that is there and 1.8 for another, and the record.
    expect(reads).toBeLessThan(5500);
  });

  it('refuses a record within the header, even one that looks like a record', () => {
    // The empty key lies in table 5; the header's second entry, all zero, reads as an empty key and value.
    const file = plainCdb([record('', 'OK')]);
    file.fill(0, 8, 16);
    const slot = file.indexOf(Buffer.from('0515000000080000', 'hex'));
    file.writeUInt32LE(8, slot + 4);
    expect(reasonsOf(file, [Buffer.alloc(0)])).toEqual(['bad-record']);
  });

  it('does not take a record for another key with the same hash', () => {
    const [one, other] = [Buffer.from('bc'), Buffer.from('cB')];
    expect(cdbHash(one)).toBe(cdbHash(other));
    const reader = readerOf(plainCdb([[one, Buffer.from('1')]]));
    expect(reader.get(one)?.toString()).toBe('1');
    expect(reader.get(other)).toBeUndefined();
  });

  const whole = plainCdb([record('192.0.2.1', 'OK'), record('2001:db8::1', 'OK'), record('', '')]);
  const keys = [Buffer.from('192.0.2.1'), Buffer.from('2001:db8::1'), Buffer.alloc(0)];

  it('refuses a file that was cut, wherever', () => {
    expect(reasonsOf(whole, keys)).toEqual([]);
    for (let size = 0; size < whole.length; size++) {
      expect(reasonsOf(whole.subarray(0, size), keys)).toEqual([size < 2048 ? 'too-short' : 'bad-table']);
    }
  });

  it('refuses records without a header, as a writer that was killed leaves them', () => {
    expect(reasonsOf(Buffer.concat([Buffer.alloc(2048), whole.subarray(2048)]), keys)).toEqual(['bad-table']);
  });

  const table = [0x85 * 8, 0x85 * 8 + 4] as const;
  it.each([
    { name: 'a table in the header', at: table[0], number: 2040, want: ['bad-table'] },
    { name: 'a table beyond the file', at: table[0], number: 0xffff_ffff, want: ['bad-table'] },
    { name: 'more slots than there is room for', at: table[1], number: 3, want: ['bad-table'] },
    { name: 'slots beyond 4 GiB', at: table[1], number: 0xffff_ffff, want: ['bad-table'] },
    { name: 'a record in the header', at: 2061 + 4, number: 2047, want: ['bad-record'] },
    { name: 'a record in the tables', at: 2061 + 4, number: 2054, want: ['bad-record'] },
    { name: 'a record beyond the file', at: 2061 + 4, number: 0xffff_fff0, want: ['bad-record'] },
    { name: 'a key too long by one', at: 2048, number: 4, want: ['bad-record', 'bad-record'] },
    { name: 'a value beyond 4 GiB', at: 2052, number: 0xffff_ffff, want: ['bad-record', 'bad-record'] },
  ])('refuses $name', ({ at, number, want }) => {
    const file = plainCdb([record('abc', 'OK')]);
    file.writeUInt32LE(number, at);
    expect(reasonsOf(file, [Buffer.from('abc')])).toEqual(want);
  });

  it('ends, and gives no error but CdbError, for a file with any bytes changed', () => {
    const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 40 }),
        fc.nat(whole.length),
        (changes, size) => {
          const file = Buffer.from(whole);
          for (const [at, byte] of changes) file[at] = byte;
          reasonsOf(file.subarray(0, size < 200 ? size : file.length), keys);
        },
      ),
      { numRuns: runsOf(500) },
    );
  });

  it('ends, and gives no error but CdbError, for any bytes at all', () => {
    // Small numbers: positions and lengths that lie within the file, and lead round in it.
    const number = fc.oneof(
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.integer({ min: 2040, max: 6000 }),
      fc.nat(9),
    );
    fc.assert(
      fc.property(fc.array(number, { minLength: 480, maxLength: 1500, size: 'max' }), (numbers) => {
        reasonsOf(Buffer.from(Uint32Array.from(numbers).buffer), keys);
      }),
      { numRuns: runsOf(150) },
    );
  });
});
