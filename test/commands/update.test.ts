import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dovecotLogin, MailHost } from './run-exact.ts';

const at = (time: string) => ({ now: `2026-11-22T${time}Z` });
const login = (time: string, user: string, address: string) =>
  dovecotLogin(`2026-11-22T${time}Z`, user, address);

describe('exact update', () => {
  it('publishes the addresses that have logged in, says nothing, and takes them out again', async () => {
    const host = new MailHost();
    appendFileSync(
      host.log,
      login('10:00:00', 'alice', '192.0.2.10') + login('10:05:00', 'bob', '2001:db8::10'),
    );
    expect(await host.run(['update'], at('10:06:00'))).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(host.relay, 'utf8')).toBe('192.0.2.10\n2001:db8::10\n');
    await host.run(['update'], at('10:30:00'));
    expect(readFileSync(host.relay, 'utf8')).toBe('2001:db8::10\n');
    await host.run(['update'], at('10:35:00'));
    expect(readFileSync(host.relay, 'utf8')).toBe('');
  });

  it('goes on where it ended, and leaves a half line for the next run', async () => {
    const host = new MailHost();
    const line = login('10:00:00', 'alice', '192.0.2.101');
    await host.run(['update'], at('10:00:00'));
    appendFileSync(host.log, line.slice(0, line.indexOf('.101') + 2));
    await host.run(['update'], at('10:00:01'));
    expect(readFileSync(host.relay, 'utf8')).toBe('');
    appendFileSync(host.log, line.slice(line.indexOf('.101') + 2));
    await host.run(['update'], at('10:00:02'));
    expect(readFileSync(host.relay, 'utf8')).toBe('192.0.2.101\n');
  });

  it('tells with -v what was added, refreshed, expired and refused', async () => {
    const host = new MailHost('ignore 10.0.0.0/8');
    appendFileSync(
      host.log,
      login('10:00:00', 'alice', '192.0.2.10') + login('10:05:00', 'bob', '192.0.2.11'),
    );
    await host.run(['update'], at('10:06:00'));
    appendFileSync(host.log, login('10:31:00', 'bob', '192.0.2.11') + login('10:31:00', 'web', '10.0.0.5'));
    const { stdout } = await host.run(['update', '-v'], at('10:32:00'));
    expect(stdout.split('\n')).toEqual([
      `refused    10.0.0.5  web (dovecot)  in 'ignore 10.0.0.0/8' (${host.config}:5)`,
      'expired    192.0.2.10  alice (dovecot)  at 10:30:00',
      'refreshed  192.0.2.11  bob (dovecot)  until 11:01:00',
      `added 0, refreshed 1, expired 1, refused 1; read 2 lines from ${host.log}, timeout 30 min`,
      '',
    ]);
  });

  it('G12 changes nothing with --dry-run', async () => {
    const host = new MailHost();
    appendFileSync(host.log, login('10:00:00', 'alice', '192.0.2.10'));
    const { stdout, status } = await host.run(['update', '--dry-run'], at('10:06:00'));
    expect(status).toBe(0);
    expect(stdout).toContain('added      192.0.2.10  alice (dovecot)  until 10:30:00\n');
    expect(existsSync(host.relay)).toBe(false);
    expect(existsSync(join(host.folder, 'state.cursors'))).toBe(false);
  });

  it('P03 touches no map that says the same, and P04 keeps an empty one', async () => {
    const host = new MailHost();
    appendFileSync(host.log, login('10:00:00', 'alice', '192.0.2.10'));
    await host.run(['update'], at('10:01:00'));
    const before = statSync(host.relay).ino;
    appendFileSync(host.log, login('10:10:00', 'alice', '192.0.2.10'));
    await host.run(['update'], at('10:11:00'));
    expect(statSync(host.relay).ino).toBe(before);
    await host.run(['update'], at('11:00:00'));
    expect(readFileSync(host.relay, 'utf8')).toBe('');
    expect(statSync(join(host.folder, 'relay.cdb')).size).toBe(2048);
  });

  it.each([
    { name: 'S06 is gone', spoil: (path: string) => rmSync(path) },
    { name: 'S08 was edited', spoil: (path: string) => appendFileSync(path, '203.0.113.66\n') },
  ])('makes a map anew that $name, even without a new login', async ({ spoil }) => {
    const host = new MailHost();
    appendFileSync(host.log, login('10:00:00', 'alice', '192.0.2.10'));
    await host.run(['update'], at('10:01:00'));
    spoil(host.relay);
    await host.run(['update'], at('10:02:00'));
    expect(readFileSync(host.relay, 'utf8')).toBe('192.0.2.10\n');
  });

  it.each([
    { name: 'is missing', spoil: (path: string) => rmSync(path), told: '' },
    {
      name: 'C08 is empty',
      spoil: (path: string) => writeFileSync(path, ''),
      told: 'state: empty: moved to',
    },
    {
      name: 'C08 holds NULs',
      spoil: (path: string) => writeFileSync(path, Buffer.alloc(512)),
      told: 'moved to',
    },
    {
      name: 'C09 is newer',
      spoil: (path: string) => writeFileSync(path, 'exact-state 7\n'),
      told: '.newer-',
    },
  ])('rebuilds the table from the log when the state $name', async ({ spoil, told }) => {
    const host = new MailHost();
    appendFileSync(
      host.log,
      login('10:00:00', 'alice', '192.0.2.10') + login('10:05:00', 'bob', '192.0.2.11'),
    );
    await host.run(['update'], at('10:06:00'));
    spoil(join(host.folder, 'state'));
    const { status, stderr } = await host.run(['update'], at('10:07:00'));
    expect(status).toBe(0);
    expect(stderr).toContain(told);
    expect(readFileSync(host.relay, 'utf8')).toBe('192.0.2.10\n192.0.2.11\n');
  });

  it('reads the log again when the cursors are damaged, which changes nothing', async () => {
    const host = new MailHost();
    appendFileSync(host.log, login('10:00:00', 'alice', '192.0.2.10'));
    await host.run(['update'], at('10:06:00'));
    const before = readFileSync(join(host.folder, 'state'), 'utf8');
    writeFileSync(join(host.folder, 'state.cursors'), '{');
    const { stderr } = await host.run(['update'], at('10:07:00'));
    expect(stderr).toContain('not JSON: moved to');
    expect(readFileSync(join(host.folder, 'state'), 'utf8')).toBe(before);
  });

  it('keeps on expiring while the configuration cannot be used, and ends with 78', async () => {
    const host = new MailHost();
    appendFileSync(host.log, login('10:00:00', 'alice', '192.0.2.10'));
    await host.run(['update'], at('10:01:00'));
    appendFileSync(host.config, 'time-out 30m\n');
    const first = await host.run(['update'], at('10:02:00'));
    expect(first.status).toBe(78);
    expect(first.stderr).toContain(`exact: ${host.config}:5: unknown name 'time-out'`);
    expect(readFileSync(host.relay, 'utf8')).toBe('192.0.2.10\n');
    const later = await host.run(['update'], at('10:40:00'));
    expect(later).toMatchObject({ status: 78, stderr: '' });
    expect(readFileSync(host.relay, 'utf8')).toBe('');
  });

  it('loses no login while a rule cannot be used, and keeps on expiring', async () => {
    const host = new MailHost('serverdefs servers.conf');
    const rules = join(host.folder, 'servers.conf');
    writeFileSync(rules, '');
    appendFileSync(host.log, login('10:00:00', 'alice', '192.0.2.10'));
    await host.run(['update'], at('10:01:00'));
    writeFileSync(rules, '<server x>\n  program x\n  match ^(%{USER} %{ADDRESS}$\n</server>\n');
    appendFileSync(host.log, login('10:25:00', 'bob', '192.0.2.11'));
    const broken = await host.run(['update'], at('10:31:00'));
    expect(broken.status).toBe(78);
    expect(broken.stderr).toContain(
      `exact: ${rules}:3: rule x: match: column 2: cannot compile: '(' is never closed`,
    );
    expect(readFileSync(host.relay, 'utf8')).toBe('');
    writeFileSync(rules, '');
    await host.run(['update'], at('10:32:00'));
    expect(readFileSync(host.relay, 'utf8')).toBe('192.0.2.11\n');
  });

  it('tells a lasting problem at once, then hourly, then that it is over', async () => {
    const host = new MailHost();
    await host.run(['update'], at('10:00:00'));
    rmSync(host.relay);
    chmodSync(host.folder, 0o755);
    writeFileSync(
      host.config,
      `${readFileSync(host.config, 'utf8')}output text ${host.folder}/none/relay.txt\n`,
    );
    const problem = `exact: ${host.folder}/none/relay.txt: cannot publish: there is no folder ${host.folder}/none; the old map stays in use, and expired addresses stay in it; install -d -o ${userInfo().username} -m 755 ${host.folder}/none\n`;
    expect(await host.run(['update'], at('10:01:00'))).toMatchObject({ status: 73, stderr: problem });
    expect(await host.run(['update'], at('10:02:00'))).toMatchObject({ status: 73, stderr: '' });
    expect(await host.run(['update'], at('11:01:00'))).toMatchObject({ status: 73, stderr: problem });
    writeFileSync(host.config, readFileSync(host.config, 'utf8').replace('/none/relay.txt', '/other.txt'));
    expect(await host.run(['update'], at('11:02:00'))).toMatchObject({ status: 0, stdout: '' });
  });

  it('expire says nothing of a log that it has not read: neither that all is well, nor the problem again', async () => {
    const host = new MailHost();
    await host.run(['update'], at('10:00:00'));
    rmSync(host.log);
    mkdirSync(host.log);
    expect(await host.run(['update'], at('10:01:00'))).toMatchObject({ status: 66 });
    expect(await host.run(['expire'], at('10:02:00'))).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await host.run(['update'], at('10:03:00'))).toEqual({ status: 66, stdout: '', stderr: '' });
    rmSync(host.log, { recursive: true });
    writeFileSync(host.log, '');
    const { stderr } = await host.run(['update'], at('10:04:00'));
    expect(stderr).toContain(`exact: recovered: ${host.log}: cannot read: no longer, after 2 runs since`);
  });

  it('refuses --now without --state, so that a replay cannot empty a live table', async () => {
    const host = new MailHost();
    const { runExact } = await import('./run-exact.ts');
    const { status, stderr } = await runExact(['update', '-c', host.config, '--now', '2030-01-01T00:00:00Z']);
    expect(status).toBe(64);
    expect(stderr).toContain('--now: needs --state');
  });
});

