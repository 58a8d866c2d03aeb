/** What only root can set up: another account's files, a full disk, a lock that is held. Through the built program. */
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { accountByName } from '../../src/host/accounts.ts';
import { dovecotLogin } from '../commands/run-exact.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const root = new URL('../..', import.meta.url).pathname;
/** Away from the work tree, which the account may not be able to enter. */
const installed = mkdtempSync(join(tmpdir(), 'exact-installed-'));
const exact = join(installed, 'bin/exact');
const now = '2026-11-22T10:10:00Z';

beforeAll(() => {
  chmodSync(installed, 0o755);
  for (const part of ['bin', 'dist', 'package.json'])
    cpSync(join(root, part), join(installed, part), { recursive: true });
  if (process.getuid?.() !== 0)
    throw new Error('these tests change owners and mount file systems: run them as root');
});

afterAll(() => rmSync(installed, { recursive: true }));

/** A host in a folder that belongs to root, with one login in its log. */
class Host {
  readonly folder = temporaryFolder();
  readonly config = join(this.folder, 'exact.conf');
  readonly log = join(this.folder, 'mail.log');
  readonly state: string;

  constructor(stateFolder: string, ...lines: string[]) {
    chmodSync(this.folder, 0o755);
    this.state = join(this.folder, stateFolder, 'state');
    mkdirSync(join(this.folder, stateFolder), { recursive: true });
    writeFileSync(this.log, dovecotLogin('2026-11-22T10:00:00Z', 'alice', '192.0.2.10'));
    const output = `output text ${stateFolder}/relay.txt\noutput cdb ${stateFolder}/relay.cdb\n`;
    writeFileSync(
      this.config,
      `maillog ${this.log}\ntimezone UTC\n${output}${lines.map((line) => `${line}\n`).join('')}`,
    );
  }

  run(words: readonly string[], shell = 'exec "$@"', program = exact): SpawnSyncReturns<string> {
    const command = [
      process.execPath,
      program,
      ...words,
      '-c',
      this.config,
      '--state',
      this.state,
      '--now',
      now,
    ];
    // As cron starts it: no environment, standard input closed.
    return spawnSync('/bin/sh', ['-c', `${shell} <&-`, 'sh', ...command], { encoding: 'utf8', env: {} });
  }

  owners(): Set<number> {
    const folder = join(this.state, '..');
    return new Set(readdirSync(folder).map((name) => statSync(join(folder, name)).uid));
  }
}

