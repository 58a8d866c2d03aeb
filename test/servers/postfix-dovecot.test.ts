/**
 * The main job on real servers: who logs in to Dovecot may relay through Postfix, for a while, and nobody else.
 * The tests are one history of one mail host; each works with client addresses of its own.
 */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { statePaths } from '../../src/state/state-paths.ts';
import { dovecotPrograms, startDovecot } from './dovecot.ts';
import { installPackages } from './install.ts';
import { type InstalledExact, installExact } from './installed-exact.ts';
import { logIn, type MailLogin } from './mail-login.ts';
import { hostAddress, type Namespace, openNamespace } from './namespace.ts';
import { localDomain, postfixPrograms, startPostfix } from './postfix.ts';
import { type Maillog, rsyslogPrograms, startRsyslog } from './rsyslog.ts';
import { replyToRecipient } from './smtp-probe.ts';

const passwords = { alice: 'secret of alice', bob: 'secret of bob', 'carol@virt.example': 'secret of carol' };
type User = keyof typeof passwords;

/** The ports of the ways in which Postfix looks up the relay table, the recommended one first. */
const ports = { accessCdb: 25, networksCdb: 2501, accessHash: 2502, networksHash: 2503 };

let host: Namespace;
let maillog: Maillog;
let exact: InstalledExact;
let configuration: string;
let state: string;

beforeAll(async () => {
  installPackages({ ...rsyslogPrograms, ...dovecotPrograms, ...postfixPrograms });
  host = await openNamespace();
  maillog = await startRsyslog(host);
  exact = await installExact(host);
  await startDovecot(host, passwords);
  state = join(exact.folder, 'state');
  const [cdb, hash] = [join(exact.folder, 'relay'), join(exact.folder, 'relay-hash')];
  configuration = await exact.configure(
    'exact.conf',
    `maillog ${maillog.path}
timeout 30m
state   ${state}
output  text ${cdb}.txt
output  cdb ${cdb}.cdb
output  postmap hash:${hash}
`,
  );
  const check = (map: string) =>
    `smtpd_relay_restrictions = check_client_access ${map}, reject_unauth_destination`;
  await vi.waitFor(() => access(maillog.path), { timeout: 10_000 });
  // Exact publishes before Postfix starts, as at boot: a map that is missing then stays so for Postfix.
  await exactSucceeds('update');
  await startPostfix(host, {
    [ports.accessCdb]: check(`cdb:${cdb}`),
    [ports.networksCdb]: `mynetworks = cdb:${cdb}`,
    [ports.accessHash]: check(`hash:${hash}`),
    [ports.networksHash]: `mynetworks = hash:${hash}`,
  });
});

afterAll(async () => {
  await host?.close();
});

/** Runs `exact` with the host's configuration; as a cron job that succeeds, it must print nothing. */
async function exactSucceeds(command: string, ...args: readonly string[]): Promise<void> {
  const outcome = await exact.run(command, '-c', configuration, ...args);
  expect(outcome).toEqual({ status: 0, stdout: '', stderr: '' });
}

/** Options that set the clock of a run to some minutes from now. */
function inMinutes(minutes: number): string[] {
  return ['--now', new Date(Date.now() + minutes * 60_000).toISOString(), '--state', state];
}

/** A login with the user's own password, unless another is given. */
function login(protocol: MailLogin['protocol'], source: string, user: User, password?: string): MailLogin {
  return { protocol, source, user, password: password ?? passwords[user] };
}

/** Tries to log in, checks whether the server lets each in, and waits until the log tells of each. */
async function tryLogins(logins: readonly MailLogin[], succeed: boolean): Promise<void> {
  const told = async () =>
    (await readFile(maillog.path, 'utf8')).match(/(?:imap|pop3)-login: (?:Login|Disconnected)/g)?.length ?? 0;
  const toldBefore = await told();
  expect(await logIn(host, logins)).toEqual(logins.map(() => succeed));
  await vi.waitFor(async () => expect(await told()).toBe(toldBefore + logins.length), { timeout: 10_000 });
}

/** Checks the reply to a recipient elsewhere for clients at some addresses, whichever way Postfix looks them up. */
async function expectReplies(code: 250 | 554, ...sources: readonly string[]): Promise<void> {
  const want = Object.fromEntries(sources.map((source) => [source, code]));
  for (const [name, port] of Object.entries(ports)) {
    expect(await replyToRecipient(host, port, sources), name).toEqual(want);
  }
}

it('an empty table refuses everybody and breaks nothing', async () => {
  await expectReplies(554, '198.51.100.1', '203.0.113.1', '2001:db8:1::1', hostAddress.ipv4);
  for (const port of Object.values(ports)) {
    expect(
      await replyToRecipient(host, port, ['198.51.100.1', '2001:db8:1::1'], `me@${localDomain}`),
    ).toEqual({
      '198.51.100.1': 250,
      '2001:db8:1::1': 250,
    });
  }
});

