import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CdbReader } from '../../src/cdb-ts/reader.ts';
import { memorySource } from '../../src/cdb-ts/source.ts';
import { written } from '../cdb-ts/memory-sink.ts';
import type { PlainRecord } from '../cdb-ts/plain-cdb.ts';
import { installPackages } from './install.ts';

let folder: string;

beforeAll(() => {
  installPackages({ cdb: 'tinycdb' });
  folder = mkdtempSync(join(tmpdir(), 'servers-cdb-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs tinycdb's cdb, and returns its exit status and output. */
function cdb(
  args: readonly string[],
  input: Uint8Array = Buffer.alloc(0),
): { status: number | null; out: Buffer } {
  const run = spawnSync('cdb', args, { input, cwd: folder, maxBuffer: 2 ** 28 });
  if (run.error !== undefined || run.stderr.length > 0) throw new Error(`cdb: ${run.error ?? run.stderr}`);
  return { status: run.status, out: run.stdout };
}

/** The input of `cdb -c` and output of `cdb -d`: `+klen,dlen:key->data` each, and an empty line. */
function listing(records: readonly PlainRecord[]): Buffer {
  const lines = records.map(([key, value]) =>
    Buffer.concat([
      Buffer.from(`+${key.length},${value.length}:`),
      key,
      Buffer.from('->'),
      value,
      Buffer.from('\n'),
    ]),
  );
  return Buffer.concat([...lines, Buffer.from('\n')]);
}

function madeByTinycdb(records: readonly PlainRecord[]): Buffer {
  expect(cdb(['-c', 'theirs.cdb'], listing(records)).status).toBe(0);
  return readFileSync(join(folder, 'theirs.cdb'));
}

function madeByUs(records: readonly PlainRecord[]): Buffer {
  const file = written((writer) => {
    for (const [key, value] of records) writer.add(key, value);
  });
  writeFileSync(join(folder, 'ours.cdb'), file);
  return file;
}

const text = (key: string, value = 'OK'): PlainRecord => [Buffer.from(key), Buffer.from(value)];
const many = (count: number, record: (i: number) => PlainRecord) =>
  Array.from({ length: count }, (_, i) => record(i));

const sets: readonly { name: string; records: readonly PlainRecord[] }[] = [
  { name: 'no record', records: [] },
  { name: 'one address', records: [text('192.0.2.1')] },
  { name: 'an empty key and empty values', records: [text('', ''), text('a', ''), text('', 'x')] },
  { name: 'a key 1,000 times', records: many(1000, (i) => text('192.0.2.1', `${i}`)) },
  {
    name: 'keys and values of all bytes',
    records: many(256, (i) => [Buffer.from([i, 10, 0, i]), Buffer.alloc(300, i)]),
  },
  {
    name: 'a value of 3 MB',
    records: [text('a'), [Buffer.from('b'), Buffer.alloc(3_000_000, 'v')], text('c')],
  },
  {
    name: '300,000 addresses, some of them twice',
    records: many(300_000, (i) =>
      text(
        i % 10 === 0
          ? `2001:db8::${(i % 30_000).toString(16)}`
          : `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
      ),
    ),
  },
];

describe("tinycdb's cdb", () => {
  it.each(sets)('makes the same bytes of $name', ({ records }) => {
    expect(madeByUs(records).equals(madeByTinycdb(records))).toBe(true);
  });

  it.each(sets)('dumps ours: $name', ({ records }) => {
    madeByUs(records);
    const { status, out } = cdb(['-d', 'ours.cdb']);
    expect(status).toBe(0);
    expect(out.equals(listing(records))).toBe(true);
  });

  it('makes the same bytes of any records, which we read back', () => {
    const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
    const records = fc.array(fc.tuple(fc.oneof(bytes(1), bytes(50)), bytes(60)), { maxLength: 400 });
    fc.assert(
      fc.property(records, (given) => {
        const theirs = madeByTinycdb(given);
        expect(madeByUs(given).equals(theirs)).toBe(true);
        const reader = new CdbReader(memorySource(theirs));
        expect(
          listing([...reader.entries()].map(({ key, value }) => [key, value])).equals(listing(given)),
        ).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('finds in ours what is there, and nothing else', () => {
    const records = many(2000, (i) => text(`198.51.${i >> 8}.${i & 255}`, `${i}`));
    madeByUs([...records, text('198.51.0.7', 'second')]);
    for (const i of [0, 1, 999, 1999]) {
      expect(cdb(['-q', 'ours.cdb', `198.51.${i >> 8}.${i & 255}`])).toEqual({
        status: 0,
        out: Buffer.from(`${i}`),
      });
    }
    expect(cdb(['-q', '-n', '2', 'ours.cdb', '198.51.0.7']).out.toString()).toBe('second');
    for (const absent of ['198.51.8.0', '198.51.0.', '', 'unknown']) {
      expect(cdb(['-q', 'ours.cdb', absent]).status).toBe(100);
    }
  });
});