describe('exact update --logins', () => {
  const row = (fields: object) =>
    `${JSON.stringify({ time: '2026-11-22T10:00:00Z', user: 'alice', server: 'x', ...fields })}\n`;

  it('takes what exact parse --json wrote', async () => {
    const [from, to] = [new MailHost(), new MailHost()];
    appendFileSync(from.log, login('10:00:00', 'alice', '192.0.2.10'));
    const { stdout } = await from.run(['parse', '--json', from.log], at('10:01:00'));
    expect(await to.run(['update', '--logins', '-'], { ...at('10:01:00'), stdin: stdout })).toMatchObject({
      status: 0,
    });
    expect(readFileSync(to.relay, 'utf8')).toBe('192.0.2.10\n');
  });

  it.each([
    { name: 'no JSON', line: 'alice 192.0.2.66\n', why: 'neither JSON nor four fields' },
    { name: 'a network', line: row({ address: '0.0.0.0/0' }), why: "address '0.0.0.0/0': not an address" },
    { name: 'no user', line: row({ address: '192.0.2.66', user: '' }), why: "'user' is missing" },
    { name: 'no time', line: row({ address: '192.0.2.66', time: 'now' }), why: "time 'now' is not RFC 3339" },
    {
      name: 'a time to come',
      line: row({ address: '192.0.2.66', time: '2026-11-22T11:00:00Z' }),
      why: "ahead of this host's clock",
    },
  ])('passes over $name, names the line, and takes the others', async ({ line, why }) => {
    const host = new MailHost();
    const stdin = line + row({ address: '192.0.2.10' });
    const { status, stderr } = await host.run(['update', '--logins', '-'], { ...at('10:01:00'), stdin });
    expect(status).toBe(65);
    expect(stderr).toContain('exact: standard input:1: is no login: ');
    expect(stderr).toContain(why);
    expect(readFileSync(host.relay, 'utf8')).toBe('192.0.2.10\n');
  });
});

