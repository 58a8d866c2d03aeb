/** Rotation by the real logrotate, savelog, and supervisors' loggers, in the ways that mail logs are rotated: nothing lost, nothing twice. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readMaillog } from '../../src/maillog/read-maillog.ts';
import type { SavedMaillog } from '../../src/state/maillog-cursor.ts';
import { LogOnDisk, linesOfChunks, now, stampOf } from '../maillog/log-on-disk.ts';
import { findProgram, installPackages } from './install.ts';

beforeAll(() =>
  installPackages({
    logrotate: 'logrotate',
    savelog: 'debianutils',
    bzip2: 'bzip2',
    xz: 'xz-utils',
    zstd: 'zstd',
    lz4: 'lz4',
    multilog: 'daemontools',
    svlogd: 'runit',
    's6-log': 's6',
  }),
);

let log: LogOnDisk;
beforeEach(() => {
  log = new LogOnDisk();
  chmodSync(log.folder, 0o755);
});
afterEach(() => log.remove());

const line = (n: number) => `${now - 60 + n} login ${n}`;
const write = (n: number) => log.append(`${line(n)}\n`);
const lines = (...numbers: number[]) => numbers.map(line);

function logrotate(directives: string): void {
  const config = log.at('logrotate.conf');
  writeFileSync(config, `${log.path} {\nrotate 5\nmissingok\n${directives.replaceAll('; ', '\n')}\n}\n`);
  chmodSync(config, 0o644);
  execFileSync(findProgram('logrotate') ?? 'logrotate', ['-f', '-s', log.at('logrotate.state'), config]);
}

const habits = [
  { name: 'Debian default', directives: 'create; delaycompress; compress' },
  { name: 'compress at once', directives: 'create; compress' },
  { name: 'no create', directives: 'nocreate' },
  { name: 'copytruncate', directives: 'copytruncate' },
  { name: 'copytruncate and compress', directives: 'copytruncate; compress' },
  { name: 'bzip2', directives: 'create; compress; compresscmd /bin/bzip2; compressext .bz2' },
  { name: 'xz', directives: 'create; compress; compresscmd /usr/bin/xz; compressext .xz' },
  { name: 'zstd', directives: 'create; compress; compresscmd /usr/bin/zstd; compressext .zst' },
  {
    name: 'lz4',
    directives: 'create; compress; compresscmd /usr/bin/lz4; compressext .lz4; compressoptions -q',
  },
  { name: 'olddir', directives: 'create; olddir old; createolddir 755 root root' },
  { name: 'olddir and compress', directives: 'create; olddir old; createolddir 755 root root; compress' },
  { name: 'olddir and copytruncate', directives: 'copytruncate; olddir old; createolddir 755 root root' },
  { name: 'the extension kept', directives: 'create; extension .log; compress' },
  { name: 'start 0', directives: 'create; start 0' },
];
/** Of these, a second rotation on the same day finds its name taken, and does nothing. */
const datedHabits = [
  { name: 'dates', directives: 'create; dateext' },
  { name: 'dates and compress', directives: 'create; dateext; compress' },
  { name: 'dates, hours and seconds', directives: 'create; dateext; dateformat -%Y%m%d-%H-%s' },
  { name: 'months', directives: 'create; dateext; dateformat -%Y-%m' },
  { name: 'weekdays', directives: 'create; dateext; dateformat .%a' },
  { name: 'dates before the extension', directives: 'create; dateext; extension .log' },
];

describe.each([...habits, ...datedHabits])('logrotate, $name', ({ directives }) => {
  it('R01, R06, R12, R13 unread lines of the rotated file come first', async () => {
    write(1);
    expect((await log.run()).lines).toEqual(lines(1));
    write(2);
    logrotate(directives);
    write(3);
    const { lines: read, reading } = await log.run();
    expect(read).toEqual(lines(2, 3));
    expect(reading.problems).toEqual([]);
    expect((await log.run()).lines).toEqual([]);
  });
});

describe.each(habits)('logrotate twice, $name', ({ directives }) => {
  it('R04 so they do after two rotations', async () => {
    write(1);
    await log.run();
    write(2);
    logrotate(directives);
    write(3);
    logrotate(directives);
    write(4);
    expect((await log.run()).lines).toEqual(lines(2, 3, 4));
    logrotate(directives);
    write(5);
    expect((await log.run()).lines).toEqual(lines(5));
    expect((await log.run()).lines).toEqual([]);
  });
});

describe('savelog', () => {
  it.each([[['-n']], [['-n', '-l']], [['-n', '-j']], [['-n', '-J']], [['-n', '-t']]])(
    'R13 with %j',
    async (options) => {
      write(1);
      await log.run();
      write(2);
      execFileSync('savelog', [...options, '-q', log.path]);
      write(3);
      expect((await log.run()).lines).toEqual(lines(2, 3));
      execFileSync('savelog', [...options, '-q', log.path]);
      expect(existsSync(log.at('mail.log.0'))).toBe(true);
      write(4);
      write(5);
      execFileSync('savelog', [...options, '-q', log.path]);
      write(6);
      expect((await log.run()).lines).toEqual(lines(4, 5, 6));
    },
  );
});

describe.each([
  { name: 'multilog', args: (folder: string) => ['multilog', 's4096', 'n20', folder] },
  {
    name: 'multilog with a processor',
    args: (folder: string) => ['multilog', 's4096', 'n20', '!gzip', folder],
  },
  { name: 's6-log', args: (folder: string) => ['s6-log', 's4096', 'n20', folder] },
  { name: 'svlogd', args: (folder: string) => ['svlogd', folder], config: 's4096\nn20\n' },
  {
    name: 'svlogd with a processor',
    args: (folder: string) => ['svlogd', folder],
    config: 's4096\nn20\n!gzip\n',
  },
])('$name', ({ args, config }) => {
  it('R13 moves current away, twice between two runs, and after a run', async () => {
    const folder = log.at('main');
    mkdirSync(folder);
    if (config !== undefined) writeFileSync(join(folder, 'config'), config);
    let [saved, count]: [SavedMaillog | undefined, number] = [undefined, 0];
    const [program = '', ...rest] = args(folder);
    const writeMany = (many: number) => {
      const texts = Array.from({ length: many }, () => `${line(++count)} ${'.'.repeat(80)}\n`);
      spawnSync(findProgram(program) ?? program, rest, { input: texts.join('') });
    };
    const read = async () => {
      const options = { now, lookback: 1800, rebuild: false, stampOf, countLines: false };
      const reading = await readMaillog(join(folder, 'current'), saved, options);
      const found = await linesOfChunks(reading.chunks());
      saved = reading.saved();
      expect(reading.problems).toEqual([]);
      return found.map((text) => Number(/ login (\d+) /.exec(text)?.[1]));
    };
    writeMany(3);
    expect(await read()).toEqual([1, 2, 3]);
    for (let n = 0; n < 4; n++) writeMany(60);
    const archives = readdirSync(folder).filter((name) => name.startsWith('@'));
    expect(archives.length).toBeGreaterThan(1);
    expect(await read()).toEqual(Array.from({ length: 240 }, (_, n) => n + 4));
    writeMany(50);
    expect(await read()).toEqual(Array.from({ length: 50 }, (_, n) => n + 244));
    expect(await read()).toEqual([]);
  });
});
