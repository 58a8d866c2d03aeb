/** Logins that are published as they come: a pipe that a syslog daemon writes into, `parse --follow`, `update --logins -`. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { dovecotLogin, MailHost } from './run-exact.ts';

const program = fileURLToPath(new URL('../../bin/exact', import.meta.url));

/** Starts a shell command, in which `exact` is the built program; it is gone when the test is over. */
function start(script: string): ChildProcess {
  const child = spawn('bash', ['-c', `exact() { ${process.execPath} ${program} "$@"; }; ${script}`], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  onTestFinished(() => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  });
  return child;
}

function nowWords(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

/** Waits until the map says so: there is no limit but the test's own. */
function untilRelayIs(host: MailHost, text: string): Promise<void> {
  return vi.waitFor(() => expect(readFileSync(host.relay, 'utf8')).toBe(text), {
    timeout: 20_000,
    interval: 20,
  });
}

const ended = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => child.once('close', (status) => resolve(status)));

describe('exact update --logins -', () => {
  const words = (host: MailHost) => `-c ${host.config} --state ${join(host.folder, 'state')}`;

  it('publishes what comes while more may come, and leaves the lock to others meanwhile', async () => {
    const host = new MailHost();
    const child = start(`exact update ${words(host)} --logins -`);
    child.stdin?.write(`{"time":"${nowWords()}","address":"192.0.2.10","user":"alice"}\n`);
    await untilRelayIs(host, '192.0.2.10\n');
    const state = ['-c', host.config, '--state', join(host.folder, 'state')];
    const revoked = spawnSync(process.execPath, [program, 'expire', '192.0.2.10', ...state], {
      encoding: 'utf8',
    });
    expect(revoked).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(host.relay, 'utf8')).toBe('');
    child.stdin?.write(`${nowWords()}\t192.0.2.11\tbob\tdovecot\n`);
    await untilRelayIs(host, '192.0.2.11\n');
    let stderr = '';
    child.stderr?.on('data', (text) => {
      stderr += text;
    });
    const status = ended(child);
    child.stdin?.end(`${nowWords()}\t192.0.2.12\tcarol\tdovecot\nnonsense\n`);
    // The number of a line goes on from batch to batch.
    expect(await status).toBe(65);
    expect(stderr).toContain('exact: standard input:4: is no login: neither JSON nor four');
    await untilRelayIs(host, '192.0.2.11\n192.0.2.12\n');
  });

  it('goes by the configuration as it is when logins come', async () => {
    const host = new MailHost();
    const child = start(`exact update ${words(host)} --logins -`);
    child.stdin?.write(`${nowWords()}\t192.0.2.10\talice\tdovecot\n`);
    await untilRelayIs(host, '192.0.2.10\n');
    writeFileSync(host.config, `${readFileSync(host.config, 'utf8')}ignore 192.0.2.10\n`);
    child.stdin?.write(`${nowWords()}\t192.0.2.11\tbob\tdovecot\n`);
    await untilRelayIs(host, '192.0.2.11\n');
  });

  it('waits for a lock that another run holds', async () => {
    const host = new MailHost();
    await host.run(['update']);
    const holder = start(`exec flock ${join(host.folder, 'state.lock')} cat`);
    await vi.waitFor(
      () => expect(spawnSync('flock', ['-n', join(host.folder, 'state.lock'), 'true']).status).toBe(1),
      { timeout: 60_000 },
    );
    const child = start(`exact update ${words(host)} --logins -`);
    child.stdin?.end(`${nowWords()}\t192.0.2.10\talice\tdovecot\n`);
    const beside = spawnSync(process.execPath, [program, 'update', ...words(host).split(' ')]);
    expect(beside.status).toBe(75);
    expect(readFileSync(host.relay, 'utf8')).toBe('');
    holder.stdin?.end();
    expect(await ended(child)).toBe(0);
    expect(readFileSync(host.relay, 'utf8')).toBe('192.0.2.10\n');
  });

  it('makes one run where nothing comes: what has expired is taken out', async () => {
    const host = new MailHost();
    const stdin = `2026-11-22T10:00:00Z\t192.0.2.10\talice\tdovecot\n`;
    await host.run(['update', '--logins', '-'], { stdin });
    expect(readFileSync(host.relay, 'utf8')).toBe('192.0.2.10\n');
    await host.run(['update', '--logins', '-'], { now: '2026-11-22T10:30:00Z' });
    expect(readFileSync(host.relay, 'utf8')).toBe('');
  });

  it('takes the fields of rows as exact parse writes them', async () => {
    const host = new MailHost();
    const name = 'a\tb\\c\n\u0001é';
    const row = `2026-11-22T10:00:00Z\t192.0.2.10\ta\\tb\\\\c\\n\\x01é\tdovecot\n`;
    await host.run(['update', '--logins', '-'], { stdin: row });
    const { stdout } = await host.run(['dump', '--json']);
    expect(JSON.parse(stdout.split('\n')[0] ?? '')).toMatchObject({
      users: [expect.objectContaining({ user: name })],
    });
  });
});

describe('a named pipe', () => {
  it('is followed: logins are published as they are written into it, and its writers may come and go', async () => {
    const host = new MailHost();
    const pipe = join(host.folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const config = `-c ${host.config}`;
    start(
      `exact parse ${config} --follow ${pipe} | exact update ${config} --state ${join(host.folder, 'state')} --logins -`,
    );
    const write = (user: string, address: string) =>
      execFileSync('sh', ['-c', 'cat >"$1"', 'sh', pipe], { input: dovecotLogin(nowWords(), user, address) });
    write('alice', '192.0.2.10');
    await untilRelayIs(host, '192.0.2.10\n');
    write('bob', '192.0.2.11');
    await untilRelayIs(host, '192.0.2.10\n192.0.2.11\n');
  });

  it('is no maillog, and the way to read it is said', async () => {
    const host = new MailHost();
    const pipe = join(host.folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    writeFileSync(host.config, readFileSync(host.config, 'utf8').replace(host.log, pipe));
    const { status, stderr } = await host.run(['update']);
    expect(status).toBe(66);
    expect(stderr).toContain(`exact parse --follow ${pipe} | exact update --logins -`);
  });
});
