/** Whatever a run cannot read, and for whatever reason, no address stays in a map beyond its time. */
import fs, { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { dovecotLogin, MailHost } from '../commands/run-exact.ts';

/** What reads files, of all that Node has. A log is opened, and reading it throws. */
const readers = ['readFileSync', 'readSync', 'openSync', 'statSync'] as const;

const genuine = Object.fromEntries(readers.map((name) => [name, fs[name]]));

/** Lets the reading of a file throw what no system call does. */
function sabotage(path: string, error: Error = new TypeError('sabotage')): void {
  const isOpened = path.endsWith('.log') || 'syscall' in error;
  // That the pairs cannot be looked at any more when they have just been written would be another matter.
  const names = isOpened ? ['readSync'] : path.endsWith('state') ? ['openSync'] : readers;
  for (const name of names) {
    const read = genuine[name] as (...args: unknown[]) => unknown;
    const sabotaged = (file: unknown, ...rest: unknown[]) => {
      const isIt =
        typeof file === 'number'
          ? isOpened && fs.readlinkSync(`/proc/self/fd/${file}`) === path
          : file === path;
      if (isIt) throw error;
      return read(file, ...rest);
    };
    Object.assign(fs, { [name]: sabotaged });
  }
  syncBuiltinESMExports();
}

function endSabotage(): void {
  Object.assign(fs, genuine);
  syncBuiltinESMExports();
}

afterEach(endSabotage);

const later = { now: '2026-11-22T14:00:00Z' };

/** A host whose one entry has expired by `later`, and whose log has a new login then. */
async function hostAfterTimeout(): Promise<MailHost> {
  const host = new MailHost();
  appendFileSync(host.log, dovecotLogin('2026-11-22T10:10:00Z', 'alice', '192.0.2.10'));
  expect(await host.run(['update'])).toMatchObject({ status: 0, stderr: '' });
  expect(published(host)).toEqual(['192.0.2.10']);
  appendFileSync(host.log, dovecotLogin('2026-11-22T13:59:00Z', 'bob', '192.0.2.11'));
  return host;
}

function published(host: MailHost): string[] {
  return readFileSync(host.relay, 'utf8').split('\n').filter(Boolean);
}

const stateFiles = ['state.cursors', 'state.revoked', 'state'];

describe('what has expired leaves the maps', () => {
  it.each(['mail.log', ...stateFiles])(
    'in update where reading %s throws what nobody foresaw',
    async (file) => {
      const host = await hostAfterTimeout();
      sabotage(join(host.folder, file));
      const { status, stderr } = await host.run(['update'], later);
      endSabotage();
      expect(published(host)).not.toContain('192.0.2.10');
      expect(status).toBeGreaterThan(1);
      expect(stderr).toMatch(/sabotage.*; (?:no new login counts|moved to)/);
      expect(await host.run(['update'], later)).toMatchObject({ status: 0 });
      expect(published(host)).toEqual(['192.0.2.11']);
    },
  );

  it.each(['mail.log', 'state.cursors', 'state.revoked'])(
    'and a bug in reading %s is told as one, in one line that says where',
    async (file) => {
      const host = await hostAfterTimeout();
      const path = join(host.folder, file);
      sabotage(path);
      const { status, stderr } = await host.run(['update'], later);
      expect(status).toBe(70);
      expect(stderr).toContain(`exact: ${path}: a bug in exact: TypeError: sabotage at `);
      expect(stderr).toContain(
        '; no new login counts; what has expired is taken out all the same; report it',
      );
      // Once an hour, as every problem that lasts.
      if (file !== 'state.cursors') {
        expect(await host.run(['update'], later)).toMatchObject({ status: 70, stderr: '' });
      }
      expect(published(host)).toEqual([]);
    },
  );

  it.each(stateFiles)('in update and expire where %s is a folder', async (file) => {
    for (const command of ['update', 'expire']) {
      const host = await hostAfterTimeout();
      const path = join(host.folder, file);
      rmSync(path, { force: true });
      mkdirSync(path);
      const { status, stderr } = await host.run([command], later);
      expect(status).toBe(file === 'state.revoked' ? 74 : 0);
      expect(stderr).toContain(`exact: ${path}: a directory, not a regular file`);
      expect(published(host)).not.toContain('192.0.2.10');
      if (file === 'state.revoked') rmSync(path, { recursive: true });
      expect(await host.run(['update'], later)).toMatchObject({ status: 0 });
      expect(published(host)).toEqual(['192.0.2.11']);
    }
  });

  it.each(stateFiles)('in expire where reading %s throws what nobody foresaw', async (file) => {
    const host = await hostAfterTimeout();
    sabotage(join(host.folder, file));
    const { status } = await host.run(['expire'], later);
    endSabotage();
    expect(status).toBeGreaterThan(1);
    expect(published(host)).toEqual([]);
  });

  it('where the disk fails in the midst of the pairs', async () => {
    const host = await hostAfterTimeout();
    const path = join(host.folder, 'state');
    sabotage(path, Object.assign(new Error('EIO'), { code: 'EIO', syscall: 'read' }));
    const { status, stderr } = await host.run(['update'], later);
    expect({ status, stderr }).toEqual({
      status: 74,
      stderr: `exact: ${path}: cannot read: input/output error; moved to ${path}.corrupt-20261122T140000 and rebuilt from the log\n`,
    });
    expect(published(host)).toEqual(['192.0.2.11']);
  });

  it.each(['missing', '.'])('where logins cannot be read from %s, which is told each time', async (file) => {
    const host = await hostAfterTimeout();
    for (let time = 0; time < 2; time++) {
      const { status, stderr } = await host.run(['update', '--logins', join(host.folder, file)], later);
      expect(status).toBe(66);
      expect(stderr).toMatch(/: cannot read: .*; no more logins are taken; the run goes on\n$/);
      expect(published(host)).toEqual([]);
    }
  });

  it('where what has left the table cannot be remembered', async () => {
    const host = await hostAfterTimeout();
    sabotage(join(host.folder, 'state.history'));
    const { status, stderr } = await host.run(['update'], later);
    expect({ status, stderr }).toMatchObject({ status: 70, stderr: expect.stringContaining('sabotage') });
    expect(published(host)).toEqual(['192.0.2.11']);
    expect(readFileSync(join(host.folder, 'state.cursors'), 'utf8')).toContain('"status":70');
  });
});

describe('a configuration that cannot be read', () => {
  it.each([
    ['is missing', (path: string) => rmSync(path)],
    [
      'is a folder',
      (path: string) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
  ])('%s: the last good settings serve', async (_what, lose) => {
    for (const command of ['update', 'expire']) {
      const host = await hostAfterTimeout();
      const text = readFileSync(host.config, 'utf8');
      lose(host.config);
      const { status, stderr } = await host.run([command], later);
      expect(status).toBe(78);
      expect(stderr).toMatch(
        /exact\.conf: cannot read: .*; the last good settings stay in force, and nothing new is read; put it there, or correct --config\n$/,
      );
      expect(published(host)).toEqual([]);
      rmSync(host.config, { recursive: true, force: true });
      writeFileSync(host.config, text);
      expect(await host.run(['update'], later)).toMatchObject({ status: 0 });
      expect(published(host)).toEqual(['192.0.2.11']);
    }
  });
});

describe('revocations that cannot be read', () => {
  it('are not written over by expire, which revokes all the same', async () => {
    const host = await hostAfterTimeout();
    await host.run(['expire', '192.0.2.77', '--for', '1d'], later);
    await host.run(['update'], later);
    const path = join(host.folder, 'state.revoked');
    const before = readFileSync(path, 'utf8');
    sabotage(path);
    expect(await host.run(['expire', '192.0.2.11'], later)).toMatchObject({ status: 70 });
    endSabotage();
    expect(published(host)).toEqual([]);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });
});

describe('a rehearsal', () => {
  it('ends where something cannot be read, a bug with all of its stack', async () => {
    const host = await hostAfterTimeout();
    sabotage(join(host.folder, 'state.revoked'));
    const { status, stderr } = await host.run(['update', '--dry-run'], later);
    expect(status).toBe(70);
    expect(stderr).toMatch(/^exact: a bug in exact: TypeError: sabotage\n(?: +at .*\n){2}/);
  });
});
