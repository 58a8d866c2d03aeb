/** How Exact reaches PostgreSQL: over TLS, by a socket, with a password from wherever it may be, or not at all. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from './commands-inside.ts';
import { documented } from './documented.ts';
import { installPackages } from './install.ts';
import { type InstalledExact, installExact } from './installed-exact.ts';
import { hostAddress, type Namespace, openNamespace } from './namespace.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { unpackPackages } from './unpacked.ts';

/** The configuration that was last published with. */
let configuration: string;
let host: Namespace;
let exact: InstalledExact;
let postgres: Postgres;
let logins: string;
let certificate: string;

const password = 'p:w@rd/1';
const { ipv4 } = hostAddress;
/** Of the account, as exact-maps(7) has it. */
const home = '/var/lib/exact';
const login = (at: string) => `postgres://exact_writer:${encodeURIComponent(password)}@${at}`;
const done = { status: 0, stdout: '', stderr: '' };

/** Publishes one login to the table of a URL, in the environment of cron. */
async function publish(url: string): Promise<Outcome> {
  const { folder } = exact;
  await host.must(['sh', '-c', `rm -f ${folder}/*`]);
  configuration = await exact.configure(
    'exact.conf',
    [
      `maillog ${join(host.folder, 'no-mail.log')}`,
      `state ${folder}/state`,
      `output text ${folder}/relay.txt`,
      `output pgsql ${url} source=mx`,
      '',
    ].join('\n'),
  );
  await chmod(configuration, 0o600);
  const outcome = await exact.run('update', '--logins', logins, '-c', configuration);
  // Whatever becomes of the table, the files of the host are published, and no message has a password.
  expect(await readFile(join(folder, 'relay.txt'), 'utf8')).toBe('198.51.100.1\n');
  expect(outcome.stderr + outcome.stdout).not.toMatch(/w@rd|w%40rd/);
  return outcome;
}

/** Checks that nothing was sent, and how it was said. */
async function expectAway(url: string, why: string, fix = ''): Promise<void> {
  const outcome = await publish(url);
  expect(outcome).toMatchObject({ status: 75, stdout: '' });
  expect(outcome.stderr.replace(/^.*?: cannot use the table: /, '')).toBe(
    `${why}; the addresses in it still expire, and the next good run sends everything${fix}\n`,
  );
  expect(await postgres.sql('select address from exact_relay')).toBe('');
}

async function expectSent(url: string): Promise<void> {
  expect(await publish(url)).toEqual(done);
  expect(await postgres.sql('select address, source from exact_relay')).toBe('198.51.100.1|mx');
}

beforeAll(async () => {
  installPackages({ openssl: 'openssl', python3: 'python3' });
  host = await openNamespace();
  // What is written to /etc and /var is to be gone with the namespace.
  await unpackPackages(host, [], []);
  postgres = await startPostgres(host);
  exact = await installExact(host);
  await postgres.runFile(fileURLToPath(new URL('../../examples/pgsql.sql', import.meta.url)));
  await postgres.sql(`alter role exact_writer password '${password}'`);
  logins = join(host.folder, 'logins.json');
  const time = new Date().toISOString();
  await writeFile(
    logins,
    JSON.stringify({ time, address: '198.51.100.1', user: 'alice', server: 'dovecot' }),
  );
  certificate = join(host.folder, 'server.crt');
  await host.must([
    ...'openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=db.example.org'.split(' '),
    ...['-addext', `subjectAltName=DNS:db.example.org,IP:${ipv4}`],
    ...['-keyout', join(host.folder, 'server.key'), '-out', certificate],
  ]);
  await host.must(['install', '-d', home, '/etc/exact']);
  await host.must(['cp', certificate, '/etc/exact/db.pem']);
  const accounts = join(host.folder, 'passwd');
  const text = await readFile(accounts, 'utf8');
  await writeFile(accounts, text.replace(/^(exact:.*):\/nonexistent:/m, `$1:${home}:`));
  const names = join(host.folder, 'hosts');
  await writeFile(names, `127.0.0.1 localhost\n${ipv4} db.example.org other.example.org\n`);
  await host.cover('/etc/hosts', names);
});

afterAll(() => host?.close());

beforeEach(async () => {
  await postgres.sql('truncate exact_relay, exact_revoked, exact_hosts');
  await host.must(['rm', '-f', `${home}/.pgpass`]);
});

describe('a server without TLS', () => {
  it('gets no password from whoever wants TLS', () =>
    expectAway(`${login(ipv4)}/exact?sslmode=require`, 'The server does not support SSL connections'));

  it('is used where nothing is said of TLS', () => expectSent(`${login(ipv4)}/exact`));
});