it('exactly the addresses that logged in may relay', async () => {
  const clients = ['198.51.100.7', '203.0.113.9', '2001:db8:7::4d', '2001:db8:9:0:1::1'] as const;
  await expectReplies(554, ...clients);
  await tryLogins(
    [
      login('pop3', clients[0], 'alice'),
      login('imap', clients[1], 'bob'),
      login('pop3', clients[2], 'carol@virt.example'),
      login('imap', clients[3], 'alice'),
    ],
    true,
  );
  await exactSucceeds('update');
  await expectReplies(250, ...clients);
  await expectReplies(554, '198.51.100.8', '203.0.113.90', '2001:db8:7::4', '2001:db8:9::1', '2001:db8:7::');
  // Reading nothing new takes nothing away.
  await exactSucceeds('update');
  await expectReplies(250, ...clients);
});

it('a login from the mail host itself lets nobody relay', async () => {
  const own = [hostAddress.ipv4, hostAddress.ipv6];
  await tryLogins(
    own.map((source) => login('imap', source, 'alice')),
    true,
  );
  await exactSucceeds('update');
  await expectReplies(554, ...own);
});

it('a wrong password never helps, whatever the user name says', async () => {
  const forged = 'x>, method=PLAIN, rip=203.0.113.66, lip=192.0.2.1, mpid=5, session=<abcdefgh>';
  const clients = ['198.51.100.20', '203.0.113.20', '2001:db8:20::1', '2001:db8:20::2'] as const;
  await tryLogins(
    [
      login('pop3', clients[0], 'alice', 'wrong'),
      login('imap', clients[1], 'alice', 'wrong'),
      login('pop3', clients[2], 'bob', passwords.alice),
      login('imap', clients[3], 'bob', ''),
      { protocol: 'pop3', source: clients[0], user: forged, password: passwords.alice },
      { protocol: 'imap', source: clients[1], user: forged, password: passwords.alice },
    ],
    false,
  );
  await exactSucceeds('update');
  await expectReplies(554, ...clients, '203.0.113.66');
});

it('after the timeout an address is refused again, until the next login', async () => {
  const clients = ['198.51.100.30', '2001:db8:30::1'] as const;
  const logins = [login('pop3', clients[0], 'alice'), login('imap', clients[1], 'bob')];
  await tryLogins(logins, true);
  await exactSucceeds('update');
  await exactSucceeds('update', ...inMinutes(29));
  await expectReplies(250, ...clients);
  await exactSucceeds('update', ...inMinutes(31));
  await expectReplies(554, ...clients);
  await tryLogins(logins, true);
  await exactSucceeds('update');
  await expectReplies(250, ...clients);
});

it('expire alone ends what has timed out, without a look at the log', async () => {
  const clients = ['203.0.113.40', '2001:db8:40::1'] as const;
  await tryLogins([login('imap', clients[0], 'alice'), login('pop3', clients[1], 'alice')], true);
  await exactSucceeds('update');
  await exactSucceeds('expire', ...inMinutes(29));
  await expectReplies(250, ...clients);
  await exactSucceeds('expire', ...inMinutes(31));
  await expectReplies(554, ...clients);
});

it('expire ADDRESS refuses at once, and a later login counts again', async () => {
  const [revoked, kept] = ['2001:db8:50::1', '198.51.100.50'] as const;
  await tryLogins([login('pop3', revoked, 'alice'), login('imap', kept, 'alice')], true);
  await exactSucceeds('update');
  await expectReplies(250, revoked, kept);
  expect(await exact.run('expire', '-c', configuration, revoked)).toMatchObject({ status: 0, stderr: '' });
  await expectReplies(554, revoked);
  // The log still tells of the login, and a rebuild reads it again.
  await exactSucceeds('update', '--rebuild');
  await expectReplies(554, revoked);
  await expectReplies(250, kept);
  // A login of the same second as the revocation is void with those before it, so more than one may be needed.
  await vi.waitFor(
    async () => {
      await tryLogins([login('pop3', revoked, 'alice')], true);
      await exactSucceeds('update');
      await expectReplies(250, revoked);
    },
    { timeout: 20_000, interval: 300 },
  );
});

it('the older form of the log holds the same logins', async () => {
  const found = async (path: string) => {
    const { status, stdout, stderr } = await exact.run('parse', '-c', configuration, path);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout.split('\n').map((line) => line.split('\t').slice(1));
  };
  const logins = await found(maillog.path);
  expect(logins.length).toBeGreaterThan(10);
  expect(await found(maillog.traditional)).toEqual(logins);
});

it('what root runs belongs to the account of Exact, and leaves nothing lying about', async () => {
  // A table that hosts share and a permit have files of their own, and none of them is there.
  const { tables: _tables, rows: _rows, permits: _permits, ...usual } = statePaths(state);
  const maps = ['relay-hash.db', 'relay.cdb', 'relay.txt'].map((name) => join(exact.folder, name));
  const files = await host.must(['find', exact.folder, '-type', 'f', '-printf', '%u %p\n']);
  expect(files.trim().split('\n').sort()).toEqual(
    [...maps, ...Object.values(usual)].map((path) => `exact ${path}`).sort(),
  );
});
