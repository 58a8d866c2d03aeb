/** Journals in the export format: what comes odd, wherever the bytes are cut, and what is no text of it. */
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linesOfChunk } from '../../src/maillog/chunk-lines.ts';
import { exportedRecords } from '../../src/maillog/export-format.ts';
import { readStream, readWholeFile } from '../../src/maillog/read-file.ts';
import { LogOnDisk, now, stampOf } from './log-on-disk.ts';

/** A field of bytes: its length before it. */
function bytesField(name: string, value: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(value.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, value, Buffer.from('\n')]);
}

function entry(number: number, ...fields: readonly (string | Buffer)[]): Buffer {
  const begin = [
    `__CURSOR=s=1;i=${number}`,
    '__REALTIME_TIMESTAMP=1795341600123456',
    '_HOSTNAME=mx',
    '_PID=811',
  ];
  const all = [...begin, 'SYSLOG_IDENTIFIER=imapd', ...fields];
  const lines = all.map((field) => (typeof field === 'string' ? Buffer.from(`${field}\n`) : field));
  return Buffer.concat([...lines, Buffer.from('\n')]);
}

const bytes = Buffer.concat([
  entry(1, 'MESSAGE=a=b', 'EXTRA=one', 'EXTRA=two'),
  entry(2, bytesField('MESSAGE', Buffer.from('x\n\n__CURSOR=y\nMESSAGE=z'))),
  entry(3, 'MESSAGE=one', 'MESSAGE=two'),
  entry(4, 'MESSAGE=last'),
]);
const messages = ['a=b', 'x#012#012__CURSOR=y#012MESSAGE=z', 'last'];

async function read(pieces: readonly Buffer[]): Promise<string[]> {
  const all: string[] = [];
  for await (const records of exportedRecords(Readable.from(pieces), 'journal'))
    all.push(...records.map(({ record }) => record.message));
  return all;
}

describe('exportedRecords()', () => {
  it('gives the same wherever the bytes are cut: byte fields whole, and no entry with two messages', async () => {
    const cuts = fc.array(fc.nat(bytes.length), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        const ends = [...places.sort((a, b) => a - b), bytes.length];
        expect(await read(ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)))).toEqual(
          messages,
        );
      }),
    );
  });

  it('takes the last entry without its empty line', async () => {
    expect(await read([bytes.subarray(0, -1)])).toEqual(messages);
  });

  it('fails on a length that no entry has', async () => {
    const huge = Buffer.concat([Buffer.from('MESSAGE\n'), Buffer.alloc(8, 0x7f), Buffer.alloc(5 << 20)]);
    await expect(read([bytes, huge])).rejects.toThrow('too long');
  });
});

describe('what is read as a whole', () => {
  let log: LogOnDisk;
  beforeEach(() => {
    log = new LogOnDisk();
  });
  afterEach(() => log.remove());

  const options = { now, stampOf, countLines: true };

  it('is known for an export, as a file and as a stream', async () => {
    log.append(bytes.toString('latin1'));
    for (const chunks of [
      readWholeFile(log.path, options),
      readStream(Readable.from([bytes]), '-', options),
    ]) {
      const texts: string[] = [];
      for await (const chunk of chunks) for (const { text } of linesOfChunk(chunk)) texts.push(text);
      expect(texts).toEqual(messages.map((message) => `2026-11-22T10:00:00.123Z mx imapd[811]: ${message}`));
    }
  });

  it.each(['\ufeffNov', 'Nov'])('is refused in UTF-16, and named so: %j', async (text) => {
    const encoded = Buffer.from(text, 'utf16le');
    for (const each of [encoded, Buffer.from(encoded).swap16()]) {
      const reading = async () => {
        for await (const chunk of readStream(Readable.from([each]), '-', options))
          expect(chunk).toBeUndefined();
      };
      await expect(reading()).rejects.toThrow('UTF-16');
    }
  });
});
