/**
 * Faults of the host that no other test brings about: a file system that became read-only, a map on another one
 * than the state, a run that is told to end, a reader that goes away, and the order of writes that a loss of
 * power must find.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { dovecotLogin } from '../commands/run-exact.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { installPackages } from './install.ts';

const exact = new URL('../../bin/exact', import.meta.url).pathname;

beforeAll(() => {
  installPackages({ strace: 'strace', postmap: 'postfix' });
});

/** A host whose state and maps lie in folders of their own. */
class Host {
  readonly folder = temporaryFolder();
  readonly log = join(this.folder, 'mail.log');
  readonly maps = join(this.folder, 'maps');
  readonly state = join(this.folder, 'lib');

  constructor() {
    chmodSync(this.folder, 0o755);
    for (const folder of [this.maps, this.state]) mkdirSync(folder);
    writeFileSync(this.log, '');
    writeFileSync(
      join(this.folder, 'exact.conf'),
      `maillog ${this.log}\ntimezone UTC\noutput text maps/relay.txt\noutput cdb maps/relay.cdb\n`,
    );
  }

  login(address: string): void {
    appendFileSync(this.log, dovecotLogin('2026-11-22T10:05:00Z', 'alice', address));
  }

  words(words: readonly string[]): string[] {
    const files = ['-c', join(this.folder, 'exact.conf'), '--state', join(this.state, 'state')];
    return [process.execPath, exact, ...words, ...files, '--now', '2026-11-22T10:10:00Z'];
  }

  run(words: readonly string[], before: readonly string[] = []): SpawnSyncReturns<string> {
    const [program = '', ...args] = [...before, ...this.words(words)];
    const env = { PATH: process.env.PATH ?? '' };
    return spawnSync(program, args, { encoding: 'utf8', env, maxBuffer: 64 * 1024 * 1024 });
  }

  relay(): string {
    return readFileSync(join(this.maps, 'relay.txt'), 'utf8');
  }

  /** Puts a file system of its own in the place of a folder, until the test is over. */
  mount(folder: string): void {
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status).toBe(0);
    onTestFinished(() => {
      spawnSync('umount', [folder]);
    });
  }
}

describe('a file system', () => {
  it.each(['maps', 'state'] as const)(
    'S04 of the %s that is read-only: the old maps stay, dump works, and it heals',
    (which) => {
      const host = new Host();
      host.mount(host[which]);
      host.login('192.0.2.10');
      expect(host.run(['update'])).toMatchObject({ status: 0, stderr: '' });
      host.login('198.51.100.7');
      spawnSync('mount', ['-o', 'remount,ro', host[which]]);
      const broken = host.run(['update']);
      expect([73, 74]).toContain(broken.status);
      expect(broken.stderr).toMatch(/^exact: [^\n]*: read-only file system[^\n]*\n/);
      expect(broken.stderr).toContain(host[which]);
      expect(host.relay()).toContain('192.0.2.10\n');
      expect(host.run(['dump', '192.0.2.10'])).toMatchObject({ status: 0 });
      spawnSync('mount', ['-o', 'remount,rw', host[which]]);
      expect(host.run(['update'])).toMatchObject({ status: 0 });
      expect(host.relay()).toBe('192.0.2.10\n198.51.100.7\n');
    },
  );

  it('S12 of the maps may be another than that of the state: each new file is made beside the old one', () => {
    const host = new Host();
    host.mount(host.maps);
    host.login('192.0.2.10');
    const trace = join(host.folder, 'trace');
    const { status } = host.run(
      ['update'],
      ['strace', '-f', '-o', trace, '-e', 'trace=rename,renameat,renameat2'],
    );
    expect(status).toBe(0);
    const renames = [
      ...readFileSync(trace, 'utf8').matchAll(/rename\w*\("([^"]+)", "([^"]+)"\)\s+= (-?\d+)/g),
    ];
    expect(renames.length).toBeGreaterThanOrEqual(4);
    for (const [, from = '', to = '', result] of renames) {
      expect([join(from, '..'), result]).toEqual([join(to, '..'), '0']);
    }
    expect(host.relay()).toBe('192.0.2.10\n');
  });
});

