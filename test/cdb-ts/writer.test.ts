import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CdbError } from '../../src/cdb-ts/cdb-error.ts';
import { CdbWriter } from '../../src/cdb-ts/writer.ts';
import { runsOf } from '../seeds.ts';
import { MemorySink, written } from './memory-sink.ts';
import { type PlainRecord, plainCdb } from './plain-cdb.ts';

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
/** Few keys, so that they repeat; and long values, so that buffers fill up. */
const records = fc.array(fc.tuple(fc.oneof(bytes(2), bytes(40)), fc.oneof(bytes(4), bytes(400))), {
  maxLength: 300,
});

function reasonOf(step: () => void): string | undefined {
  try {
    step();
  } catch (error) {
    return error instanceof CdbError ? error.reason : String(error);
  }
  return undefined;
}

describe('CdbWriter', () => {
  it('writes an empty database of 2048 bytes, all tables at its end', () => {
    const empty = written(() => {});
    expect(empty.length).toBe(2048);
    for (let table = 0; table < 256; table++) {
      expect([empty.readUInt32LE(table * 8), empty.readUInt32LE(table * 8 + 4)]).toEqual([2048, 0]);
    }
  });

  it('writes one record as the format has it', () => {
    const file = written((writer) => writer.add(Buffer.from('abc'), Buffer.from('OK')));
    // Lengths, key, value; then the two slots of table 0x85: the hash is 0x0b873285, its slot 0x0b8732 % 2.
    expect(file.subarray(2048).toString('hex')).toBe(
      '0300000002000000' + '616263' + '4f4b' + '8532870b00080000' + '0000000000000000',
    );
    expect(file.subarray(0x85 * 8, 0x85 * 8 + 8).toString('hex')).toBe('0d08000002000000');
  });

  it('equals the plain writer for any records, repeated and empty keys too', () => {
    fc.assert(
      fc.property(records, (given) => {
        const file = written((writer) => given.forEach(([key, value]) => writer.add(key, value)));
        expect(file.equals(plainCdb(given))).toBe(true);
      }),
      { numRuns: runsOf(60) },
    );
  });

  it('takes keys as lines as it takes them one by one', () => {
    const key = fc
      .uint8Array({ maxLength: 20 })
      .map((bytes) => bytes.map((byte) => (byte === 0x0a ? 0 : byte)));
    fc.assert(
      fc.property(fc.array(key, { maxLength: 300 }), bytes(4), (keys, value) => {
        const lines = Buffer.concat(keys.map((each) => Buffer.concat([each, Buffer.from('\n')])));
        const file = written((writer) => writer.addLines(lines, value));
        expect(file.equals(plainCdb(keys.map((each) => [each, value])))).toBe(true);
      }),
      { numRuns: runsOf(60) },
    );
  });

  it('takes keys as text as it takes their bytes', () => {
    fc.assert(
      fc.property(records, (given) => {
        const file = written((writer) =>
          given.forEach(([key, value]) => writer.addText(Buffer.from(key).toString('latin1'), value)),
        );
        expect(file.equals(plainCdb(given))).toBe(true);
      }),
      { numRuns: runsOf(60) },
    );
  });

  // 64 records of a table lie together, 131,072 of all tables in one chunk.
  it.each([16_000, 140_000])('equals the plain writer for %i records', (count) => {
    const given = Array.from(
      { length: count },
      (_, i): PlainRecord => [Buffer.from(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`), Buffer.from('OK')],
    );
    const file = written((writer) => given.forEach(([key, value]) => writer.add(key, value)));
    expect(file.equals(plainCdb(given))).toBe(true);
  });

  it('takes a key out of the middle of other bytes', () => {
    const line = Buffer.from(`4c0000201 192.0.2.1 ${'x'.repeat(300_000)}`);
    const given = [
      line.subarray(10, 19),
      line.subarray(20),
      line.subarray(20, 290_000),
      line.subarray(19, 19),
    ].map((key): PlainRecord => [key, Buffer.from('OK')]);
    const file = written((writer) => {
      writer.add(line, Buffer.from('OK'), 10, 19);
      writer.add(line, Buffer.from('OK'), 20);
      writer.add(line, Buffer.from('OK'), 20, 290_000);
      writer.add(line, Buffer.from('OK'), 19, 19);
    });
    expect(file.equals(plainCdb(given))).toBe(true);
  });

  // The buffer has 262144 bytes: records that end at, before and after its end, and some that never fit.
  it.each([
    262_120, 262_126, 262_127, 262_128, 262_131, 262_132, 262_133, 262_134, 262_136, 262_144, 600_000,
  ])('keeps records of about %i bytes whole around the end of its buffer', (size) => {
    const given: PlainRecord[] = [
      [Buffer.from('first'), Buffer.from('1')],
      [Buffer.from('key'), Buffer.alloc(size, 'v')],
      [Buffer.from('k'), Buffer.alloc(size - 14, 'w')],
      [Buffer.alloc(size, 'K'), Buffer.from('value')],
      [Buffer.from('last'), Buffer.from('2')],
    ];
    const plain = plainCdb(given);
    expect(written((writer) => given.forEach(([key, value]) => writer.add(key, value))).equals(plain)).toBe(
      true,
    );
    const asText = written((writer) => given.forEach(([key, value]) => writer.addText(String(key), value)));
    expect(asText.equals(plain)).toBe(true);
  });

  it('writes large pieces, and the header last', () => {
    const sink = new MemorySink();
    const writer = new CdbWriter(sink);
    for (let i = 0; i < 50_000; i++)
      writer.addText(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, Buffer.from('OK'));
    writer.finish();
    expect(sink.writes.length).toBeLessThan(10);
    expect(sink.writes.at(-1)).toBe(2048);
  });

  it.each([
    { name: 'a short key', key: '192.0.2.1\u0100' },
    { name: 'a key longer than the buffer', key: `${'x'.repeat(300_000)}\u0100` },
  ])('refuses text above U+00FF: $name', ({ key }) => {
    const file = written((writer) => {
      writer.addText('before', Buffer.from('1'));
      expect(reasonOf(() => writer.addText(key, Buffer.from('OK')))).toBe('bad-text');
      writer.addText('after', Buffer.from('2'));
    });
    const kept = ['before', 'after'].map(
      (word, i): PlainRecord => [Buffer.from(word), Buffer.from(`${i + 1}`)],
    );
    expect(file.equals(plainCdb(kept))).toBe(true);
  });

  it('refuses what would not fit below 4 GiB, and still completes what does', () => {
    // Nothing touches these bytes: a large value goes to the sink as it is.
    const gibibyte = Buffer.alloc(2 ** 30);
    const key = Buffer.from('k');
    const perRecord = 8 + 1 + 16;
    let end = 0;
    let header = Buffer.alloc(0);
    const writer = new CdbWriter({
      writeAt(bytes, position) {
        end = Math.max(end, position + bytes.length);
        if (position === 0) header = Buffer.from(bytes);
      },
    });
    for (let i = 0; i < 3; i++) writer.add(key, gibibyte);
    // One byte more than fits, then exactly what fits, then not even the smallest record.
    const last = 2 ** 32 - 1 - 2048 - 3 * (2 ** 30 + perRecord) - perRecord;
    expect(reasonOf(() => writer.add(key, gibibyte.subarray(0, last + 1)))).toBe('too-large');
    expect(reasonOf(() => writer.addText('k', gibibyte.subarray(0, last + 1)))).toBe('too-large');
    writer.add(key, gibibyte.subarray(0, last));
    expect(reasonOf(() => writer.add(Buffer.alloc(0), Buffer.alloc(0)))).toBe('too-large');
    expect(reasonOf(() => writer.addText('', Buffer.alloc(0)))).toBe('too-large');
    writer.finish();
    expect(end).toBe(2 ** 32 - 1);
    expect(header.readUInt32LE(255 * 8)).toBe(2 ** 32 - 1);
  });

  it('passes on what the sink throws', () => {
    const writer = new CdbWriter({
      writeAt() {
        throw new Error('no space left on device');
      },
    });
    expect(() => writer.finish()).toThrow('no space left on device');
  });
});
