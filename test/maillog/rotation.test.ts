/** Rotation: the R cases, each on real files. A line is `TIME text`; every whole line is to be read once. */
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { candidatesFor, closeOthers, findFileOf } from '../../src/maillog/candidates.ts';
import { readMaillog } from '../../src/maillog/read-maillog.ts';
import { openRegularFile } from '../../src/maillog/regular-file.ts';
import type { SavedMaillog } from '../../src/state/maillog-cursor.ts';
import { problemText } from '../../src/terminal/problem-text.ts';
import { LogOnDisk, line, lines, linesOfChunks, now, stampOf } from './log-on-disk.ts';

let log: LogOnDisk;
beforeEach(() => {
  log = new LogOnDisk();
});
afterEach(() => log.remove());

const write = (n: number, name?: string) => log.write(n, name);
const rename = (from: string, to: string) => log.rename(from, to);
const gzip = (name: string) => log.gzip(name);
/** As logrotate's copytruncate does it. */
const copyTruncate = (to = 'mail.log.1') => {
  copyFileSync(log.path, log.at(to));
  truncateSync(log.path);
};
const newLines = async () => (await log.run()).lines;
const problemsOf = ({ reading }: Awaited<ReturnType<LogOnDisk['run']>>) => reading.problems.map(problemText);

