/** Lines from a byte range: the L cases, and that memory stays bounded whatever the file holds. */
import { closeSync, openSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLines } from '../../src/maillog/block-reader.ts';
import { blockSize, type ReadPosition } from '../../src/maillog/read-position.ts';
import { LogOnDisk } from './log-on-disk.ts';

let log: LogOnDisk;
beforeEach(() => {
  log = new LogOnDisk();
});
afterEach(() => log.remove());

function readingAt(offset: number, line = 0): ReadPosition {
  return { source: 'mail.log', isNew: true, writtenBefore: 0, offset, line, longLines: 0 };
}

interface Read {
  readonly lines: Buffer[];
  readonly reading: ReadPosition;
  /** The line number that each chunk said. */
  readonly numbers: number[];
}

async function read(offset = 0, line = 0, to = statSync(log.path).size): Promise<Read> {
  const reading = readingAt(offset, line);
  const fd = openSync(log.path, 'r');
  const lines: Buffer[] = [];
  const numbers: number[] = [];
  for await (const { bytes, start, end, firstLine } of readLines(fd, reading, to)) {
    numbers.push(firstLine);
    for (let at = start; at < end; ) {
      const newline = bytes.indexOf(0x0a, at);
      expect(newline).toBeLessThan(end);
      lines.push(Buffer.from(bytes.subarray(at, newline)));
      at = newline + 1;
    }
  }
  closeSync(fd);
  return { lines, reading, numbers };
}

const textOf = ({ lines }: Read) => lines.map((line) => line.toString('latin1'));

