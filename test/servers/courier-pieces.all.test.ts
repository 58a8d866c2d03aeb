/**
 * Courier breaks what it logs into pieces of 511 bytes, and a name without account begins the next line where it wants. What
 * a real Courier has written of such names gives no address. The logins of others are found: those by the other program
 * meanwhile, those by the same two seconds later.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { installPackages } from './install.ts';
import { type InstalledExact, installExact } from './installed-exact.ts';
import { logIn, type MailLogin } from './mail-login.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { type Maillog, rsyslogPrograms, startRsyslog } from './rsyslog.ts';
import { unpackPackages } from './unpacked.ts';

const password = 'secret';
/** The address that the names speak of; nobody connects from it. */
const named = '203.0.113.66';
/** Bytes of a name in the first piece of `LOGIN FAILED, user=NAME`, by which the logger's word of the level is gone. */
const first = 486;

let host: Namespace;
let maillog: Maillog;
let exact: InstalledExact;

beforeAll(async () => {
  installPackages({ ...rsyslogPrograms, openssl: 'openssl' });
  host = await openNamespace();
  await unpackPackages(host, ['courier-imap', 'courier-pop'], ['courier']);
  maillog = await startRsyslog(host);
  exact = await installExact(host);
  await host.must([
    'sh',
    '-eux',
    '-c',
    `
    install -d -o courier -g courier /run/courier /run/courier/authdaemon
    sed -i 's/^authmodulelist=.*/authmodulelist="authuserdb"/' /etc/courier/authdaemonrc
    ln -sf ../lib/courier/makedat /usr/bin/makedat
    install -d /var/boxes/alice/Maildir/cur /var/boxes/alice/Maildir/new /var/boxes/alice/Maildir/tmp
    chown -R mail:mail /var/boxes
    install -d -m 700 /etc/courier/userdb
    printf 'alice\\tuid=8|gid=8|home=/var/boxes/alice|mail=/var/boxes/alice/Maildir|systempw=%s\\n' \
      "$(openssl passwd -1 ${password})" >/etc/courier/userdb/users
    chmod 600 /etc/courier/userdb/users
    makeuserdb
    authdaemond start
    /usr/lib/courier/imapd start
    /usr/lib/courier/pop3d start`,
  ]);
});

afterAll(async () => {
  await host?.close();
});

const alice = (protocol: 'imap' | 'pop3', source: string): MailLogin => ({
  ...{ protocol, source, user: 'alice', password },
});
const stranger = (source: string, user: string): MailLogin => ({
  ...{ protocol: 'imap', source, user, password: 'x', mayHangUp: true },
});

/** What stands in the second piece: all of it, or what the server's own words follow. */
const payloads = [
  `LOGIN, user=x, ip=[${named}]`,
  `LOGOUT, user=alice, ip=[${named}], port=[1], headers=0`,
  `Login user=${'B'.repeat(480)} host=[${named}]`,
  `login: [${named}] ${'b'.repeat(440)} plaintext User logged in`,
  `IMAP connect from @ [${'0'.repeat(450)}]LOGIN, user=x, ip=[${named}]`,
];

async function addresses(path: string): Promise<string[]> {
  const { stdout } = await exact.run('parse', path);
  return stdout.split('\n').flatMap((row) => row.split('\t')[1] ?? []);
}

it('logins around the pieces of such names are found, and nothing else is', async () => {
  const expected: string[] = [];
  for (const [index, payload] of payloads.entries()) {
    const [before, after] = [`192.0.2.${20 + index}`, `192.0.2.${40 + index}`];
    const tries = [
      alice('pop3', before),
      stranger('192.0.2.66', 'A'.repeat(first) + payload),
      alice('pop3', after),
    ];
    expect(await logIn(host, tries)).toEqual([true, false, true]);
    expected.push(before, after);
  }
  // The last piece may wait for whoever writes next; and what is behind it may be torn.
  await vi.waitFor(
    async () => {
      expect(await logIn(host, [alice('imap', '192.0.2.60')])).toEqual([true]);
      expect(await addresses(maillog.path)).toContain('192.0.2.60');
    },
    { timeout: 60_000, interval: 500 },
  );
  expected.push('192.0.2.60');
  const log = await readFile(maillog.path, 'utf8');
  // Each of them did begin a line.
  for (const payload of payloads) expect(log).toContain(` imapd: ${payload.slice(0, 500)}`);
  expect(await addresses(maillog.path)).toEqual(expected);
  expect(await addresses(maillog.traditional)).toEqual(expected);
});

it('no length of a name gives an address, whatever others do meanwhile', async () => {
  const lengths = Array.from({ length: 16 }, (_, index) => first - 8 + index);
  const [before] = payloads;
  await Promise.all([
    ...lengths.map((length, index) =>
      logIn(host, [stranger(`198.51.100.${10 + index}`, 'A'.repeat(length) + before)]),
    ),
    ...lengths.map((_, index) => logIn(host, [alice('pop3', `192.0.2.${100 + index}`)])),
  ]);
  const state = join(exact.folder, 'state');
  const lines = [`maillog ${maillog.path}`, 'sessions on', `state ${state}`, `output text ${state}.txt`, ''];
  const configuration = await exact.configure('exact.conf', lines.join('\n'));
  expect(await exact.run('update', '-c', configuration)).toMatchObject({ status: 0 });
  const relaying = (await readFile(`${state}.txt`, 'utf8')).trimEnd().split('\n');
  expect(relaying.filter((address) => !address.startsWith('192.0.2.') || address === '192.0.2.66')).toEqual(
    [],
  );
  // Courier itself loses lines behind a piece that fills its buffer: most of the logins are there.
  expect(relaying.length).toBeGreaterThan(payloads.length * 2 + 1);
});