describe('rename and create', () => {
  it('R01 rotation between two runs loses nothing', async () => {
    write(1);
    expect(await newLines()).toEqual(lines(1));
    write(2);
    rename('mail.log', 'mail.log.1');
    write(3);
    expect(await newLines()).toEqual(lines(2, 3));
    expect(await newLines()).toEqual([]);
  });

  it('R02 lines that went to the old file after the rename are read', async () => {
    write(1);
    await log.run();
    rename('mail.log', 'mail.log.1');
    write(2, 'mail.log.1');
    write(3);
    expect(await newLines()).toEqual(lines(2, 3));
  });

  it('R03 a line that comes to the old file after a run has seen the rotation is read', async () => {
    write(1);
    await log.run();
    rename('mail.log', 'mail.log.1');
    write(2);
    expect(await newLines()).toEqual(lines(2));
    write(3, 'mail.log.1');
    write(4);
    expect(await newLines()).toEqual(lines(3, 4));
    write(5, 'mail.log.1');
    expect(await newLines()).toEqual(lines(5));
    expect(await newLines()).toEqual([]);
  });

  it('R03 late lines are waited for through the next rotation, and a week after the last one', async () => {
    write(1);
    await log.run();
    rename('mail.log', 'mail.log.1');
    write(2);
    await log.run();
    rename('mail.log.1', 'mail.log.2');
    rename('mail.log', 'mail.log.1');
    write(3, 'mail.log.2');
    write(4);
    expect(await newLines()).toEqual(lines(3, 4));
    log.now += 6 * 86_400;
    write(5, 'mail.log.2');
    expect(await newLines()).toEqual(lines(5));
    log.now += 6 * 86_400;
    write(6, 'mail.log.2');
    expect(await newLines()).toEqual(lines(6));
    log.now += 7 * 86_400;
    await log.run();
    write(7, 'mail.log.2');
    expect(await newLines()).toEqual([]);
  });

  it('R04 of two rotations between two runs both files are read, the older first', async () => {
    write(1);
    await log.run();
    write(2);
    rename('mail.log', 'mail.log.1');
    write(3);
    rename('mail.log.1', 'mail.log.2');
    rename('mail.log', 'mail.log.1');
    write(4);
    expect(await newLines()).toEqual(lines(2, 3, 4));
    expect(await newLines()).toEqual([]);
  });

  it('R13 a date in the name is as good as a number', async () => {
    write(1);
    await log.run();
    write(2);
    rename('mail.log', 'mail.log-20261121');
    write(3);
    rename('mail.log', 'mail.log-20261122');
    gzip('mail.log-20261121');
    write(4);
    expect(await newLines()).toEqual(lines(2, 3, 4));
  });

  it('R13 savelog calls the newest .0', async () => {
    write(1);
    await log.run();
    write(2);
    rename('mail.log', 'mail.log.0');
    write(3);
    rename('mail.log.0', 'mail.log.1');
    gzip('mail.log.1');
    rename('mail.log', 'mail.log.0');
    write(4);
    expect(await newLines()).toEqual(lines(2, 3, 4));
  });

  it.each([
    ['mail.log.0', 'mail.log.1'],
    ['mail.log.old', 'mail.log.bak'],
    ['mail.log.Sun', 'mail.log.Mon'],
    ['mail.log-2026-10', 'mail.log-2026-11'],
  ])('R13 %s is as good as a number', async (first, second) => {
    write(1);
    await log.run();
    write(2);
    rename('mail.log', first);
    write(3);
    expect(await newLines()).toEqual(lines(2, 3));
    write(4);
    rename(first, 'gone');
    rename('mail.log', second);
    write(5);
    expect(await newLines()).toEqual(lines(4, 5));
    expect(await newLines()).toEqual([]);
  });

  it('R13 a name that says nothing does as well, by what the file holds', async () => {
    write(1);
    await log.run();
    write(2);
    write(9, 'other');
    rename('mail.log', 'saved by hand');
    write(3);
    const { lines: read, reading } = await log.run();
    expect(read).toEqual(lines(2, 3));
    expect(reading.problems).toEqual([]);
    write(4, 'saved by hand');
    expect(await newLines()).toEqual(lines(4));
    rename('mail.log', 'again');
    write(5, 'saved by hand');
    write(6);
    expect(await newLines()).toEqual(lines(5, 6));
    expect(await newLines()).toEqual([]);
  });

  it('R14 half a line is left until it is whole', async () => {
    log.append(`${line(1)}\n${line(2)} rip=198.18.1.2`);
    expect(await newLines()).toEqual(lines(1));
    expect(await newLines()).toEqual([]);
    log.append('3\n');
    expect(await newLines()).toEqual([`${line(2)} rip=198.18.1.23`]);
    expect(await newLines()).toEqual([]);
  });

  it('R15 half a line that ends a rotated file is dropped, not joined with the next file', async () => {
    log.append(`${line(1)}\n${line(2)} rip=198.18.1.2`);
    await log.run();
    rename('mail.log', 'mail.log.1');
    log.append(`3\n${line(3)}\n`);
    expect(await newLines()).toEqual(['3', line(3)]);
    expect(await newLines()).toEqual([]);
    log.append('9\n', 'mail.log.1');
    expect(await newLines()).toEqual([`${line(2)} rip=198.18.1.29`]);
  });

  it('R17 generations that all begin with the same line are not taken for each other', async () => {
    const banner = `${now - 99} newsyslog: logfile turned over\n`;
    log.append(banner);
    await log.run();
    for (const n of [1, 2, 3]) {
      for (const old of [3, 2, 1].filter((old) => old < n)) rename(`mail.log.${old}`, `mail.log.${old + 1}`);
      write(n);
      rename('mail.log', 'mail.log.1');
      log.append(banner);
    }
    const { lines: read, reading } = await log.run();
    expect(read).toEqual([line(1), banner.trim(), line(2), banner.trim(), line(3), banner.trim()]);
    expect(reading.facts.startedAfresh).toBe(false);
  });

  it('R18 a log of ten bytes is followed through a rotation, and so is an empty one', async () => {
    log.append('ten bytes\n');
    expect(await newLines()).toEqual(['ten bytes']);
    log.append('x\n');
    rename('mail.log', 'mail.log.1');
    log.append('');
    expect(await newLines()).toEqual(['x']);
    log.append('y\n');
    rename('mail.log.1', 'mail.log.2');
    rename('mail.log', 'mail.log.1');
    log.append('z\n');
    expect(await newLines()).toEqual(['y', 'z']);
  });

  it('R19 an empty log is read when its first line comes', async () => {
    log.append('');
    const first = await log.run();
    expect(first.lines).toEqual([]);
    expect(first.reading.problems).toEqual([]);
    write(1);
    expect(await newLines()).toEqual(lines(1));
    expect(await newLines()).toEqual([]);
  });
});

