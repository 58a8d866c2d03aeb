import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LoadRequest, loadSettings } from '../../src/config/load.ts';
import { hostFiles } from '../../src/config/locate.ts';
import { problemText } from '../../src/terminal/problem-text.ts';
import { filesBelow, loadOn, outputTypes, temporaryFolder, writeFiles } from './host.ts';

const everywhere = {
  '/home/a/my.conf': 'timeout 1m',
  '/srv/env.conf': 'timeout 2m',
  '/etc/exact/exact.conf': 'timeout 3m',
  '/etc/exact.conf': 'timeout 4m',
  '/usr/local/etc/exact.conf': 'timeout 5m',
};

function without(...paths: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(everywhere).filter(([path]) => !paths.includes(path)));
}

describe('the configuration', () => {
  const env = { EXACT_CONFIG: '/srv/env.conf' };
  const cases: {
    name: string;
    files: Record<string, string>;
    request: Partial<LoadRequest>;
    want: string;
  }[] = [
    {
      name: '--config',
      files: everywhere,
      request: { env, configOption: '/home/a/my.conf' },
      want: '/home/a/my.conf',
    },
    { name: '$EXACT_CONFIG', files: everywhere, request: { env }, want: '/srv/env.conf' },
    {
      name: 'no empty $EXACT_CONFIG',
      files: everywhere,
      request: { env: { EXACT_CONFIG: '' } },
      want: '/etc/exact/exact.conf',
    },
    { name: '/etc/exact', files: everywhere, request: {}, want: '/etc/exact/exact.conf' },
    { name: '/etc', files: without('/etc/exact/exact.conf'), request: {}, want: '/etc/exact.conf' },
    {
      name: '/usr/local/etc',
      files: without('/etc/exact/exact.conf', '/etc/exact.conf'),
      request: {},
      want: '/usr/local/etc/exact.conf',
    },
  ];
  for (const { name, files, request, want } of cases) {
    it(`is that of ${name}`, () => {
      const { settings, file } = loadOn(files, request);
      expect([settings?.file, file]).toEqual([want, want]);
    });
  }

  it('need not be there', () => {
    const { settings, problems } = loadOn({});
    expect(problems).toEqual([]);
    expect(settings).not.toHaveProperty('file');
  });
});

describe('G07 a configuration that cannot be read', () => {
  function problemsOn(prepare: (root: string) => void, request: Partial<LoadRequest>): string[] {
    const root = temporaryFolder();
    prepare(root);
    const loaded = loadSettings({ env: {}, uid: 1000, outputTypes, files: filesBelow(root), ...request });
    expect(loaded.settings).toBeUndefined();
    expect(loaded.problems.map((problem) => problem.status)).toEqual([78]);
    return loaded.problems.map(problemText);
  }

  it('is missing, and was named: nothing else is looked for', () => {
    const prepare = (root: string) => writeFiles(root, everywhere);
    expect(problemsOn(prepare, { configOption: '/no.conf' })).toEqual([
      '/no.conf: cannot read: no such file; put it there, or correct --config',
    ]);
    expect(problemsOn(prepare, { env: { EXACT_CONFIG: '/no.conf' } })).toEqual([
      '/no.conf: cannot read: no such file; put it there, or correct $EXACT_CONFIG',
    ]);
  });

  it('is a directory', () => {
    const prepare = (root: string) => mkdirSync(join(root, '/etc/exact.conf'), { recursive: true });
    expect(problemsOn(prepare, {})).toEqual(['/etc/exact.conf: cannot read: is a directory']);
  });

  it('is a link that leads nowhere: the next one would be another configuration', () => {
    const prepare = (root: string) => {
      writeFiles(root, { '/etc/exact.conf': '' });
      mkdirSync(join(root, '/etc/exact'));
      symlinkSync('gone', join(root, '/etc/exact/exact.conf'));
    };
    expect(problemsOn(prepare, {})).toEqual(['/etc/exact/exact.conf: cannot read: no such file']);
  });
});