describe('exact update, beside the table,', () => {
  it('runs on-change after a map has changed, and again after it has failed', async () => {
    const host = new MailHost('on-change /bin/mkdir told/once');
    appendFileSync(host.log, login('10:00:00', 'alice', '192.0.2.10'));
    const cwd = process.cwd();
    process.chdir(host.folder);
    try {
      const failed = await host.run(['update'], at('10:01:00'));
      expect(failed.status).toBe(69);
      expect(failed.stderr).toContain('exact: on-change /bin/mkdir told/once: failed: exit 1; ');
      mkdirSync(join(host.folder, 'told'));
      const again = await host.run(['update'], at('10:02:00'));
      expect(again).toMatchObject({ status: 0 });
      expect(again.stderr).toContain('exact: recovered: on-change');
      expect(existsSync(join(host.folder, 'told/once'))).toBe(true);
      rmSync(join(host.folder, 'told/once'), { recursive: true });
      await host.run(['update'], at('10:03:00'));
      expect(existsSync(join(host.folder, 'told/once'))).toBe(false);
    } finally {
      process.chdir(cwd);
    }
  });

  it('logs what it did, a refresh once in a timeout', async () => {
    const host = new MailHost('logging internal', 'logfile exact.log');
    const users = ['alice', 'x" until=never'];
    for (const user of users) appendFileSync(host.log, login('10:00:00', user, '192.0.2.10'));
    await host.run(['update'], at('10:01:00'));
    for (const minute of ['05', '20', '35']) {
      appendFileSync(host.log, login(`10:${minute}:00`, 'alice', '192.0.2.10'));
      await host.run(['update'], at(`10:${minute}:30`));
    }
    appendFileSync(host.log, login('10:36:00', 'web', '127.0.0.1'));
    await host.run(['update'], at('11:06:00'));
    const lines = readFileSync(join(host.folder, 'exact.log'), 'utf8')
      .replace(/exact\[\d+\]/g, 'exact[1]')
      .split('\n');
    expect(lines).toEqual([
      '2026-11-22T10:01:00Z exact[1]: authorised 192.0.2.10 user="alice" server=dovecot until=2026-11-22T10:30:00Z',
      '2026-11-22T10:01:00Z exact[1]: authorised 192.0.2.10 user="x\\" until=never" server=dovecot until=2026-11-22T10:30:00Z',
      '2026-11-22T10:35:30Z exact[1]: refreshed 192.0.2.10 user="alice" server=dovecot until=2026-11-22T11:05:00Z',
      '2026-11-22T10:35:30Z exact[1]: expired 192.0.2.10 user="x\\" until=never" server=dovecot until=2026-11-22T10:30:00Z',
      '2026-11-22T11:06:00Z exact[1]: refused 127.0.0.1 user="web" server=dovecot until=2026-11-22T11:06:00Z reason="a loopback address"',
      '2026-11-22T11:06:00Z exact[1]: expired 192.0.2.10 user="alice" server=dovecot until=2026-11-22T11:05:00Z',
      '',
    ]);
  });

  it('warns when a server logs for long and nobody logs in', async () => {
    const host = new MailHost('warn-silent 2h');
    const failed =
      'imap-login: Disconnected: Aborted login by logging out (auth failed, 1 attempts in 0 secs): user=<x>';
    for (const hour of ['06', '07', '08']) {
      appendFileSync(host.log, `2026-11-22T${hour}:00:00+00:00 mx dovecot: ${failed}\n`);
      const { stderr } = await host.run(['update'], at(`${hour}:01:00`));
      expect(stderr).toBe(
        hour === '08'
          ? `exact: ${host.log}: no login found: 2 lines of POP and IMAP servers read in 2 h; has their log format changed?; see exact test-rule --unmatched\n`
          : '',
      );
    }
    appendFileSync(host.log, login('08:02:00', 'alice', '192.0.2.10'));
    const { stderr } = await host.run(['update'], at('08:03:00'));
    expect(stderr).toContain('recovered');
  });
});