describe('giving up root', () => {
  const daemon = accountByName('daemon');
  if (daemon === undefined) throw new Error('Debian has an account daemon');

  it('V01 V02 becomes the user of the configuration before anything is written', () => {
    const host = new Host('var', 'user daemon');
    chownSync(join(host.folder, 'var'), daemon.uid, daemon.gid);
    expect(host.run(['update'])).toMatchObject({ status: 0, stderr: '' });
    expect(host.owners()).toEqual(new Set([daemon.uid]));
    expect(readFileSync(join(host.folder, 'var/relay.txt'), 'utf8')).toBe('192.0.2.10\n');
  });

  it('starts anew as that user where Node refuses to give up root, as that of Debian 13 does', () => {
    const host = new Host('var', 'user daemon');
    chownSync(join(host.folder, 'var'), daemon.uid, daemon.gid);
    const refusal = join(host.folder, 'refusal.cjs');
    const refused =
      "throw Object.assign(new Error('io_uring may be enabled'), { code: 'ERR_INVALID_STATE' });";
    writeFileSync(refusal, `process.initgroups = () => { ${refused} };\n`);
    const update = (shell: string) =>
      host.run(['update', '-v'], `export NODE_OPTIONS=--require=${refusal}; ${shell}`);
    expect(update('exec "$@"')).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringContaining('added 1,'),
    });
    expect(host.owners()).toEqual(new Set([daemon.uid]));
    appendFileSync(host.config, 'output text nowhere/relay.txt\n');
    expect(update('exec "$@"').status).toBe(73);
    expect(update('export PATH=/nonexistent; exec "$@"')).toMatchObject({
      status: 77,
      stderr: expect.stringMatching(
        /^exact: user daemon: cannot give up root: .* setpriv .*; start it as user daemon\n$/,
      ),
    });
  });

  it('becomes the owner of the state folder where no user is configured', () => {
    const host = new Host('var');
    chownSync(join(host.folder, 'var'), daemon.uid, daemon.gid);
    expect(host.run(['update'])).toMatchObject({ status: 0, stderr: '' });
    expect(host.owners()).toEqual(new Set([daemon.uid]));
  });

  it('runs nothing as root that the account could have written', () => {
    const host = new Host('var', 'user daemon');
    chownSync(join(host.folder, 'var'), daemon.uid, daemon.gid);
    host.run(['update']);
    const cursors = join(host.folder, 'var/state.cursors');
    const saved = JSON.parse(readFileSync(cursors, 'utf8'));
    const told = join(host.folder, 'told');
    const planted = { ...saved.settings, user: 'root', group: 'root', onChange: [['/usr/bin/touch', told]] };
    writeFileSync(cursors, JSON.stringify({ ...saved, settings: planted, isChangeDue: true }));
    appendFileSync(host.config, 'time-out 30m\n');
    const { status, stderr } = host.run(['update']);
    expect(status).toBe(78);
    expect(stderr).toContain('on-change /usr/bin/touch');
    expect(readdirSync(host.folder)).not.toContain('told');
  });

  it('says what to do where the account may not read the program', () => {
    const closed = join(temporaryFolder(), 'closed');
    cpSync(installed, closed, { recursive: true });
    chmodSync(closed, 0o700);
    const host = new Host('var', 'user daemon');
    chownSync(join(host.folder, 'var'), daemon.uid, daemon.gid);
    const { status, stderr } = host.run(['update'], 'exec "$@"', join(closed, 'bin/exact'));
    expect(status).toBe(77);
    expect(stderr).toMatch(
      / may not read it; nothing was changed; install exact where every account may read it/,
    );
  });

  it('needs no configuration: a plain user has a state of their own', () => {
    const home = temporaryFolder();
    chownSync(home, daemon.uid, daemon.gid);
    const run = (...words: string[]) =>
      spawnSync(process.execPath, [exact, ...words], {
        encoding: 'utf8',
        env: { XDG_STATE_HOME: home },
        cwd: '/',
        uid: daemon.uid,
        gid: daemon.gid,
      });
    const login = { time: new Date().toISOString(), address: '192.0.2.10', user: 'alice', server: 'dovecot' };
    const file = join(home, 'logins');
    writeFileSync(file, `${JSON.stringify(login)}\n`);
    expect(run('update', '--logins', file)).toMatchObject({ status: 0, stderr: '' });
    expect(run('dump', '--tsv').stdout).toMatch(/^192\.0\.2\.10\talice\t/);
    expect(readFileSync(join(home, 'exact/relay.txt'), 'utf8')).toBe('192.0.2.10\n');
  });

  it('S05 names the log that the account may not read, and how to mend it; entries still expire', () => {
    const host = new Host('var', 'user daemon');
    chownSync(join(host.folder, 'var'), daemon.uid, daemon.gid);
    host.run(['update']);
    const adm = spawnSync('getent', ['group', 'adm'], { encoding: 'utf8' }).stdout.split(':')[2];
    chownSync(host.log, 0, Number(adm));
    chmodSync(host.log, 0o640);
    const { status, stderr } = host.run(['update']);
    expect(status).toBe(66);
    expect(stderr).toContain(
      `${host.log}: cannot open: not readable by user daemon (root:adm 0640); addresses in the table stay until they expire; usermod -aG adm daemon`,
    );
  });

  it('refuses an account that does not exist', () => {
    const host = new Host('var', 'user nosuchuser');
    expect(host.run(['update'])).toMatchObject({ status: 78 });
  });

  it.each([
    { name: 'the configuration', mode: 0o666, of: (host: Host) => host.config },
    { name: 'its folder', mode: 0o777, of: (host: Host) => host.folder },
  ])('S11 V05 refuses to run by a configuration when others may write $name', ({ mode, of }) => {
    const host = new Host('var');
    chmodSync(of(host), mode);
    const { status, stderr } = host.run(['update']);
    expect(status).toBe(78);
    expect(stderr).toContain(of(host));
    expect(readdirSync(join(host.folder, 'var'))).toEqual([]);
  });

  it.each(['000', '077'])('S10 has the configured modes under umask %s', (umask) => {
    const host = new Host('var');
    expect(host.run(['update'], `umask ${umask}; exec "$@"`)).toMatchObject({ status: 0 });
    const mode = (name: string) => statSync(join(host.folder, 'var', name)).mode & 0o777;
    expect({ text: mode('relay.txt'), cdb: mode('relay.cdb') }).toEqual({ text: 0o644, cdb: 0o644 });
    expect([mode('state'), mode('state.cursors'), mode('state.lock')]).toEqual([0o600, 0o600, 0o600]);
  });

  it('S10 gives a map the configured mode and group', () => {
    const host = new Host('var', 'output text var/private.txt mode=0640 group=mail');
    expect(host.run(['update'])).toMatchObject({ status: 0 });
    const { mode, gid } = statSync(join(host.folder, 'var/private.txt'));
    const mail = spawnSync('getent', ['group', 'mail'], { encoding: 'utf8' }).stdout.split(':')[2];
    expect([mode & 0o777, gid]).toEqual([0o640, Number(mail)]);
  });

  it('S10 says whose member the account is not, and publishes the rest', () => {
    const lines = 'user nobody\noutput text var/private.txt group=mail\noutput text var/public.txt';
    const host = new Host('var', lines);
    chownSync(join(host.folder, 'var'), 65534, 65534);
    const { status, stderr } = host.run(['update']);
    const path = join(host.folder, 'var/private.txt');
    expect({ status, stderr }).toEqual({
      status: 77,
      stderr: `exact: ${path}: cannot be given to group 'mail': the account is not a member; the old map stays in use, and expired addresses stay in it; usermod -aG mail nobody\n`,
    });
    expect(readFileSync(join(host.folder, 'var/public.txt'), 'utf8')).not.toBe('');
    expect(existsSync(path)).toBe(false);
  });
});