describe('readLines()', () => {
  it('leaves half a line, and the offset at its start', async () => {
    log.append('one\ntwo\nthr');
    const result = await read();
    expect(textOf(result)).toEqual(['one', 'two']);
    expect(result.reading.offset).toBe(8);
  });

  it('moves the offset with what has been consumed, not with what has been read', async () => {
    const line = `${'x'.repeat(99)}\n`;
    log.append(line.repeat(10_000));
    const reading = readingAt(0);
    const fd = openSync(log.path, 'r');
    const seen: number[] = [];
    let consumed = 0;
    for await (const { start, end } of readLines(fd, reading, 1_000_000)) {
      seen.push(reading.offset);
      expect(reading.offset).toBe(consumed);
      consumed += end - start;
    }
    closeSync(fd);
    expect(seen.length).toBeGreaterThan(3);
    expect(reading.offset).toBe(1_000_000);
  });

  it('counts lines where it is asked to, long ones too', async () => {
    log.append(`one\ntwo\n${'x'.repeat(blockSize)}\nfour\n`);
    const { numbers, reading } = await read(0, 1);
    expect(numbers).toEqual([1, 4]);
    expect(reading.line).toBe(5);
  });

  it('L01 passes a line of 1 MB over, and counts it', async () => {
    log.append(`one\n${'x'.repeat(1_000_000)}\nthree\n`);
    const result = await read();
    expect(textOf(result)).toEqual(['one', 'three']);
    expect(result.reading.longLines).toBe(1);
  });

  it('L01 delivers a line that just fits the block', async () => {
    const longest = 'x'.repeat(blockSize - 1);
    log.append(`${longest}\n${longest}y\nend\n`);
    const result = await read();
    expect(textOf(result)).toEqual([longest, 'end']);
    expect(result.reading.longLines).toBe(1);
  });

  it('L02 waits at the start of 100 MB without a newline, and goes on when it comes', async () => {
    log.append('one\n');
    const fd = openSync(log.path, 'r+');
    for (let n = 0; n < 100; n++)
      writeSync(fd, Buffer.alloc(1_000_000, 'x'), 0, 1_000_000, 4 + n * 1_000_000);
    const before = process.memoryUsage().arrayBuffers;
    const result = await read();
    expect(textOf(result)).toEqual(['one']);
    expect(result.reading.offset).toBe(4);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6);
    writeSync(fd, '\nend\n', 100_000_004);
    closeSync(fd);
    const next = await read(result.reading.offset);
    expect(textOf(next)).toEqual(['end']);
    expect(next.reading.longLines).toBe(1);
  });

  it('L05 takes bytes as they are: NULs in a line, invalid UTF-8, UTF-16, a BOM, a lone CR, U+2028', async () => {
    const given = [
      Buffer.from('\ufeffbom'),
      Buffer.from([0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80]),
      Buffer.from('a\0b'),
      Buffer.from('lone\rCR'),
      Buffer.from('crlf\r'),
      Buffer.from('line\u2028separator\u0085'),
      Buffer.from([0xff, 0xfe, 0x6c, 0x00]),
      Buffer.from([0x00, 0x6c]),
    ];
    const newline = Buffer.from('\n');
    writeFileSync(log.path, Buffer.concat(given.flatMap((line) => [line, newline])));
    expect((await read()).lines).toEqual(given);
  });

  it('L05 passes over NULs where a line should start, a run of 1 MB too', async () => {
    const nuls = '\0'.repeat(1_000_000);
    log.append(`${nuls}one\n`);
    expect(textOf(await read())).toEqual(['one']);
    const size = statSync(log.path).size;
    log.append(`${nuls}two\nthree\n`);
    const result = await read(size);
    expect(textOf(result)).toEqual(['two', 'three']);
    expect(result.reading.offset).toBe(statSync(log.path).size);
    expect(result.reading.longLines).toBe(0);
  });

  it('L05 leaves NULs at the end: a line may yet be written there', async () => {
    log.append(`one\n${'\0'.repeat(1000)}`);
    expect((await read()).reading.offset).toBe(4);
    log.append('half');
    expect((await read()).reading.offset).toBe(4);
  });

  it('L07 offsets beyond 4 GiB are exact', async () => {
    const far = 2 ** 33 + 12_345;
    log.append('');
    truncateSync(log.path, far);
    log.append('one\ntwo\nhal');
    const result = await read(far);
    expect(textOf(result)).toEqual(['one', 'two']);
    expect(result.reading.offset).toBe(far + 8);
  });

  it('L10 stops at the size that it was given, while the log grows', async () => {
    log.append('one\ntwo\n');
    const fd = openSync(log.path, 'r');
    let lines = 0;
    for await (const chunk of readLines(fd, readingAt(0), 8)) {
      lines += chunk.bytes.toString('latin1', chunk.start, chunk.end).split('\n').length - 1;
      log.append('more\n');
    }
    closeSync(fd);
    expect(lines).toBe(2);
  });

  it('ends where the file has shrunk', async () => {
    log.append('one\n');
    expect(textOf(await read(0, 0, 1_000_000))).toEqual(['one']);
  });

  it('S03 throws a read error after the lines before it', async () => {
    // Unmapped memory reads as EIO (proc(5)).
    const fd = openSync('/proc/self/mem', 'r');
    const lines = readLines(fd, readingAt(0), 1000);
    await expect(lines.next()).rejects.toMatchObject({ code: 'EIO' });
    closeSync(fd);
  });

  it('gives the lines that splitting the bytes at LF gives, from any line on', async () => {
    const line = fc.oneof(
      { weight: 8, arbitrary: fc.uint8Array({ maxLength: 80 }) },
      {
        weight: 1,
        arbitrary: fc.integer({ min: 1, max: 3 }).map((n) => Buffer.alloc(n * 200_000, 'x')),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 40 }), fc.nat(), async (given, skip) => {
        // No NULs at the start: what becomes of those is tested above.
        const all = given.map((bytes) =>
          Buffer.from(bytes.map((byte) => (byte === 0x0a || byte === 0 ? 33 : byte))),
        );
        writeFileSync(log.path, Buffer.concat(all.flatMap((one) => [one, Buffer.from('\n')])));
        const first = skip % (all.length + 1);
        const offset = all.slice(0, first).reduce((sum, one) => sum + one.length + 1, 0);
        const wanted = all.slice(first);
        const { lines, reading } = await read(offset, 1);
        // As one text each: comparing large buffers element by element takes seconds.
        const short = wanted.filter((one) => one.length < blockSize);
        const text = (buffers: Buffer[]) => buffers.map((one) => one.toString('latin1')).join('\n');
        expect(text(lines)).toBe(text(short));
        expect(reading.offset).toBe(statSync(log.path).size);
        expect(reading.line).toBe(wanted.length + 1);
      }),
      { numRuns: 50 },
    );
  });
});
