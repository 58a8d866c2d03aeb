import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CdbError } from '../../src/cdb-ts/cdb-error.ts';
import { CdbReader } from '../../src/cdb-ts/reader.ts';
import { fileSource } from '../../src/cdb-ts/source.ts';
import { type PlainRecord, plainCdb } from './plain-cdb.ts';

let folder: string;
let fd: number | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdb-source-'));
});

afterEach(() => {
  if (fd !== undefined) closeSync(fd);
  fd = undefined;
  rmSync(folder, { recursive: true });
});

function fileOf(bytes: Uint8Array): number {
  const path = join(folder, 'file');
  writeFileSync(path, bytes);
  fd = openSync(path, 'r+');
  return fd;
}

/** Three blocks of 64 KiB, and a part. */
const content = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7919) >> 5));

describe('fileSource()', () => {
  it('reads any range, in any order, across blocks, and what it gave stays as it was', () => {
    const source = fileSource(fileOf(content));
    expect(source.size).toBe(content.length);
    const range = fc
      .tuple(fc.nat(content.length), fc.nat(content.length))
      .map((pair) => pair.sort((a, b) => a - b));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 20 }), (ranges) => {
        const read = ranges.map(([from = 0, to = 0]) => source.read(from, to - from));
        ranges.forEach(([from, to], i) => {
          expect(read[i]?.equals(content.subarray(from, to))).toBe(true);
        });
      }),
    );
  });

  it('serves a reader records that lie across blocks', () => {
    const records: PlainRecord[] = [];
    for (let i = 0; i < 20_000; i++) records.push([Buffer.from(`key ${i}`), Buffer.from(`value ${i}`)]);
    records.push([Buffer.from('long'), content]);
    const reader = new CdbReader(fileSource(fileOf(plainCdb(records))));
    expect(reader.get(Buffer.from('key 17123'))?.toString()).toBe('value 17123');
    expect(reader.get(Buffer.from('long'))?.equals(content)).toBe(true);
    let at = 0;
    for (const { key, value } of reader.entries()) {
      const [wantedKey, wantedValue] = records[at++] ?? [];
      if (!wantedKey || !key.equals(wantedKey) || !wantedValue || !value.equals(wantedValue)) {
        throw new Error(`record ${at} differs`);
      }
    }
    expect(at).toBe(records.length);
  });

  it('says so when the file is cut while it is read', () => {
    const file = fileOf(content);
    const source = fileSource(file);
    ftruncateSync(file, 150_000);
    expect(() => source.read(149_990, 20)).toThrow(CdbError);
    expect(() => source.read(149_990, 20)).toThrow('ends at 150000');
  });
});