describe('a disk that cannot be read in the middle of a large log', () => {
  it('costs parse what follows there, and not the next log', () => {
    const host = new Host();
    const row = (user: string) => `2026-11-22T10:05:00Z\t192.0.2.10\t${user}\tdovecot\n`;
    const [bad, good] = ['bad', 'good'].map((user) => {
      const path = join(host.folder, `${user}.log`);
      writeFileSync(path, dovecotLogin('2026-11-22T10:05:00Z', user, '192.0.2.10').repeat(80_000));
      return path;
    }) as [string, string];
    const trace = join(host.folder, 'trace');
    const fault = ['strace', '-f', '-o', trace, '-P', bad, '-e', 'inject=pread64:error=EIO:when=8+'];
    const { status, stdout, stderr } = host.run(['parse', bad, good], fault);
    expect(stderr).toBe(`exact: ${bad}: cannot read all of it: input/output error\n`);
    expect(status).toBe(74);
    expect(readFileSync(trace, 'utf8')).toMatch(/ pread64\(.*\(INJECTED\)$/m);
    const found = stdout.split('\n').filter((line) => line.includes('bad')).length;
    expect(found).toBeGreaterThan(100);
    expect(found).toBeLessThan(80_000);
    expect(stdout === row('bad').repeat(found) + row('good').repeat(80_000)).toBe(true);
  });
});

describe('C07 each file of a run', () => {
  it('is synced before it is renamed, and its folder after that', () => {
    const host = new Host();
    host.login('192.0.2.10');
    const trace = join(host.folder, 'trace');
    host.run(['update'], ['strace', '-o', trace, '-yy', '-e', 'trace=fsync,fdatasync,rename']);
    const events = readFileSync(trace, 'utf8').split('\n');
    const renames = events.flatMap((line, index) => {
      const [, from, to] = /^rename\("([^"]+)", "([^"]+)"\)/.exec(line) ?? [];
      return from === undefined || to === undefined ? [] : [{ from, to, index }];
    });
    expect(renames.map(({ to }) => to.replace(host.folder, '')).sort()).toEqual(
      expect.arrayContaining(['/lib/state', '/lib/state.cursors', '/maps/relay.cdb', '/maps/relay.txt']),
    );
    for (const { from, to, index } of renames) {
      expect(
        events.slice(0, index).some((line) => line.startsWith('fsync') && line.includes(`<${from}>`)),
        to,
      ).toBe(true);
      const after = events
        .slice(index + 1)
        .find((line) => line.startsWith('fsync') && line.includes(`<${join(to, '..')}>`));
      expect(after, to).toBeDefined();
    }
  });
});

describe('C10 a run', () => {
  it.each(['TERM', 'INT', 'HUP', 'PIPE'])(
    'that gets SIG%s while it publishes leaves whole maps and nothing half done, and the next one is right',
    (signal) => {
      const host = new Host();
      host.login('192.0.2.10');
      host.run(['update']);
      host.login('198.51.100.7');
      for (let number = 1; number <= 4; number++) {
        const ran = host.run(
          ['update'],
          ['strace', '-o', '/dev/null', '-e', `inject=rename:signal=${signal}:when=${number}`],
        );
        expect(ran.stderr).not.toContain('a bug in exact');
        expect(['192.0.2.10\n', '192.0.2.10\n198.51.100.7\n']).toContain(host.relay());
        const files = [...readdirSync(host.maps), ...readdirSync(host.state)];
        expect(files.filter((name) => !/^(?:relay|state)/.test(name))).toEqual([]);
      }
      expect(host.run(['update'])).toMatchObject({ status: 0, stderr: '' });
      expect(host.relay()).toBe('192.0.2.10\n198.51.100.7\n');
    },
  );

  it('whose reader goes away publishes all the same', () => {
    const host = new Host();
    host.login('192.0.2.10');
    const ran = spawnSync('/bin/sh', ['-c', '"$@" 2>&1 | true', 'sh', ...host.words(['update', '-v'])], {
      encoding: 'utf8',
    });
    expect(ran.stderr).toBe('');
    expect(host.relay()).toBe('192.0.2.10\n');
  });
});

describe('C06 a lock', () => {
  it('that the file system does not know stops the run, and it says so', () => {
    const host = new Host();
    host.login('192.0.2.10');
    const { status, stderr } = host.run(
      ['update'],
      ['strace', '-f', '-o', '/dev/null', '-e', 'inject=flock:error=ENOLCK'],
    );
    expect(status).toBe(69);
    expect(stderr).toMatch(/^exact: [^\n]*state\.lock: cannot lock: [^\n]*No locks available[^\n]*\n$/);
    expect([...readdirSync(host.maps), ...readdirSync(host.state)]).toEqual(['state.lock']);
  });
});

describe('postmap', () => {
  it.each([
    { name: 'P05 may not be run', instead: '/dev/null' },
    { name: 'P06 fails', instead: '/bin/false' },
    { name: 'P06 is killed', instead: '#!/bin/sh\nkill -9 $$\n' },
  ])('that $name leaves the old table, and the next run makes the new one', ({ instead }) => {
    const host = new Host();
    appendFileSync(join(host.folder, 'exact.conf'), 'output postmap hash:maps/relay-hash\n');
    host.login('192.0.2.10');
    expect(host.run(['update'])).toMatchObject({ status: 0, stderr: '' });
    const table = join(host.maps, 'relay-hash.db');
    const before = readFileSync(table);
    host.login('198.51.100.7');
    let file = instead;
    if (instead.startsWith('#!')) {
      file = join(host.folder, 'postmap');
      writeFileSync(file, instead, { mode: 0o755 });
    }
    const script = `mount --bind ${file} $(command -v postmap || echo /usr/sbin/postmap); exec "$@"`;
    const broken = host.run(['update'], ['unshare', '-m', '/bin/sh', '-c', script, 'sh']);
    expect([69, 78]).toContain(broken.status);
    expect(broken.stderr).toMatch(/^exact: [^\n]*postmap[^\n]*\n/);
    expect(readFileSync(table).equals(before)).toBe(true);
    expect(host.run(['update'])).toMatchObject({ status: 0 });
    const { stdout } = spawnSync('/usr/sbin/postmap', ['-s', `hash:${join(host.maps, 'relay-hash')}`], {
      encoding: 'utf8',
    });
    expect(
      stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split(/\s/)[0])
        .sort(),
    ).toEqual(['192.0.2.10', '198.51.100.7']);
  });
});

