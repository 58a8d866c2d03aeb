/** The scripts of the image: the loop that runs Exact, and what tells whether it does, with the built program. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { dovecotLogin, MailHost } from '../commands/run-exact.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const fileOf = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const loop = fileOf('examples/container/exact-loop');
const healthy = fileOf('examples/container/exact-healthy');

/** A login of this second. */
const loginOf = (user: string, address: string) =>
  dovecotLogin(`${new Date().toISOString().slice(0, 19)}Z`, user, address);

/** An environment in which `exact` is the built program, with the configuration of a host. */
function environmentOf(host: MailHost, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const programs = join(host.folder, 'bin');
  mkdirSync(programs);
  symlinkSync(fileOf('bin/exact'), join(programs, 'exact'));
  symlinkSync(process.execPath, join(programs, 'node'));
  return { PATH: `${programs}:/usr/bin:/bin`, EXACT_CONFIG: host.config, ...more };
}

describe('exact-loop', () => {
  it('publishes a login, lets go what expired before, and ends when it is told to', async () => {
    const host = new MailHost(`state state`);
    writeFileSync(host.relay, '');
    appendFileSync(host.log, loginOf('alice', '192.0.2.10'));
    const child = spawn('sh', [loop], { env: environmentOf(host, { EXACT_INTERVAL: '1' }), stdio: 'pipe' });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stderr.on('data', (data) => {
      said += data;
    });
    const ended = once(child, 'exit');
    const relaying = (...addresses: string[]) =>
      vi.waitFor(() => expect(readFileSync(host.relay, 'utf8').split('\n')).toEqual([...addresses, '']), {
        timeout: 20_000,
      });
    await relaying('192.0.2.10');
    appendFileSync(host.log, loginOf('bob', '192.0.2.11'));
    await relaying('192.0.2.10', '192.0.2.11');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(said).toBe('');
  });

  it.each(['0', 'x', '10 s', '-1', '007'])('runs nothing by an interval of %j', (interval) => {
    const { status, stderr } = spawnSync('/bin/sh', [loop], {
      env: { PATH: '/nonexistent', EXACT_INTERVAL: interval },
      encoding: 'utf8',
    });
    expect(status).toBe(64);
    expect(stderr).toContain(`'${interval}' is no number of seconds`);
  });
});

/** Where a state may lie, and what is asked of it. */
class State {
  readonly #path = join(temporaryFolder(), 'state');

  check(environment: Readonly<Record<string, string>> = {}) {
    const env = { PATH: '/usr/bin:/bin', EXACT_STATE: this.#path, ...environment };
    return spawnSync('sh', [healthy], { env, encoding: 'utf8' });
  }

  /** Lets a file of the state have been written so many seconds ago. */
  wrote(name: string, age: number): void {
    const time = Date.now() / 1000 - age;
    writeFileSync(`${this.#path}.${name}`, '');
    utimesSync(`${this.#path}.${name}`, time, time);
  }
}

describe('exact-healthy', () => {
  it('fails where there was no run or none of late, and not where one of the two files is new', () => {
    const state = new State();
    expect(state.check()).toMatchObject({ status: 1, stderr: expect.stringContaining('there was no run') });
    state.wrote('cursors', 600);
    expect(state.check()).toMatchObject({ status: 1, stderr: expect.stringContaining('nothing expires') });
    state.wrote('idle', 20);
    expect(state.check()).toMatchObject({ status: 0, stdout: '', stderr: '' });
    state.wrote('idle', 600);
    expect(state.check()).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/run was 6\d\d seconds/),
    });
    state.wrote('cursors', 20);
    expect(state.check().status).toBe(0);
  });

  it('waits for three runs of the loop, and a minute', () => {
    const state = new State();
    state.wrote('cursors', 600);
    expect(state.check({ EXACT_INTERVAL: '300' }).status).toBe(0);
    expect(state.check({ EXACT_INTERVAL: '60' }).status).toBe(1);
  });
});
