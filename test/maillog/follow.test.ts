/** Following a log while it is written, rotated and truncated. No clock: each step waits for the lines it made. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Chunk } from '../../src/maillog/chunk.ts';
import { followFile } from '../../src/maillog/follow.ts';
import type { Problem } from '../../src/problem.ts';
import { LogOnDisk, now, stampOf } from './log-on-disk.ts';

let log: LogOnDisk;
let end: AbortController;
let problems: Problem[];
beforeEach(() => {
  log = new LogOnDisk();
  end = new AbortController();
  problems = [];
});
afterEach(() => log.remove());

/** Reads a log that is being followed. */
class Reader {
  readonly #chunks: AsyncGenerator<Chunk>;
  readonly seen: string[] = [];
  readonly chunks: Chunk[] = [];

  constructor(path: string, since?: number) {
    this.#chunks = followFile(path, {
      clock: () => now,
      stampOf,
      signal: end.signal,
      onProblem: (problem) => problems.push(problem),
      ...(since !== undefined && { since }),
    });
  }

  /** Returns the next lines, at least so many. */
  async next(count = 1): Promise<string[]> {
    while (this.seen.length < count) {
      const { value, done } = await this.#chunks.next();
      if (done) throw new Error(`ended with ${JSON.stringify(this.seen)}`);
      this.chunks.push(value);
      this.seen.push(...value.bytes.toString('latin1', value.start, value.end - 1).split('\n'));
    }
    return this.seen.splice(0);
  }

  /** Ends the following, and returns what came until then. */
  async stop(): Promise<string[]> {
    end.abort();
    for await (const { bytes, start, end } of this.#chunks)
      this.seen.push(bytes.toString('latin1', start, end - 1));
    return this.seen;
  }
}

describe('followFile()', () => {
  it('gives what is written from now on, and half a line whole', async () => {
    log.append('old\nha');
    const reader = new Reader(log.path);
    const lines = reader.next(2);
    // Whatever comes first, the start of the following or these lines, they are new.
    await untilWatched();
    log.append('lf\nnext\n');
    expect(await lines).toEqual(['half', 'next']);
    expect(await reader.stop()).toEqual([]);
  });

  it('gives the lines since a time first, those of rotated files too, and none twice', async () => {
    log.append(`${now - 60} rotated\n`, 'mail.log.1');
    log.append(`${now - 30} old\n${now} ha`);
    const reader = new Reader(log.path, now - 600);
    expect(await reader.next(2)).toEqual([`${now - 60} rotated`, `${now - 30} old`]);
    log.append(`lf\n${now} between\n`);
    expect(await reader.next(2)).toEqual([`${now} half`, `${now} between`]);
    log.append(`${now} new\n`);
    expect(await reader.next()).toEqual([`${now} new`]);
    expect(reader.chunks.map(({ isNew }) => isNew)).toEqual([false, false, true, true]);
    expect(await reader.stop()).toEqual([]);
  });

  it('keeps bytes as they are', async () => {
    const given = Buffer.from([0xff, 0xc3, 0x28, 0x0d, 0x41, 0xe2, 0x80, 0xa8, 0x42, 0x00, 0x43]);
    const reader = new Reader(log.path, 0);
    log.append(`${now} x\n`);
    await reader.next();
    writeFileSync(log.path, Buffer.concat([given, Buffer.from('\n')]), { flag: 'a' });
    await reader.next();
    const last = reader.chunks.at(-1);
    expect(last?.bytes.subarray(last.start, last.end - 1)).toEqual(given);
    await reader.stop();
  });

  it('goes over to the new file after a rotation, and drops half a line of the old one', async () => {
    log.append(`${now} x\n`);
    const reader = new Reader(log.path, 0);
    await reader.next();
    log.append('one\nhalf');
    expect(await reader.next()).toEqual(['one']);
    renameSync(log.path, log.at('mail.log.1'));
    log.append('two\n');
    expect(await reader.next()).toEqual(['two']);
    log.append('three\n');
    expect(await reader.next()).toEqual(['three']);
    await reader.stop();
  });

  it('starts again at the beginning of a log that was truncated', async () => {
    log.append(`${now} x\n`);
    const reader = new Reader(log.path, 0);
    await reader.next();
    writeFileSync(log.path, 'new\n');
    expect(await reader.next()).toEqual(['new']);
    await reader.stop();
  });

  it('waits for a log that is not there, and says so once', async () => {
    const reader = new Reader(log.path);
    const lines = reader.next();
    await untilWatched();
    expect(problems).toEqual([expect.objectContaining({ why: 'no such file', isWarning: true })]);
    log.append('first\n');
    expect(await lines).toEqual(['first']);
    await reader.stop();
  });

  it('never takes the end of a line for a line', async () => {
    log.append('ha', 'mail.log.1');
    const reader = new Reader(log.path);
    const lines = reader.next();
    // While the log is not there, tail-file starts at the end of the rotated file.
    await untilWatched(log.at('mail.log.1'));
    log.append('lf\nwhole\n', 'mail.log.1');
    expect(await lines).toEqual(['whole']);
    await reader.stop();
  });

  it('follows a symbolic link to a log in another directory', async () => {
    mkdirSync(log.at('disk'));
    log.append(`${now} x\n`, 'disk/log');
    symlinkSync('disk/log', log.path);
    const reader = new Reader(log.path, 0);
    await reader.next();
    log.append('one\n', 'disk/log');
    expect(await reader.next()).toEqual(['one']);
    await reader.stop();
  });

  it('L11 refuses what can never be followed', async () => {
    execFileSync('mkfifo', [log.path]);
    await expect(new Reader(log.path).next()).rejects.toThrow('a FIFO, not a regular file');
    await expect(new Reader(log.at('none/mail.log')).next()).rejects.toThrow('cannot open: no such file');
  });

  it('ends when it is told to, whatever it is at', async () => {
    log.append(`${now} x\n`);
    expect(await new Reader(log.path, 0).stop()).toEqual([`${now} x`]);
    expect(await new Reader(log.path).stop()).toEqual([]);
    rmSync(log.path);
    expect(await new Reader(log.path).stop()).toEqual([]);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20])(
    'ends when it is told to after %i turns of the event loop',
    async (turns) => {
      log.append('x\n');
      const reader = new Reader(log.path);
      const next = reader.next().catch((error: Error) => error.message);
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      await reader.stop();
      expect(await next).toBe('ended with []');
    },
  );
});

/** Waits until tail-file has looked at the log: that takes a few turns of the event loop and of its threads. */
async function untilWatched(path = log.path): Promise<void> {
  const { readdirSync, readlinkSync } = await import('node:fs');
  const isWatching = () =>
    readdirSync('/proc/self/fd').some((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === path;
      } catch {
        return false;
      }
    });
  for (let turns = 0; turns < 100_000 && !isWatching() && problems.length === 0; turns++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