it('P08 postmap takes an empty table and IPv6 keys without a warning', () => {
  const host = new Host();
  appendFileSync(join(host.folder, 'exact.conf'), 'output postmap hash:maps/relay-hash\n');
  const table = `hash:${join(host.maps, 'relay-hash')}`;
  const listed = () => spawnSync('/usr/sbin/postmap', ['-s', table], { encoding: 'utf8' });
  expect(host.run(['update'])).toMatchObject({ status: 0, stderr: '' });
  expect(listed()).toMatchObject({ status: 0, stdout: '', stderr: '' });
  for (const address of ['2001:DB8::0:10', '192.0.2.10', '::ffff:192.0.2.10']) host.login(address);
  expect(host.run(['update'])).toMatchObject({ status: 0, stderr: '' });
  expect(listed().stdout.split('\n').filter(Boolean).sort()).toEqual(['192.0.2.10\tOK', '2001:db8::10\tOK']);
});

describe('V03 a run', () => {
  it('starts no shell, and no program is told anything from a log', () => {
    const host = new Host();
    appendFileSync(join(host.folder, 'exact.conf'), 'output postmap hash:maps/relay-hash\n');
    host.login('192.0.2.10');
    const trace = join(host.folder, 'trace');
    expect(
      host.run(['update'], ['strace', '-f', '-o', trace, '-s', '1000', '-e', 'trace=execve']).status,
    ).toBe(0);
    const started = [
      ...readFileSync(trace, 'utf8').matchAll(/execve\("[^"]*\/([^"/]+)", (\[.*?\]), .*= 0$/gm),
    ].map(([, name, args]) => ({ name, args }));
    expect(new Set(started.map(({ name }) => name))).toEqual(new Set(['node', 'flock', 'postmap']));
    for (const { args } of started) expect(args).not.toMatch(/alice|192\.0\.2\.10/);
  });
});
