/** Rotation by the real logrotate and savelog, in the ways that mail logs are rotated: nothing lost, nothing twice. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LogOnDisk, now } from '../maillog/log-on-disk.ts';
import { findProgram, installPackages } from './install.ts';

beforeAll(() =>
  installPackages({
    logrotate: 'logrotate',
    savelog: 'debianutils',
    bzip2: 'bzip2',
    xz: 'xz-utils',
    zstd: 'zstd',
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
  { name: 'the extension kept', directives: 'create; extension .log; compress' },
  { name: 'start 0', directives: 'create; start 0' },
];
/** Of these, a second rotation on the same day finds its name taken, and does nothing. */
const datedHabits = [
  { name: 'dates', directives: 'create; dateext' },
  { name: 'dates and compress', directives: 'create; dateext; compress' },
  { name: 'dates, hours and seconds', directives: 'create; dateext; dateformat -%Y%m%d-%H-%s' },
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