describe('truncation', () => {
  it('R05 copytruncate after all was read', async () => {
    write(1);
    await log.run();
    copyTruncate();
    write(2);
    const { lines: read, reading } = await log.run();
    expect(read).toEqual(lines(2));
    expect(reading.problems).toEqual([]);
  });

  it('R06 copytruncate with unread lines: they are read from the copy', async () => {
    write(1);
    await log.run();
    write(2);
    copyTruncate();
    write(3);
    expect(await newLines()).toEqual(lines(2, 3));
    expect(await newLines()).toEqual([]);
  });

  it('R06 the same where the log has grown past the cursor again, and the copy is compressed', async () => {
    write(1);
    await log.run();
    write(2);
    copyTruncate();
    gzip('mail.log.1');
    for (const n of [3, 4, 5]) write(n);
    expect(await newLines()).toEqual(lines(2, 3, 4, 5));
  });

  it('R07 a writer that keeps its place leaves NULs before the next line', async () => {
    write(1);
    write(2);
    await log.run();
    const size = 2 * (line(1).length + 1);
    copyTruncate();
    writeFileSync(log.path, Buffer.concat([Buffer.alloc(size), Buffer.from(`${line(3)}\n`)]));
    const { lines: read, reading } = await log.run();
    expect(read).toEqual(lines(3));
    expect(reading.facts.longLines).toBe(0);
    write(4);
    expect(await newLines()).toEqual(lines(4));
  });

  it('R08 truncation to less than was read', async () => {
    for (const n of [1, 2, 3]) write(n);
    await log.run();
    writeFileSync(log.path, `${line(4)}\n`);
    const run = await log.run();
    expect(run.lines).toEqual(lines(4));
    expect(run.reading.facts.startedAfresh).toBe(true);
    expect(problemsOf(run)).toEqual([expect.stringContaining('was truncated or replaced')]);
    expect(problemsOf(await log.run())).toEqual([]);
  });

  it('R09 truncation in place, grown past the cursor since: the bytes tell', async () => {
    write(1);
    await log.run();
    const inode = log.inode();
    writeFileSync(log.path, [2, 3, 4].map((n) => `${line(n)}\n`).join(''));
    expect(log.inode()).toBe(inode);
    const { lines: read, reading } = await log.run();
    expect(read).toEqual(lines(2, 3, 4));
    expect(reading.facts.startedAfresh).toBe(true);
  });

  it('R09 also where the new content has the very size of the old', async () => {
    write(1);
    await log.run();
    writeFileSync(log.path, `${line(2)}\n`);
    expect(await newLines()).toEqual(lines(2));
  });

  it('R16 a shorter file with the same first bytes is new', async () => {
    const banner = `${now - 99} syslogd: restart ${'.'.repeat(2000)}\n`;
    log.append(banner);
    write(1);
    write(2);
    await log.run();
    rmSync(log.path);
    log.append(banner);
    write(3);
    expect(await newLines()).toEqual([banner.trim(), line(3)]);
  });

  it('R16 so is a longer one', async () => {
    const banner = `${now - 99} syslogd: restart ${'.'.repeat(2000)}\n`;
    log.append(banner);
    write(1);
    await log.run();
    writeFileSync(log.path, banner + lines(2, 3, 4).join('\n').concat('\n'));
    expect(await newLines()).toEqual([banner.trim(), ...lines(2, 3, 4)]);
  });
});

