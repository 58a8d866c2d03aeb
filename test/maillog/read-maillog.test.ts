/** A run over a mail log: first runs, what is told beside the lines, and trouble on the way. Rotation has its own. */
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cursorAt } from '../../src/maillog/cursor.ts';
import { FilesReading } from '../../src/maillog/files-reading.ts';
import { openRegularFile } from '../../src/maillog/regular-file.ts';
import { LogOnDisk, linesOfChunks, now, stampOf } from './log-on-disk.ts';

let log: LogOnDisk;
beforeEach(() => {
  log = new LogOnDisk();
});
afterEach(() => log.remove());

const hour = 3600;
const lineAgo = (seconds: number, text = 'login') => `${now - seconds} ${text}`;
const writeAgo = (seconds: number, name?: string) => {
  log.append(`${lineAgo(seconds)}\n`, name);
  log.age(name ?? 'mail.log', seconds);
};

describe('a first run', () => {
  it('T08 reads rotated files that are young enough, oldest first, and no others', async () => {
    writeAgo(9 * hour, 'mail.log.3');
    writeAgo(1200, 'mail.log.2');
    writeAgo(600, 'mail.log.1');
    writeAgo(60);
    const { lines, reading } = await log.run();
    expect(lines).toEqual([1200, 600, 60].map((seconds) => lineAgo(seconds)));
    expect(reading.facts.startedAfresh).toBe(true);
    expect(reading.facts.filesRead).toEqual(
      ['mail.log.2', 'mail.log.1', 'mail.log'].map((name) => log.at(name)),
    );
    writeAgo(500, 'mail.log.1');
    expect((await log.run()).lines).toEqual([lineAgo(500)]);
  });

  it('T08 starts in the middle of a large log, and none of it counts as new', async () => {
    const old = Array.from({ length: 50_000 }, (_, n) => lineAgo(90_000 - n));
    log.append(`${old.join('\n')}\n${lineAgo(60)}\n`);
    const reading = await log.start();
    let lines = 0;
    for await (const { isNew, firstLine, bytes, start, end } of reading.chunks()) {
      expect(isNew).toBe(false);
      expect(firstLine).toBe(0);
      lines += bytes.toString('latin1', start, end).split('\n').length - 1;
    }
    expect(lines).toBeLessThan(10_000);
    expect(reading.facts.bytesRead).toBeLessThan(200_000);
    expect(reading.facts.lastLineTime).toBe(now - 60);
  });

  it('says when a log was last written to, if one of its last ten lines does', async () => {
    log.append(`${lineAgo(60)}\n${'words of the server\n'.repeat(9)}`);
    expect((await log.run()).reading.facts.lastLineTime).toBe(now - 60);
    log.append(`${lineAgo(30)}\n${'words of the server\n'.repeat(10)}`);
    expect((await log.run()).reading.facts.lastLineTime).toBeUndefined();
  });

  it('reads a compressed rotated file that is young enough', async () => {
    writeFileSync(log.at('mail.log.1.gz'), gzipSync(`${lineAgo(600)}\n`));
    writeAgo(60);
    expect((await log.run()).lines).toEqual([lineAgo(600), lineAgo(60)]);
    expect((await log.run()).lines).toEqual([]);
  });

  it('reads what a rotation has left, even where the log is not there yet', async () => {
    writeAgo(60, 'mail.log.1');
    const { lines, reading } = await log.run();
    expect(lines).toEqual([lineAgo(60)]);
    expect(reading.facts.missing).toBe(true);
    writeAgo(30);
    expect((await log.run()).lines).toEqual([lineAgo(30)]);
  });

  it('of a log that is not there is a problem, and the log is read when it comes', async () => {
    const { reading } = await log.run();
    expect(reading.problems).toEqual([expect.objectContaining({ status: 66, where: log.path })]);
    writeAgo(60);
    expect((await log.run()).lines).toEqual([lineAgo(60)]);
  });

  it('is what a saved state that is none comes to', async () => {
    writeAgo(60);
    for (const saved of ['null', '1', '{"files":[{}]}', '{"journal":"s=1"}']) {
      log.saved = saved;
      expect((await log.run()).lines).toEqual([lineAgo(60)]);
    }
  });
});

describe('a rebuild', () => {
  it('reads again what is young enough, and goes on from there', async () => {
    writeAgo(600, 'mail.log.1');
    writeAgo(60);
    await log.run();
    const { lines, reading } = await log.run({ rebuild: true });
    expect(lines).toEqual([lineAgo(600), lineAgo(60)]);
    expect(reading.facts.startedAfresh).toBe(true);
    expect(reading.problems).toEqual([]);
    expect((await log.run()).lines).toEqual([]);
  });
});

