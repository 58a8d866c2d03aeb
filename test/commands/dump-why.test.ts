import { appendFileSync, chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { dovecotEnd, dovecotLogin, MailHost } from './run-exact.ts';

const at = (time: string) => ({ now: `2026-11-22T${time}Z`, env: { LOGNAME: 'root' } });
const login = (time: string, user: string, address: string) =>
  dovecotLogin(`2026-11-22T${time}Z`, user, address);

/** A session of a webmail host, which may not relay: the log shows that sessions end. */
const webSession = (time: string) =>
  login(time, 'web', '10.0.0.5') + dovecotEnd(`2026-11-22T${time}Z`, 'web', '10.0.0.5');

let host: MailHost;
beforeEach(async () => {
  host = new MailHost('ignore 10.0.0.0/8');
  appendFileSync(host.log, login('10:00:00', 'alice', '192.0.2.10'));
  await host.run(['update'], at('10:05:00'));
});

const dump = (time: string, ...words: string[]) => host.run(['dump', ...words], at(time));

describe('exact dump, before the next run,', () => {
  it('answers from the unread end of the log, for an address, a user and in JSON', async () => {
    appendFileSync(host.log, login('10:05:41', 'bob', '198.51.100.23'));
    expect(await dump('10:05:53', '198.51.100.23')).toEqual({
      status: 1,
      stdout: '198.51.100.23: not yet: login of bob 10:05:41, 12 s ago; the next run publishes it\n',
      stderr: '',
    });
    expect((await dump('10:05:53', '--user', 'bob')).stdout).toBe(
      'bob: no address may relay now\n' +
        '  198.51.100.23  not yet: login 10:05:41, 12 s ago; the next run publishes it\n',
    );
    const reason = 'not yet: login of bob 10:05:41, 12 s ago; the next run publishes it';
    const told = { address: '198.51.100.23', relays: false, reason };
    expect(JSON.parse((await dump('10:05:53', '198.51.100.23', '--json')).stdout)).toEqual({
      ...told,
      failed: [],
    });
    expect(JSON.parse((await dump('10:05:53', '--user', 'bob', '--json')).stdout)).toEqual({
      ...told,
      user: 'bob',
    });
    await host.run(['update'], at('10:06:00'));
    expect((await dump('10:06:10', '198.51.100.23')).stdout).toContain('198.51.100.23: yes: bob (dovecot)');
  });

  it('reads no line that a run has read, moves no cursor, and takes no half line', async () => {
    appendFileSync(host.log, login('10:05:41', 'bob', '198.51.100.23').trimEnd());
    expect((await dump('10:05:53', '198.51.100.23')).stdout).toContain('no: no login from this address');
    appendFileSync(host.log, '\n');
    for (const _ of [1, 2]) expect((await dump('10:05:53', '198.51.100.23')).stdout).toContain('not yet');
    const { stdout } = await host.run(['update', '-v'], at('10:06:00'));
    expect(stdout).toContain('read 1 line');
  });

  it('names the other addresses of a user beside those that relay', async () => {
    appendFileSync(host.log, login('10:05:41', 'alice', '198.51.100.23'));
    const { stdout, status } = await dump('10:05:53', '--user', 'alice');
    expect(status).toBe(0);
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      expect.stringContaining('192.0.2.10: yes: alice (dovecot), login 10:00:00'),
      '  198.51.100.23  not yet: login 10:05:41, 12 s ago; the next run publishes it',
    ]);
  });

  it.each([
    { setting: 'max-addresses-per-user 1', reason: 'over max-addresses-per-user 1 (alice has 1)' },
    { setting: 'max-entries 1', reason: 'the next run refuses it: max-entries 1 is reached' },
  ])('knows that $setting will keep it out', async ({ setting, reason }) => {
    appendFileSync(host.config, `${setting}\n`);
    appendFileSync(host.log, login('10:05:41', 'alice', '198.51.100.23'));
    const { stdout } = await dump('10:05:53', '198.51.100.23');
    expect(stdout).toContain(`198.51.100.23: no: `);
    expect(stdout).toContain(reason);
  });

  it('tells that a login which waits will be refused, and why', async () => {
    await host.run(['expire', '--user', 'bob', '--for', '1h'], at('10:05:10'));
    appendFileSync(host.log, login('10:05:41', 'bob', '198.51.100.23'));
    expect((await dump('10:05:53', '198.51.100.23')).stdout).toBe(
      '198.51.100.23: no: login of bob 10:05:41, 12 s ago; the next run refuses it: bob is revoked by root\n',
    );
  });

  it('asks whether a run will come where none has come for long', async () => {
    appendFileSync(host.log, login('10:15:41', 'bob', '198.51.100.23'));
    expect((await dump('10:16:00', '198.51.100.23')).stdout).toContain(
      '\n  the last run was 11 min ago: does cron or the timer run it? see exact update --check\n',
    );
  });

  it('answers all the same where the log cannot be read, and says so', async () => {
    renameSync(host.log, `${host.log}.gone`);
    rmSync(`${host.log}.gone`);
    const { status, stdout, stderr } = await dump('10:05:53', '198.51.100.23');
    expect(status).toBe(1);
    expect(stdout).toBe('198.51.100.23: no: no login from this address in the last 24 h\n');
    expect(stderr).toBe(
      `exact: ${host.log}: cannot open: no such file; what it says is missing from this answer\n`,
    );
  });
});

