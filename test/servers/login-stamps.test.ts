/** rsyslog with the lines of exact(8) that write a stamp for logins alone, which exact.path watches. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { documented } from './documented.ts';
import { installPackages } from './install.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { type Maillog, rsyslogPrograms, startRsyslog } from './rsyslog.ts';

let host: Namespace;
let maillog: Maillog;
let stamps: string;

beforeAll(async () => {
  installPackages({ ...rsyslogPrograms, logger: 'bsdutils' });
  host = await openNamespace();
  stamps = join(host.folder, 'exact-logins');
  const lines = documented('template(name="exact"', 'exact.8');
  maillog = await startRsyslog(host, lines.replace('/var/log/exact-logins', stamps));
});

afterAll(() => host?.close());

it('only a line about a login, of a program that is named, leaves a stamp', async () => {
  const log = (program: string, message: string) =>
    host.must(['logger', '-p', 'mail.info', '-t', program, message]);
  await log('dovecot', 'imap(alice)<71>: Disconnected: Inactivity');
  await log('postfix/smtpd', 'connect from unknown, login?');
  await log('dovecot', 'imap-login: Login: user=<alice>, rip=198.51.100.7');
  await log('dovecot', 'the last line');
  await vi.waitFor(async () => expect(await readFile(maillog.path, 'utf8')).toContain('the last line'), {
    timeout: 20_000,
  });
  expect(await readFile(stamps, 'utf8')).toMatch(/^\w{3} [ \d]\d [\d:]{8}\n$/);
});