describe('a full disk', () => {
  it('S01 S02 leaves the maps as they were, says so, and loses nothing', () => {
    const host = new Host('disk');
    const disk = join(host.folder, 'disk');
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]).status).toBe(0);
    onTestFinished(() => {
      spawnSync('umount', [disk]);
    });
    expect(host.run(['update'])).toMatchObject({ status: 0, stderr: '' });
    const before = ['relay.txt', 'relay.cdb', 'state'].map((name) => readFileSync(join(disk, name)));
    spawnSync('/bin/sh', ['-c', `cat /dev/zero > ${disk}/ballast 2>/dev/null`]);
    for (let host_ = 1; host_ < 200; host_++) {
      appendFileSync(host.log, dovecotLogin('2026-11-22T10:05:00Z', 'bob', `198.51.100.${host_}`));
    }
    const full = host.run(['update']);
    expect(full.status).toBe(74);
    expect(full.stderr).toMatch(/^exact: .*: no space left on device; .*\n$/);
    expect(['relay.txt', 'relay.cdb', 'state'].map((name) => readFileSync(join(disk, name)))).toEqual(before);
    spawnSync('rm', [join(disk, 'ballast')]);
    expect(host.run(['update']).status).toBe(0);
    expect(readFileSync(join(disk, 'relay.txt'), 'utf8').split('\n')).toHaveLength(201);
    expect(readdirSync(disk).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('the lock', () => {
  /** Holds the lock of a host as another program would, until the test is over. */
  async function hold(host: Host, since: number): Promise<number> {
    writeFileSync(`${host.state}.lock`, '');
    const holder = spawn('flock', [`${host.state}.lock`, '-c', 'echo held; exec cat'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    onTestFinished(() => {
      holder.kill('SIGKILL');
      holder.stdin.end();
    });
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    writeFileSync(`${host.state}.lock`, `${holder.pid} ${since}\n`);
    return holder.pid ?? 0;
  }
  const instant = Date.parse(now) / 1000;

  it('C01 C05 ends with 75 and changes nothing while another run holds it; a word only after 5 minutes', async () => {
    const host = new Host('var');
    await hold(host, instant - 60);
    expect(host.run(['update'])).toMatchObject({ status: 75, stderr: '' });
    expect(readdirSync(join(host.folder, 'var'))).toEqual(['state.lock']);
  });

  it('C05 names the holder and its age after 5 minutes', async () => {
    const host = new Host('var');
    const pid = await hold(host, instant - 360);
    const { status, stderr } = host.run(['update']);
    expect(status).toBe(75);
    expect(stderr).toBe(
      `exact: ${host.state}.lock: held by pid ${pid} for 6 min; this run did nothing; see ps -fp ${pid}\n`,
    );
  });

  it('C11 lets dump read at any time', async () => {
    const host = new Host('var');
    host.run(['update']);
    await hold(host, instant);
    expect(host.run(['dump', '192.0.2.10'])).toMatchObject({ status: 0 });
  });

  it('C01 both of two runs at once end, and the table is complete after them', async () => {
    const host = new Host('var');
    const words = [exact, 'update', '-c', host.config, '--state', host.state, '--now', now];
    const runs = [1, 2, 3, 4].map(
      () =>
        new Promise<number | null>((resolve) =>
          spawn(process.execPath, words, { stdio: 'ignore' }).once('exit', resolve),
        ),
    );
    const statuses = await Promise.all(runs);
    expect(statuses.every((status) => status === 0 || status === 75)).toBe(true);
    expect(statuses).toContain(0);
    expect(readFileSync(join(host.folder, 'var/relay.txt'), 'utf8')).toBe('192.0.2.10\n');
  });
});
