/** What `exact update` tells of new lines beside logins: once, and what an administrator can do about it. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dovecotLogin, MailHost } from './run-exact.ts';

const minute = (number: number) => ({ now: `2026-11-22T10:${10 + number}:30Z` });
const line = '2026-11-22T10:10:00Z mx dovecot: master: up\n';

/** A host whose log has been read once. */
async function readHost(...lines: string[]): Promise<MailHost> {
  const host = new MailHost(...lines);
  writeFileSync(host.log, line);
  await host.run(['update'], minute(0));
  return host;
}

describe('a line without an envelope', () => {
  it('is told once, with its place, for as long as it is no news', async () => {
    const host = await readHost();
    appendFileSync(host.log, `${line}" server="192.0.2.1"\u0007\n${line}`);
    const { status, stderr } = await host.run(['update'], minute(1));
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: `exact: ${host.log}: a line without time and host among others at byte 88: '" server="192.0.2.1"\\x07'; if a syslog daemon writes line ends within a message unchanged, clients can write whole lines; see exact update --check\n`,
    });
    expect((await host.run(['update'], minute(2))).stderr).toBe('');
    appendFileSync(host.log, `${line}"\n`);
    expect((await host.run(['update'], { now: '2026-11-22T18:00:00Z' })).stderr).toBe('');
    appendFileSync(host.log, line);
    expect((await host.run(['update'], { now: '2026-11-23T18:00:00Z' })).stderr).toMatch(
      /^exact: recovered: .*mail\.log: a line without time and host among others/m,
    );
    appendFileSync(host.log, `${line}"\n`);
    expect((await host.run(['update'], { now: '2026-11-23T18:01:00Z' })).stderr).toMatch(
      /at byte \d+: '"'; /,
    );
  });

  it.each([
    { what: 'a line that a blank continues', text: '  at Object.run\n\tand so on\n' },
    { what: 'an empty line', text: '\n' },
    { what: 'what journalctl writes', text: '-- Boot 5f2a --\n' },
    { what: 'another form of line', text: '<22>Nov 22 10:10:00 mx dovecot: master: up\n' },
    { what: 'JSON', text: '{"message":"x","programname":"dovecot","timereported":"2026-11-22T10:10:00Z"}\n' },
    { what: 'metalog', text: 'Nov 22 10:10:00 [dovecot] master: up\n' },
    { what: 'svlogd', text: '2026-11-22_10:10:00.12345 mail.info: Nov 22 10:10:00 dovecot: master: up\n' },
  ])('is not $what', async ({ text }) => {
    const host = await readHost();
    appendFileSync(host.log, line + text + line);
    expect((await host.run(['update'], minute(1))).stderr).toBe('');
  });

  it('is nothing in a log in which no line has one', async () => {
    const host = await readHost();
    appendFileSync(host.log, 'one\ntwo\n');
    expect((await host.run(['update'], minute(1))).stderr).toBe('');
  });
});

describe("logins that a 'server' line shuts out", () => {
  const login = dovecotLogin('2026-11-22T10:10:00Z', 'alice', '192.0.2.10');

  it('are told once for each server, until the line is another', async () => {
    const host = await readHost('server courier');
    appendFileSync(host.log, login);
    const { status, stderr } = await host.run(['update'], minute(1));
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: `exact: ${host.config}:5: shuts out logins of dovecot; clients that log in there may not relay; if this host runs dovecot, add 'server dovecot' to exact.conf; see exact test-rule --server dovecot\n`,
    });
    expect((await host.run(['update'], minute(2))).stderr).toBe('');
    appendFileSync(host.log, login);
    expect((await host.run(['update'], { now: '2026-11-22T18:00:00Z' })).stderr).toBe('');
    appendFileSync(host.config, 'server dovecot\n');
    appendFileSync(host.log, login);
    expect((await host.run(['update'], { now: '2026-11-22T18:01:00Z' })).stderr).toMatch(
      /^exact: recovered: \S+:5: shuts out logins of dovecot: no longer/,
    );
  });

  it('are none where the server is wanted', async () => {
    const host = await readHost('server dovecot');
    appendFileSync(host.log, login);
    expect((await host.run(['update'], minute(1))).stderr).toBe('');
  });
});

