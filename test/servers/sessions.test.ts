/** Sessions of a real server: do the ends that Dovecot logs match its logins? */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { dovecotPrograms, startDovecot } from './dovecot.ts';
import { installPackages } from './install.ts';
import { type InstalledExact, installExact } from './installed-exact.ts';
import { logIn } from './mail-login.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { type Maillog, rsyslogPrograms, startRsyslog } from './rsyslog.ts';

const password = 'secret of alice';

let host: Namespace;
let maillog: Maillog;
let exact: InstalledExact;

beforeAll(async () => {
  installPackages({ ...rsyslogPrograms, ...dovecotPrograms });
  host = await openNamespace();
  maillog = await startRsyslog(host);
  exact = await installExact(host);
  await startDovecot(host, { alice: password });
  await vi.waitFor(() => access(maillog.path), { timeout: 10_000 });
});

afterAll(async () => {
  await host?.close();
});

it('all end, by what the log says, and let a login open one', async () => {
  const logins = (['imap', 'pop3', 'imap', 'pop3'] as const).map((protocol, index) => ({
    ...{ protocol, source: `192.0.2.${20 + index}`, user: 'alice', password },
  }));
  expect(await logIn(host, logins)).toEqual([true, true, true, true]);
  const ends = async () =>
    (await readFile(maillog.path, 'utf8')).match(/>: (?:Logged out|Disconnected)/g)?.length;
  await vi.waitFor(async () => expect(await ends()).toBe(logins.length), { timeout: 10_000 });
  const state = join(exact.folder, 'state');
  const lines = [`maillog ${maillog.path}`, 'sessions on', `state ${state}`, `output text ${state}.txt`, ''];
  const configuration = await exact.configure('exact.conf', lines.join('\n'));
  expect(await exact.run('update', '-c', configuration)).toEqual({ status: 0, stdout: '', stderr: '' });
  const { stdout } = await exact.run('update', '--check', '-c', configuration);
  expect(stdout).toContain(
    'a dovecot login opens a session: 0 of the last 4 ends of dovecot matched no session\n',
  );
});
