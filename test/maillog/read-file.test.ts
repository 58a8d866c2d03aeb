/** Files that the command line names, and streams: whole, compressed, damaged, from a time on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decompress } from '../../src/maillog/compressed.ts';
import { type FileOptions, readStream, readWholeFile } from '../../src/maillog/read-file.ts';
import { blockSize } from '../../src/maillog/read-position.ts';
import { openRegularFile } from '../../src/maillog/regular-file.ts';
import { LogOnDisk, linesOfChunks, now, stampOf } from './log-on-disk.ts';

let log: LogOnDisk;
beforeEach(() => {
  log = new LogOnDisk();
});
afterEach(() => log.remove());

const options = { now, stampOf, countLines: true };
const linesOf = (path = log.path) => linesOfChunks(readWholeFile(path, options));
const fewLines = ['one', 'two', '', 'four'];

describe('readWholeFile()', () => {
  it('gives all lines of a file, the last one without its newline too', async () => {
    log.append(fewLines.join('\n'));
    expect(await linesOf()).toEqual(fewLines);
  });

  it('R14 leaves the last line of a live log where it lacks its newline', async () => {
    log.append(fewLines.join('\n'));
    const lines = await linesOfChunks(readWholeFile(log.path, { ...options, isLive: true }));
    expect(lines).toEqual(fewLines.slice(0, -1));
  });

  it('leaves half a line of a file that another process writes, and says so', async () => {
    log.append(fewLines.join('\n'));
    const writer = spawn('sh', ['-c', 'exec 3>>"$1"; echo ready; read -r end', 'sh', log.path]);
    await once(writer.stdout, 'data');
    const told: string[] = [];
    const onHalfLine: FileOptions['onHalfLine'] = ({ where, what }) => told.push(`${where}: ${what}`);
    try {
      const lines = await linesOfChunks(readWholeFile(log.path, { ...options, onHalfLine }));
      expect(lines).toEqual(fewLines.slice(0, -1));
    } finally {
      writer.stdin.end();
    }
    expect(told).toEqual([`${log.path}: the last line is only half written`]);
    await once(writer, 'close');
    expect(await linesOf()).toEqual(fewLines);
  });

  it('reads what gzip made, whatever its name', async () => {
    writeFileSync(log.path, gzipSync(fewLines.join('\n')));
    expect(await linesOf()).toEqual(fewLines);
  });

  it('reads gzip members that follow each other as one', async () => {
    writeFileSync(log.path, Buffer.concat([gzipSync('one\ntw'), gzipSync('o\nthree\n')]));
    expect(await linesOf()).toEqual(['one', 'two', 'three']);
  });

  it.each(['\0'.repeat(512), 'garbage\n', '\x1f and more'])(
    'gives every line of a gzip file behind whose end something else stands, as gunzip does',
    async (garbage) => {
      writeFileSync(log.path, Buffer.concat([gzipSync('one\ntwo\n'), Buffer.from(garbage)]));
      expect(await linesOf()).toEqual(['one', 'two']);
    },
  );

  it('gives what a damaged file holds before it fails', async () => {
    const text = Array.from({ length: 90_000 }, (_, n) => `line ${n * n}`).join('\n');
    const packed = gzipSync(text);
    packed.fill(0xff, packed.length - 20_000, packed.length - 19_000);
    writeFileSync(log.path, packed);
    const lines: string[] = [];
    const reading = async () => {
      for await (const { bytes, start, end } of readWholeFile(log.path, options)) {
        lines.push(...bytes.toString('latin1', start, end - 1).split('\n'));
      }
    };
    await expect(reading()).rejects.toThrow(
      `${log.path}: cannot decompress all of it: the compressed data is damaged`,
    );
    expect(lines.length).toBeGreaterThan(10_000);
    expect(lines).toEqual(text.split('\n').slice(0, lines.length));
  });

  it('tells what to install where the program is not there', async () => {
    writeFileSync(log.path, gzipSync('x'));
    const file = openRegularFile(log.path);
    const first = decompress(file, 'zst', { searchPath: log.folder }).next();
    await expect(first).rejects.toThrow(
      `${log.path}: cannot decompress: zstd is not installed; its lines are passed over; apt install zstd`,
    );
    closeSync(file.fd);
  });

  it('L11 refuses what is no regular file', async () => {
    await expect(linesOf('/dev/zero')).rejects.toThrow('a device, not a regular file');
  });

  it('resolves stamps of an old file by its own time', async () => {
    log.append('x\n');
    log.age('mail.log', 900_000);
    for await (const { writtenBefore, isNew } of readWholeFile(log.path, options)) {
      expect(writtenBefore).toBe(now - 900_000);
      expect(isNew).toBe(false);
    }
  });

  it('starts near a time where one is given, and then does not number the lines', async () => {
    log.append(Array.from({ length: 50_000 }, (_, n) => `${now - 50_000 + n} x\n`).join(''));
    let bytesRead = 0;
    const { size } = { size: 50_000 * 13 };
    for await (const { start, end, firstLine } of readWholeFile(log.path, { ...options, since: now - 60 })) {
      expect(firstLine).toBe(0);
      bytesRead += end - start;
    }
    expect(bytesRead).toBeGreaterThan(60 * 13);
    expect(bytesRead).toBeLessThan(size / 4);
  });

  it('numbers the lines from 1', async () => {
    log.append('x'.repeat(99).concat('\n').repeat(10_000));
    const numbers: number[] = [];
    for await (const { firstLine } of readWholeFile(log.path, options)) numbers.push(firstLine);
    expect(numbers.slice(0, 2)).toEqual([1, 1 + Math.floor(blockSize / 100)]);
  });

  it('closes the file, also when its reader stops early', async () => {
    log.append('x\n'.repeat(500_000));
    const free = openSync(log.path, 'r');
    closeSync(free);
    for await (const _ of readWholeFile(log.path, options)) break;
    const next = openSync(log.path, 'r');
    closeSync(next);
    expect(next).toBe(free);
  });
});

describe('readStream()', () => {
  const streamOf = (pieces: Buffer[]) => linesOfChunks(readStream(Readable.from(pieces), '-', options));

  it('takes the half line at the end for a line', async () => {
    expect(await streamOf([Buffer.from('one\ntw'), Buffer.from('o')])).toEqual(['one', 'two']);
  });

  it('L05 passes over NULs where a line should start, and L01 over lines that are too long', async () => {
    const long = Buffer.alloc(100_000, 'x');
    const nuls = Buffer.alloc(300_000);
    const pieces = [
      nuls,
      Buffer.from('one\n\0'),
      Buffer.from('\0two\n'),
      long,
      long,
      long,
      Buffer.from('x\nthree\n'),
    ];
    expect(await streamOf(pieces)).toEqual(['one', 'two', 'three']);
  });

  it('gives the same lines however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\r', '\u2028') }), { maxLength: 20 }),
        fc.array(fc.nat(40), { maxLength: 20 }),
        async (lines, cuts) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
          const pieces: Buffer[] = [];
          let at = 0;
          for (const cut of cuts) {
            pieces.push(bytes.subarray(at, at + cut));
            at += cut;
          }
          pieces.push(bytes.subarray(at));
          let total = '';
          let number = 1;
          const wanted = pieces.filter((piece) => piece.length > 0);
          for await (const chunk of readStream(Readable.from(wanted), '-', options)) {
            expect(chunk.firstLine).toBe(number);
            const text = chunk.bytes.toString('utf8', chunk.start, chunk.end);
            expect(text.endsWith('\n')).toBe(true);
            number += text.split('\n').length - 1;
            total += text;
          }
          expect(total).toBe(bytes.toString());
        },
      ),
    );
  });

  it('throws a Failure when the stream breaks', async () => {
    const broken = new Readable({
      read() {
        this.destroy(Object.assign(new Error('read'), { code: 'EIO' }));
      },
    });
    await expect(linesOfChunks(readStream(broken, '-', options))).rejects.toThrow(
      '-: cannot read all of it: input/output',
    );
  });
});