describe('what a syslog daemon says of lines that it dropped', () => {
  const said = (text: string) => `2026-11-22T10:10:00Z mx ${text}\n`;
  const now =
    'rsyslogd: imuxsock[pid: 811, name: /usr/sbin/dovecot]: 299 messages lost due to rate-limiting (200 allowed within 5 seconds)';

  it.each([
    [now, 'imuxsock', 'SysSock.RateLimit.Interval="0"'],
    ['rsyslogd: imuxsock[pid 811]: begin to drop messages due to rate-limiting', 'imuxsock', 'SysSock'],
    [
      'rsyslogd-2177: imuxsock[pid: 811, name: /usr/sbin/popa3d] from <vm:popa3d>: begin to drop messages due to rate-limiting',
      'imuxsock',
      'SysSock',
    ],
    ['rsyslogd-2177: imuxsock lost 516 messages from pid 811 due to rate-limiting', 'imuxsock', 'SysSock'],
    ['rsyslogd: imjournal: 236 messages lost due to rate-limiting', 'imjournal', 'Ratelimit.Interval="0"'],
    ['rsyslogd: imudp(*:514): 9 messages lost due to rate-limiting', 'an input of rsyslog', 'RateLimit'],
    [
      'systemd-journald[61]: Suppressed 917 messages from dovecot.service',
      'journald',
      'RateLimitIntervalSec=0',
    ],
    ['systemd-journal[61]: Forwarding to syslog missed 3 messages.', 'journald', 'maillog journal:'],
    [
      "syslog-ng[9]: Destination queue full, dropping messages; queue_len='10000'",
      'syslog-ng',
      'flow-control',
    ],
    [
      "syslog-ng[9]: Log statistics; dropped='dst.file(d_mail#0)=7', queued='x=1'",
      'syslog-ng',
      'flow-control',
    ],
  ])('is told: %s', async (text, daemon, setting) => {
    const host = await readHost();
    appendFileSync(host.log, line + said(text) + line);
    const { status, stderr } = await host.run(['update'], minute(1));
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^exact: \S+mail\.log: lines were dropped by .*; logins may be among them, and their users cannot send mail; .*\n$/,
    );
    expect(stderr).toContain(daemon);
    expect(stderr).toContain(setting);
  });

  it('is told once, and again when a day has gone by', async () => {
    const host = await readHost();
    appendFileSync(host.log, said(now));
    expect((await host.run(['update'], minute(1))).stderr).toContain('lines were dropped');
    appendFileSync(host.log, said(now) + line);
    expect((await host.run(['update'], minute(2))).stderr).toBe('');
    appendFileSync(host.log, line);
    expect((await host.run(['update'], { now: '2026-11-22T20:00:00Z' })).stderr).toBe('');
    appendFileSync(host.log, line);
    expect((await host.run(['update'], { now: '2026-11-23T20:00:00Z' })).stderr).toMatch(
      /^exact: recovered: /m,
    );
    appendFileSync(host.log, said(now));
    expect((await host.run(['update'], { now: '2026-11-23T20:01:00Z' })).stderr).toContain('were dropped');
  });

  it.each([
    'dovecot: imap-login: imuxsock lost 516 messages from pid 811 due to rate-limiting',
    'rsyslogd: user says: imuxsock lost 516 messages from pid 811 due to rate-limiting',
    "syslog-ng[9]: Log statistics; dropped='dst.file(d_mail#0)=0', processed='x=10'",
    'dovecot: Suppressed 917 messages from dovecot.service',
  ])('is not: %s', async (text) => {
    const host = await readHost();
    appendFileSync(host.log, said(text));
    expect((await host.run(['update'], minute(1))).stderr).toBe('');
  });

  it('is told by update --check with its setting', async () => {
    const host = await readHost();
    appendFileSync(host.log, said(now) + said(now));
    const { stdout } = await host.run(['update', '--check', '--json'], minute(1));
    const found = stdout
      .trimEnd()
      .split('\n')
      .map((row) => JSON.parse(row));
    expect(found).toContainEqual({
      level: 'WARN',
      subject: 'syslog',
      text: "lines were dropped by rate limiting of rsyslog's imuxsock (2 lines of the last day say so): logins may be among them",
      fix: 'set SysSock.RateLimit.Interval="0" at module(load="imuxsock") in /etc/rsyslog.conf',
    });
  });
});
