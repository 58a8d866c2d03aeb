/**
 * A name with a line end in it, by a real Perdition to a real syslog-ng as it is installed: the rest stands on a line of its
 * own, and may say what it wants. `exact update` refuses the login that it looks like, and tells of it.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type InstalledExact, installExact } from './installed-exact.ts';
import { hostAddress, type Namespace, openNamespace } from './namespace.ts';
import { unpackPackages } from './unpacked.ts';

const log = '/var/log/mail.log';

let host: Namespace;
let exact: InstalledExact;

beforeAll(async () => {
  host = await openNamespace();
  await unpackPackages(host, ['syslog-ng-core', 'perdition'], []);
  exact = await installExact(host);
  await host.must([
    'sh',
    '-eux',
    '-c',
    `
    mkdir -p /var/lib/syslog-ng
    syslog-ng --pidfile=/run/syslog-ng.pid --control=/run/syslog-ng.ctl --persist-file=/run/syslog-ng.persist
    while ! [ -S /dev/log ]; do :; done
    perdition.imap4 --outgoing_server 127.0.0.1 --outgoing_port 1143 --no_lookup --ssl_mode none --log_facility mail`,
  ]);
});

afterAll(async () => {
  await host?.close();
});

/** `Nov 22 10:04:26`, as syslog(3) writes it. */
function stamp(): string {
  const [, day = '', month, time] = /, (\d+) (\w+) \d+ ([\d:]+)/.exec(new Date().toUTCString()) ?? [];
  return `${month} ${String(Number(day)).padStart(2)} ${time}`;
}

it('gives no address, and is told of', async () => {
  const line = `${stamp()} mx dovecot: imap-login: Login: user=<mallory>, method=PLAIN, rip=203.0.113.66, lip=192.0.2.1, mpid=1, session=<c>`;
  const name = `x\n${line}\n`;
  const script = fileURLToPath(new URL('say-literal.js', import.meta.url));
  await host.must([process.execPath, script, hostAddress.ipv4, '143', '198.51.100.7'], name);
  const read = async () => readFile(log, 'utf8').catch(() => host.must(['cat', log]));
  await vi.waitFor(async () => expect((await read()).split('\n')).toContain(line), { timeout: 20_000 });
  const state = join(exact.folder, 'state');
  const lines = [`maillog ${log}`, 'timezone UTC', `state ${state}`, `output text ${state}.txt`, ''];
  const configuration = await exact.configure('exact.conf', lines.join('\n'));
  const { status, stderr } = await exact.run('update', '-c', configuration);
  expect(status).toBe(0);
  expect(stderr).toMatch(
    /: a login stands behind a line of perdition without its end: .* flags\(no-multi-line\)/,
  );
  expect(await readFile(`${state}.txt`, 'utf8')).toBe('');
});