describe('a run with nothing new', () => {
  it('saves what was saved', async () => {
    writeAgo(600, 'mail.log.1');
    writeAgo(60);
    log.append('half');
    await log.run();
    const saved = log.saved;
    const { lines, reading } = await log.run();
    expect(lines).toEqual([]);
    expect(log.saved).toBe(saved);
    expect(reading.facts).toMatchObject({
      bytesRead: 0,
      filesRead: [],
      startedAfresh: false,
      missing: false,
    });
  });
});

describe('what is told of the lines', () => {
  it('lines past a cursor are new; writtenBefore is now, or when a rotated file was last changed', async () => {
    writeAgo(600);
    await log.run();
    writeAgo(500);
    writeAgo(100, 'mail.log.1');
    rmSync(log.at('mail.log.1'));
    const chunks: unknown[] = [];
    for await (const { isNew, writtenBefore } of (await log.start()).chunks())
      chunks.push([isNew, writtenBefore]);
    expect(chunks).toEqual([[true, now]]);
    const other = new LogOnDisk();
    other.append(`${lineAgo(300)}\n`, 'mail.log.1');
    other.age('mail.log.1', 300);
    other.append(`${lineAgo(60)}\n`);
    const times: number[] = [];
    for await (const { writtenBefore } of (await other.start()).chunks()) times.push(writtenBefore);
    expect(times).toEqual([now - 300, now]);
    other.remove();
  });

  it('counts and numbers lines where it is asked to', async () => {
    log.append(`${lineAgo(60)}\n`.repeat(3));
    const { reading } = await log.run({ countLines: true });
    expect(reading.facts.lines).toBe(3);
    const none = await log.run({ countLines: true });
    expect(none.reading.facts.lines).toBe(0);
    log.append('one\ntwo\n');
    const next = await log.start({ countLines: true });
    for await (const { firstLine } of next.chunks()) expect(firstLine).toBe(0);
    expect(next.facts.lines).toBe(2);
    expect(next.facts.lastLineTime).toBeUndefined();
  });

  it('L01 counts the lines that were too long', async () => {
    log.append(`${'x'.repeat(1_000_000)}\n${lineAgo(60)}\n`);
    expect((await log.run()).reading.facts.longLines).toBe(1);
  });
});

describe('saved()', () => {
  it('covers the chunks that were consumed, whenever it is asked', async () => {
    const lines = Array.from({ length: 30_000 }, (_, n) => `${now - 60} line ${n}`);
    log.append(`${lines.join('\n')}\n`);
    const reading = await log.start();
    const seen: string[] = [];
    let chunks = 0;
    for await (const { bytes, start, end } of reading.chunks()) {
      if (++chunks === 3) break;
      seen.push(...bytes.toString('latin1', start, end - 1).split('\n'));
    }
    log.saved = JSON.stringify(reading.saved());
    expect([...seen, ...(await log.run()).lines]).toEqual(lines);
  });

  it('is the same in the middle of a chunk as before it', async () => {
    writeAgo(60);
    await log.run();
    writeAgo(50);
    const before = log.saved;
    const reading = await log.start();
    for await (const _ of reading.chunks()) {
      log.saved = JSON.stringify(reading.saved());
      expect(JSON.parse(log.saved).files[0].offset).toBe(JSON.parse(before ?? '').files[0].offset);
    }
    expect((await log.run()).lines).toEqual([lineAgo(50)]);
  });
});

describe('S03 a read error', () => {
  it('stops at the last good line of its file, and no other file', async () => {
    writeAgo(60);
    const good = openRegularFile(log.path);
    // Unmapped memory reads as EIO (proc(5)).
    const bad = { ...good, path: '/bad', fd: openSync('/proc/self/mem', 'r') };
    const cursor = { ...cursorAt(good, 0, 0), path: '/bad' };
    const steps = [
      { cursor, file: bad, from: 0, isNew: true, writtenBefore: now },
      { file: good, from: 0, isNew: true, writtenBefore: now },
    ];
    const facts = {
      bytesToRead: 0,
      bytesRead: 0,
      lines: 0,
      longLines: 0,
      filesRead: [],
      startedAfresh: false,
      missing: false,
      isDuplicate: false,
    };
    const options = { now, lookback: 1800, rebuild: false, stampOf, countLines: false };
    const reading = new FilesReading({ steps, problems: [], startsAfresh: false }, facts, [], options);
    expect(await linesOfChunks(reading.chunks())).toEqual([lineAgo(60)]);
    expect(reading.problems).toEqual([
      expect.objectContaining({ status: 74, where: '/bad', what: 'cannot read on from byte 0' }),
    ]);
    const [first, second] = reading.saved().files ?? [];
    expect(first).toMatchObject({ path: '/bad', offset: 0, seen: 0 });
    expect(second).toMatchObject({ path: log.path, offset: 17 });
    expect(() => closeSync(bad.fd)).toThrow('EBADF');
  });
});