describe('what is found', () => {
  const maillogs = [
    { name: 'Debian', files: { '/var/log/mail.log': '', '/var/log/maillog': '' }, want: '/var/log/mail.log' },
    { name: 'FreeBSD', files: { '/var/log/maillog': '' }, want: '/var/log/maillog' },
    { name: 'SUSE', files: { '/var/log/mail': '' }, want: '/var/log/mail' },
    { name: 'a folder of logs', files: { '/var/log/mail/mail.log': '' }, want: '/var/log/mail/mail.log' },
    { name: 'a folder of other logs', files: { '/var/log/mail/info': '' }, want: 'journal:' },
    { name: 'no syslog daemon', files: {}, want: 'journal:' },
  ];
  for (const { name, files, want } of maillogs) {
    it(`is the mail log: ${name}`, () => {
      const { settings } = loadOn(files);
      expect([settings?.maillogs, settings?.origins.get('maillog')]).toEqual([[want], 'default (found)']);
    });
  }

  it('is the servers file beside the configuration', () => {
    const beside = { '/srv/exact-servers.conf': '', '/etc/exact/exact-servers.conf': '' };
    const serverdefs = (config: Record<string, string>, configOption?: string) =>
      loadOn({ ...beside, ...config }, { configOption }).settings?.serverdefs;
    expect(serverdefs({ '/srv/a.conf': '' }, '/srv/a.conf')).toEqual(['/srv/exact-servers.conf']);
    expect(serverdefs({ '/srv/a.conf': 'serverdefs b' }, '/srv/a.conf')).toEqual(['/srv/b']);
    expect(serverdefs({})).toEqual(['/etc/exact/exact-servers.conf']);
    expect(serverdefs({ '/etc/exact.conf': '' })).toEqual([]);
  });
});

describe('the folder of state and maps', () => {
  const home = { HOME: '/home/a' };
  const own = '/home/a/.local/state/exact';
  const system = '/var/lib/exact';
  const cases = [
    { name: "root's", files: {}, uid: 0, env: home, want: system },
    { name: "a user's", files: {}, uid: 1000, env: home, want: own },
    {
      name: 'XDG',
      files: {},
      uid: 1000,
      env: { ...home, XDG_STATE_HOME: '/s p #/$&' },
      want: '/s p #/$&/exact',
    },
    { name: 'XDG, relative', files: {}, uid: 1000, env: { ...home, XDG_STATE_HOME: 's' }, want: own },
    { name: 'no home', files: {}, uid: 1000, env: {}, want: system },
    { name: 'a system configuration', files: { '/etc/exact.conf': '' }, uid: 1000, env: home, want: system },
    { name: 'a system state', files: { '/var/lib/exact/state': '' }, uid: 1000, env: home, want: system },
    {
      name: "a user's configuration",
      files: { '/home/a/e.conf': '' },
      uid: 1000,
      env: { ...home, EXACT_CONFIG: '/home/a/e.conf' },
      want: own,
    },
  ];
  for (const { name, files, uid, env, want } of cases) {
    it(name, () => {
      const { settings } = loadOn(files, { uid, env });
      expect(settings?.state).toBe(`${want}/state`);
      expect(settings?.outputs.map(({ path }) => path)).toEqual([`${want}/relay.txt`, `${want}/relay.cdb`]);
    });
  }

  it('is overridden by --state, for the state alone', () => {
    const { settings } = loadOn({ '/etc/exact.conf': 'state /x\nauthfile /r' }, { stateOption: '/tmp/s' });
    expect([settings?.state, settings?.origins.get('state')]).toEqual(['/tmp/s', '--state']);
  });

  it('takes --state from the folder in which the command runs', () => {
    expect(loadOn({}, { stateOption: 's' }).settings?.state).toBe(join(process.cwd(), 's'));
  });
});

describe('hostFiles.exists()', () => {
  it('is true for what cannot be looked at', () => {
    const folder = temporaryFolder();
    symlinkSync('loop', join(folder, 'loop'));
    expect(hostFiles.exists(join(folder, 'loop/state'))).toBe(true);
  });

  it('is false for what is not there', () => {
    const folder = temporaryFolder();
    writeFiles(folder, { '/file': '' });
    expect(['x', 'x/y', 'file/z'].map((name) => hostFiles.exists(join(folder, name)))).toEqual([
      false,
      false,
      false,
    ]);
  });
});