describe('other files under the name', () => {
  it('R10 deleted and created anew, with the same inode', async () => {
    write(1);
    await log.run();
    const { files } = JSON.parse(log.saved ?? '');
    rmSync(log.path);
    for (const n of [2, 3]) write(n);
    // Whether the file system gives the inode again is its affair; the cursor says that it did.
    files[0].inode = log.inode();
    log.saved = JSON.stringify({ files });
    expect(await newLines()).toEqual(lines(2, 3));
  });

  it('R11 a log that is missing for a run is a problem, and goes on where it was', async () => {
    write(1);
    await log.run();
    rename('mail.log', 'elsewhere');
    const saved = log.saved;
    const run = await log.run();
    expect(run.lines).toEqual([]);
    expect(run.reading.facts.missing).toBe(true);
    expect(run.reading.facts.startedAfresh).toBe(false);
    expect(run.reading.problems).toEqual([
      expect.objectContaining({ status: 66, what: 'cannot open', why: 'no such file' }),
    ]);
    expect(log.saved).toBe(saved);
    rename('elsewhere', 'mail.log');
    write(2);
    expect(await newLines()).toEqual(lines(2));
  });

  it('R11 between rename and create, what the old file still gets is read', async () => {
    write(1);
    await log.run();
    write(2);
    rename('mail.log', 'mail.log.1');
    expect(await newLines()).toEqual(lines(2));
    write(3, 'mail.log.1');
    expect(await newLines()).toEqual(lines(3));
    write(4);
    write(5, 'mail.log.1');
    expect(await newLines()).toEqual(lines(5, 4));
    expect(await newLines()).toEqual([]);
  });

  it('R12 a file compressed at once is read through its compressor, and the next one whole', async () => {
    write(1);
    await log.run();
    write(2);
    rename('mail.log', 'mail.log.2');
    gzip('mail.log.2');
    write(3);
    rename('mail.log', 'mail.log.1');
    gzip('mail.log.1');
    write(4);
    expect(await newLines()).toEqual(lines(2, 3, 4));
    expect(await newLines()).toEqual([]);
    // Nothing is waited for in a compressed file.
    expect(JSON.parse(log.saved ?? '').files).toHaveLength(1);
  });

  it('R12 a damaged compressed file is a warning, and what can be read of it and of the rest is', async () => {
    for (const n of [1, 2]) write(n);
    await log.run();
    const many = Array.from({ length: 9000 }, (_, n) => `${line(3)} ${Math.sin(n)}`);
    log.append(`${many.join('\n')}\n`);
    rename('mail.log', 'mail.log.1');
    gzip('mail.log.1');
    write(4);
    const packed = readFileSync(log.at('mail.log.1.gz'));
    writeFileSync(log.at('mail.log.1.gz'), packed.subarray(0, packed.length - 9000));
    const run = await log.run();
    expect(run.lines.slice(0, 3)).toEqual([many[0], many[1], many[2]]);
    expect(run.lines.length).toBeGreaterThan(2000);
    expect(run.lines.at(-1)).toEqual(line(4));
    expect(run.reading.problems).toEqual([
      expect.objectContaining({ why: 'the compressed data is cut short', isWarning: true }),
    ]);
    expect(await newLines()).toEqual([]);
  });

  it('R12 a file of the name that was never compressed loses nothing else', async () => {
    write(1);
    await log.run();
    write(2);
    rename('mail.log', 'mail.log.2');
    log.append('this is not gzip', 'mail.log.1.gz');
    write(3);
    const run = await log.run();
    expect(run.lines).toEqual(lines(2, 3));
    expect(run.reading.problems).toEqual([
      expect.objectContaining({ why: 'the compressed data is damaged', isWarning: true }),
    ]);
  });

  it('R12 while the compressor works, the plain file is the one to read', async () => {
    write(1);
    await log.run();
    write(2);
    rename('mail.log', 'mail.log.1');
    log.append('\x1f\x8b', 'mail.log.1.gz');
    write(3);
    const run = await log.run();
    expect(run.lines).toEqual(lines(2, 3));
    expect(problemsOf(run)).toEqual([]);
  });

  it('R20 a symbolic link that is switched to another file', async () => {
    write(1, 'a');
    symlinkSync('a', log.path);
    expect(await newLines()).toEqual(lines(1));
    write(2, 'b');
    symlinkSync('b', log.at('next'));
    rename('next', 'mail.log');
    write(3, 'a');
    expect(await newLines()).toEqual(lines(2));
    write(4, 'b');
    expect(await newLines()).toEqual(lines(4));
  });

  it('R20 a symbolic link whose target is rotated beside it', async () => {
    mkdirSync(log.at('disk'));
    write(1, 'disk/log');
    symlinkSync('disk/log', log.path);
    await log.run();
    write(2, 'disk/log');
    rename('disk/log', 'disk/log.1');
    write(3, 'disk/log');
    expect(await newLines()).toEqual(lines(2, 3));
  });

  it('R20 a symbolic link that goes from one dated file to the next', async () => {
    const leadTo = (name: string) => {
      symlinkSync(name, log.at('next'));
      rename('next', 'mail.log');
    };
    write(1, 'cron.20261120');
    leadTo('cron.20261120');
    await log.run();
    write(2, 'cron.20261120');
    write(3, 'cron.20261121');
    write(4, 'cron.20261122');
    leadTo('cron.20261122');
    expect(await newLines()).toEqual(lines(2, 3, 4));
    write(5, 'cron.20261121');
    write(6, 'cron.20261122');
    expect(await newLines()).toEqual(lines(5, 6));
    expect(await newLines()).toEqual([]);
  });

  it('R20 a file that is moved to another folder, where others of that name stand, and back', async () => {
    for (const folder of ['old', 'other']) mkdirSync(log.at(folder));
    write(7, 'other/mail.log.1');
    write(1);
    await log.run();
    write(2);
    rename('mail.log', 'old/mail.log.1');
    write(3);
    expect(await newLines()).toEqual(lines(2, 3));
    rename('old/mail.log.1', 'old/mail.log.3');
    write(8, 'other/mail.log.1');
    write(4);
    rename('mail.log', 'old/mail.log.2');
    write(5);
    rename('mail.log', 'old/mail.log.1');
    write(6, 'old/mail.log.3');
    write(7);
    expect(await newLines()).toEqual(lines(6, 4, 5, 7));
    expect(await newLines()).toEqual([]);
  });

  it('R20 late lines of a file in another folder are read under its next name there', async () => {
    mkdirSync(log.at('old'));
    write(1);
    await log.run();
    rename('mail.log', 'old/mail.log.1');
    write(2);
    expect(await newLines()).toEqual(lines(2));
    rename('old/mail.log.1', 'old/mail.log.2');
    write(3, 'old/mail.log.2');
    expect(await newLines()).toEqual(lines(3));
  });

  it('R20 a file that is copied to another folder, and compressed there', async () => {
    mkdirSync(log.at('old'));
    write(1);
    await log.run();
    write(2);
    copyTruncate('old/mail.log.1');
    gzip('old/mail.log.1');
    write(3);
    expect(await newLines()).toEqual(lines(2, 3));
  });

  it('R21 the whole directory is renamed, and made anew', async () => {
    mkdirSync(log.at('mail'));
    const path = log.at('mail/mail.log');
    const options = { now, lookback: 1800, rebuild: false, stampOf, countLines: false };
    const read = async (saved: SavedMaillog | undefined) => {
      const reading = await readMaillog(path, saved, options);
      return { lines: await linesOfChunks(reading.chunks()), saved: reading.saved() };
    };
    write(1, 'mail/mail.log');
    const first = await read(undefined);
    rename('mail', 'mail.old');
    mkdirSync(log.at('mail'));
    write(2, 'mail/mail.log');
    expect((await read(first.saved)).lines).toEqual(lines(2));
  });

  it('R22 the same file under two names is read once', async () => {
    write(1);
    linkSync(log.path, log.at('hard'));
    symlinkSync('mail.log', log.at('soft'));
    const claimed = new Set<string>();
    const read: string[] = [];
    for (const name of ['mail.log', 'hard', 'soft']) {
      const reading = await readMaillog(log.at(name), undefined, {
        now,
        lookback: 1800,
        rebuild: false,
        stampOf,
        countLines: false,
        claimed,
      });
      read.push(...(await linesOfChunks(reading.chunks())));
      expect(reading.facts.isDuplicate).toBe(name !== 'mail.log');
    }
    expect(read).toEqual(lines(1));
  });

  it('R23 of many generations only those that can hold something new are opened', async () => {
    for (let n = 1; n <= 30; n++) {
      write(0, `mail.log.${n}`);
      log.age(`mail.log.${n}`, n * 86_400);
    }
    write(1);
    expect((await log.run()).reading.facts.filesRead).toEqual([log.path]);
    for (let n = 30; n >= 1; n--) rename(`mail.log.${n}`, `mail.log.${n + 1}`);
    write(2);
    rename('mail.log', 'mail.log.1');
    write(3);
    const [cursor] = JSON.parse(log.saved ?? '').files;
    const candidates = candidatesFor(log.path, undefined, []);
    await findFileOf(cursor, candidates);
    expect(candidates).toHaveLength(31);
    expect(candidates.filter(({ file }) => file).map(({ path }) => path)).toEqual([log.at('mail.log.1')]);
    closeOthers(candidates, new Set());
    const others = candidatesFor(log.path, undefined, []);
    expect(await findFileOf({ ...cursor, inode: 1, tail: '' }, others)).toBeUndefined();
    expect(others.filter(({ file }) => file).map(({ path }) => path)).toEqual([log.at('mail.log.1')]);
    closeOthers(others, new Set());
    expect(await newLines()).toEqual(lines(2, 3));
  });

  it('a rotation while its directory is listed shows the log twice, and it is read once', () => {
    write(1);
    linkSync(log.path, log.at('mail.log.1'));
    write(2, 'mail.log.0');
    const file = openRegularFile(log.path);
    const candidates = candidatesFor(log.path, file, []);
    expect(candidates.map(({ path, isLog }) => [path, isLog])).toEqual([
      [log.at('mail.log.0'), false],
      [log.path, true],
    ]);
    closeOthers(candidates, new Set());
  });

  it('a rotated file that is put back is followed like any other, its late lines through the next rotation', async () => {
    write(1);
    await log.run();
    rename('mail.log', 'mail.log.1');
    write(2);
    await log.run();
    rename('mail.log.1', 'mail.log');
    write(3);
    expect(await newLines()).toEqual(lines(3));
    expect(JSON.parse(log.saved ?? '').files.at(-1)).not.toHaveProperty('awaitUntil');
  });

  it('R24 an old rotated file that was touched gives lines of their own time, none of them new', async () => {
    log.append(`${now - 90_000} old\n`, 'mail.log.5');
    write(1);
    await log.run();
    log.age('mail.log.5', 0);
    expect(await newLines()).toEqual([]);
    rmSync(log.path);
    write(2);
    const reading = await log.start();
    const isNew = new Set<boolean>();
    for await (const chunk of reading.chunks()) isNew.add(chunk.isNew);
    expect(isNew).toEqual(new Set([false]));
  });
});

