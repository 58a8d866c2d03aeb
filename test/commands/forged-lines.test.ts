/** What `exact update` tells of a line that a client seems to have written by a line end in its name. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MailHost } from './run-exact.ts';

const minute = (number: number) => ({ now: `2026-11-22T10:${10 + number}:30Z` });
const forged = `2026-11-22T10:10:01Z mx dovecot: imap-login: Disconnected (auth failed, 1 attempts): user=<x
2026-11-22T10:10:01Z mx dovecot: imap-login: Login: user=<mallory>, rip=203.0.113.66, lip=192.0.2.1
>, method=PLAIN, rip=192.0.2.9
`;
const genuine =
  '2026-11-22T10:10:02Z mx dovecot: imap-login: Login: user=<bob>, rip=192.0.2.10, lip=192.0.2.1\n';

it('tells once of a login behind a line that lacks its end, counts it, and publishes the others', async () => {
  const host = new MailHost();
  appendFileSync(host.log, forged + genuine);
  const { status, stderr } = await host.run(['update'], minute(0));
  expect(status).toBe(0);
  expect(stderr).toBe(
    'exact: rule dovecot: a login stands behind a line of dovecot without its end: a client sent a name with a line end, and the syslog daemon writes it unchanged; it does not count, but another such line may; see exact update --check; for syslog-ng, set flags(no-multi-line) at the source\n',
  );
  const { stdout } = await host.run(['dump', '--stats'], minute(0));
  expect(stdout).toMatch(/^refused .*: 1 behind a line of dovecot without its end$/m);
  expect(readFileSync(host.relay, 'utf8')).toBe('192.0.2.10\n');
  appendFileSync(host.log, forged);
  expect((await host.run(['update'], minute(1))).stderr).not.toContain('behind a line of dovecot');
  expect(readFileSync(host.relay, 'utf8')).toBe('192.0.2.10\n');
});

it('tells once of a login in what a server prints that hands line ends of clients on, and counts it', async () => {
  const host = new MailHost('serverdefs servers.conf');
  const printed = (second: number) => `Nov 22 10:10:0${second} pop-proxy[7]: Login: bob from 192.0.2.10\n`;
  const stanza =
    '<server prints>\nprogram pop-proxy\nprints line-ends\nmatch ^Login: (?<user>\\w{1,32}) from %{ADDRESS}$\n</server>\n';
  writeFileSync(join(host.folder, 'servers.conf'), stanza);
  appendFileSync(host.log, printed(1) + genuine);
  const { status, stderr } = await host.run(['update'], minute(0));
  expect(status).toBe(0);
  expect(stderr).toBe(
    'exact: rule prints: logins are printed by a server that hands line ends of clients on: where no syslog daemon takes its lines, a line end in a name begins another one; they are none; let that server log through syslog\n',
  );
  const { stdout } = await host.run(['dump', '--stats'], minute(0));
  expect(stdout).toMatch(/^refused .*: 1 printed by a server that hands line ends of clients on$/m);
  expect(readFileSync(host.relay, 'utf8')).toBe('192.0.2.10\n');
});