describe('exact dump, of what is no more,', () => {
  it('knows what has expired before a run has taken it out, and that maps hold it all the same', async () => {
    appendFileSync(host.log, webSession('10:06:00'));
    const { stdout } = await dump('10:40:00', '192.0.2.10');
    expect(stdout).toBe(
      '192.0.2.10: no: login of alice (dovecot) 10:00:00, expired 10:30:00, 10 min ago\n' +
        "  its session is still open (40 min): 'sessions on' would keep it\n" +
        `  text ${host.relay}: has it all the same; exact update takes it out\n` +
        `  cdb ${join(host.folder, 'relay.cdb')}: has it all the same; exact update takes it out\n`,
    );
  });

  it('forgets it after a day, though no run has come since', async () => {
    const { stdout } = await host.run(['dump', '192.0.2.10'], { now: '2026-11-23T10:31:00Z' });
    expect(stdout).toContain('192.0.2.10: no: no login from this address in the last 24 h\n');
  });

  it.each([
    { name: 'that the log shows the end of', end: dovecotEnd('2026-11-22T10:04:00Z', 'alice', '192.0.2.10') },
    { name: 'where the log shows no end of any: none would have been opened', end: '' },
  ])('says nothing of a session $name', async ({ end }) => {
    appendFileSync(host.log, end);
    await host.run(['update'], at('10:35:00'));
    expect((await dump('10:40:00', '--user', 'alice')).stdout).toBe(
      'alice: no address may relay now\n' +
        '  192.0.2.10  login 10:00:00 (dovecot), expired 10:30:00, 10 min ago\n',
    );
  });

  it('names the address of the other family that a refused sender logs in from', async () => {
    appendFileSync(host.log, login('10:06:00', 'bob', '2001:db8:7::4d'));
    await host.run(['update'], at('10:07:00'));
    appendFileSync(
      host.log,
      '2026-11-22T10:08:00+00:00 mx postfix/smtpd[71]: NOQUEUE: reject: RCPT from unknown[198.51.100.23]: 554 5.7.1 <you@remote.example>: Relay access denied; from=<bob@example.org> to=<you@remote.example> proto=ESMTP helo=<pc>\n',
    );
    expect((await dump('10:09:00', '198.51.100.23')).stdout).toBe(
      '198.51.100.23: no: no login from this address in the last 24 h\n' +
        '  bob logs in by IPv6 (2001:db8:7::4d) and sends by IPv4\n',
    );
  });
});

describe('exact dump, of an address that may relay,', () => {
  it('says whether each map has it', async () => {
    const cdb = join(host.folder, 'relay.cdb');
    expect((await dump('10:06:00', '192.0.2.10')).stdout).toBe(
      '192.0.2.10: yes: alice (dovecot), login 10:00:00, until 10:30:00 (24 min)\n' +
        `  text ${host.relay}: has it\n  cdb ${cdb}: has it\n`,
    );
    writeFileSync(host.relay, '192.0.2.1\n192.0.2.100\n');
    chmodSync(cdb, 0o600);
    writeFileSync(cdb, '');
    const { stdout } = await dump('10:06:00', '192.0.2.10');
    expect(stdout).toContain(`  text ${host.relay}: lacks it; see exact dump --maps\n`);
    expect(stdout).toContain(`  cdb ${cdb}: cannot be read: `);
  });
});