describe.skipIf(process.getuid?.() !== 0)('as an unprivileged user', () => {
  const asNobody = async <T>(act: () => Promise<T>): Promise<T> => {
    process.seteuid?.(65_534);
    try {
      return await act();
    } finally {
      process.seteuid?.(0);
    }
  };

  beforeEach(() => chmodSync(log.folder, 0o755));

  it('R25 a new log that cannot be read for a run loses nothing, nor does the rotated one', async () => {
    write(1);
    await log.run();
    write(2);
    rename('mail.log', 'mail.log.1');
    write(3);
    chmodSync(log.path, 0o600);
    const run = await asNobody(() => log.run());
    expect(run.lines).toEqual(lines(2));
    expect(run.reading.problems).toEqual([expect.objectContaining({ status: 66 })]);
    expect(run.reading.facts.missing).toBe(false);
    chmodSync(log.path, 0o644);
    write(4);
    expect((await asNobody(() => log.run())).lines).toEqual(lines(3, 4));
  });

  it('R25 neither does a rotated file in the middle', async () => {
    write(1);
    await log.run();
    write(2);
    rename('mail.log', 'mail.log.2');
    write(3);
    rename('mail.log', 'mail.log.1');
    chmodSync(log.at('mail.log.1'), 0o600);
    write(4);
    const run = await asNobody(() => log.run());
    expect(run.lines).toEqual(lines(2, 4));
    expect(problemsOf(run)).toEqual([expect.stringContaining('mail.log.1: cannot open')]);
    chmodSync(log.at('mail.log.1'), 0o644);
    write(5);
    expect((await asNobody(() => log.run())).lines).toEqual(lines(3, 5));
    expect(await newLines()).toEqual([]);
  });
});