describe('a server that wants TLS', () => {
  beforeAll(() => postgres.requireTls(certificate, join(host.folder, 'server.key')));

  it('refuses whoever does not', async () => {
    const outcome = await publish(`${login(ipv4)}/exact`);
    expect(outcome).toMatchObject({ status: 75, stderr: expect.stringContaining('no encryption') });
  });

  it('is believed with sslmode=require, whatever its certificate', () =>
    expectSent(`${login(ipv4)}/exact?sslmode=require`));

  it('is not, with sslmode=verify-full, where nobody known has signed its certificate', () =>
    expectAway(
      `${login(ipv4)}/exact?sslmode=verify-full`,
      'self-signed certificate',
      '; name the file of the authority that signed it by sslrootcert=PATH in the URL',
    ));

  it('is, with the file of who signed it', () =>
    expectSent(`${login(ipv4)}/exact?sslmode=verify-full&sslrootcert=${certificate}`));

  it('is, with the lines of exact-maps(7), and the password where they put it', async () => {
    await host.must([
      'sh',
      '-e',
      '-c',
      documented('.pgpass').replace('secret', password.replaceAll(':', '\\:')),
    ]);
    await expectSent(
      documented('output pgsql ').replace('output pgsql ', '') + documented('sslmode=verify-full'),
    );
    // Root asks as the account would, whose the password is.
    for (const question of ['--maps', '--stats']) {
      const answer = await exact.run('dump', question, '-c', configuration);
      expect(answer).toMatchObject({ status: 0, stdout: expect.stringContaining('agrees') });
    }
  });

  it('is not by another name', () =>
    expectAway(
      `${login('other.example.org')}/exact?sslmode=verify-full&sslrootcert=${certificate}`,
      "Hostname/IP does not match certificate's altnames: Host: other.example.org. is not in the cert's altnames: DNS:db.example.org, IP Address:192.0.2.1",
    ));

  it('is not by a file that cannot be read or is none', async () => {
    const none = join(host.folder, 'no.crt');
    const url = (path: string) => `${login(ipv4)}/exact?sslmode=verify-full&sslrootcert=${path}`;
    await expectAway(url(none), `cannot read ${none}: no such file`);
    await expectAway(url(logins), `${logins} holds no certificate`);
  });
});

describe('the password', () => {
  const file = () => join(host.folder, 'pgpass');
  const line = `${ipv4}:5432:exact:exact_writer:${password.replaceAll(':', '\\:')}\n`;
  const write = async (text: string, mode: number) => {
    await writeFile(file(), text);
    await chmod(file(), mode);
    await host.must(['chown', 'exact', file()]);
  };
  const url = () => `postgres://exact_writer@${ipv4}/exact?sslmode=require&passfile=${file()}`;

  it('comes from a file that only the account can read', async () => {
    await write(line, 0o600);
    await expectSent(url());
  });

  it('does not from one that others can read, or that has none', async () => {
    await write(line, 0o640);
    await expectAway(url(), `it wants a password, and ${file()} may be read by others: chmod 600 it`);
    await write(line.replace('exact:', 'other:'), 0o600);
    await expectAway(
      url(),
      `it wants a password, and ${file()} has none for ${ipv4}:5432:exact:exact_writer`,
    );
  });

  it('is missed where there is none at all', () =>
    expectAway(
      `postgres://exact_writer@${ipv4}/exact?sslmode=require`,
      'it wants a password, and /var/lib/exact/.pgpass cannot be read: no such file',
    ));

  it('that is wrong is said to be', () =>
    expectAway(
      `postgres://exact_writer:w%40rd@${ipv4}/exact?sslmode=require`,
      'password authentication failed for user "exact_writer"',
    ));
});

describe('a socket', () => {
  it('is used where the URL names its folder', () =>
    expectSent(`postgres:///exact?host=${postgres.socketFolder}&user=exact_writer`));

  it('that is not there is named', () =>
    expectAway(
      `postgres:///exact?host=${host.folder}&user=exact_writer`,
      `no socket ${host.folder}/.s.PGSQL.5432`,
    ));
});

describe('a name', () => {
  it('that no name server answers for is not waited for as long as the resolver would', async () => {
    const resolver = join(host.folder, 'resolv.conf');
    await writeFile(resolver, 'nameserver 192.0.2.99\n');
    await host.cover('/etc/resolv.conf', resolver);
    const silent = [
      'import os, socket, time',
      's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)',
      's.bind(("192.0.2.99", 53))',
      'os.fork() and os._exit(0)',
      'time.sleep(600)',
    ];
    await host.must(['python3', '-c', silent.join('\n')]);
    const begun = Date.now();
    await expectAway(`${login('db.example.com')}/exact`, 'no name server answers');
    process.stdout.write(`\na silent name server: ${((Date.now() - begun) / 1000).toFixed(1)} s\n`);
  });
});
