/** How Exact reaches MariaDB: over TLS, by a socket, with a password from wherever it may be, or not at all. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from './commands-inside.ts';
import { documented } from './documented.ts';
import { installPackages } from './install.ts';
import { type InstalledExact, installExact } from './installed-exact.ts';
import { type MariaDb, startMariaDb } from './mariadb.ts';
import { hostAddress, type Namespace, openNamespace } from './namespace.ts';
import { password } from './table-hosts.ts';
import { unpackPackages } from './unpacked.ts';

let host: Namespace;
let exact: InstalledExact;
let mariadb: MariaDb;
let logins: string;
let certificate: string;

const { ipv4 } = hostAddress;
/** Of the account, as exact-maps(7) has it. */
const home = '/var/lib/exact';
const login = (at: string) => `mysql://exact_writer:${encodeURIComponent(password)}@${at}`;
const done = { status: 0, stdout: '', stderr: '' };

/** Publishes one login to the table of a URL, in the environment of cron. */
async function publish(url: string): Promise<Outcome> {
  const { folder } = exact;
  await host.must(['sh', '-c', `rm -f ${folder}/*`]);
  const configuration = await exact.configure(
    'exact.conf',
    [
      `maillog ${join(host.folder, 'no-mail.log')}`,
      `state ${folder}/state`,
      `output text ${folder}/relay.txt`,
      `output mysql ${url} source=mx`,
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
  expect(await mariadb.sql('select address from exact_relay')).toBe('');
}

async function expectSent(url: string): Promise<void> {
  expect(await publish(url)).toEqual(done);
  expect(await mariadb.sql('select address, source from exact_relay')).toBe('198.51.100.1|mx');
}

beforeAll(async () => {
  installPackages({ openssl: 'openssl', mariadbd: 'mariadb-server' });
  host = await openNamespace();
  // What is written to /etc and /var is to be gone with the namespace.
  await unpackPackages(host, [], []);
  mariadb = await startMariaDb(host);
  exact = await installExact(host);
  logins = join(host.folder, 'logins.json');
  const time = new Date().toISOString();
  await writeFile(
    logins,
    JSON.stringify({ time, address: '198.51.100.1', user: 'alice', server: 'dovecot' }),
  );
  certificate = join(host.folder, 'server.crt');
  const key = join(host.folder, 'server.key');
  await host.must([
    ...'openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=db.example.org'.split(' '),
    ...['-addext', `subjectAltName=DNS:db.example.org,IP:${ipv4}`, '-keyout', key, '-out', certificate],
  ]);
  await host.must(['chown', 'mysql', key]);
  await host.must(['install', '-d', home]);
  const accounts = join(host.folder, 'passwd');
  const text = await readFile(accounts, 'utf8');
  await writeFile(accounts, text.replace(/^(exact:.*):\/nonexistent:/m, `$1:${home}:`));
  const names = join(host.folder, 'hosts');
  await writeFile(names, `127.0.0.1 localhost\n${ipv4} db.example.org other.example.org\n`);
  await host.cover('/etc/hosts', names);
});

afterAll(() => host?.close());

describe('a database without tables', () => {
  it('gets them from a writer who may make them, and no other', async () => {
    await mariadb.sql(`create user exact_writer identified by '${password}'; create user other`);
    await mariadb.sql('grant all on exact.* to exact_writer; grant usage on *.* to other');
    const outcome = await publish(`mysql://other@${ipv4}/exact`);
    expect(outcome).toMatchObject({
      status: 75,
      stderr: expect.stringMatching(/denied.*; let the owner of/),
    });
    await expectSent(`${login(ipv4)}/exact`);
  });

  it('that are there stay where the script for people is run', async () => {
    await mariadb.sql('revoke all privileges on exact.* from exact_writer');
    await mariadb.runFile(fileURLToPath(new URL('../../examples/mysql.sql', import.meta.url)));
    await mariadb.sql(`alter user exact_writer identified by '${password}' account unlock`);
    await mariadb.sql('delete from exact_relay; delete from exact_hosts');
    await expectSent(`${login(ipv4)}/exact`);
  });
});

describe('a server', () => {
  beforeEach(async () => {
    await mariadb.sql('delete from exact_relay; delete from exact_hosts; delete from exact_revoked');
    await host.must(['rm', '-f', `${home}/.my.cnf`]);
  });

  it('without TLS gets no password from whoever wants TLS', () =>
    expectAway(`${login(ipv4)}/exact?sslmode=require`, 'Server does not support secure connection'));

  it('that only reads is passed over, and told where there is no other', async () => {
    await mariadb.sql('set global read_only = 1');
    try {
      const none = '192.0.2.1:3306: a standby, or a server that only reads';
      await expectAway(
        `${login(`${ipv4},${ipv4}:3307`)}/exact`,
        `${none}, 192.0.2.1:3307: connection refused`,
      );
      const fix = '; name the server that takes writes';
      await expectAway(`${login(ipv4)}/exact`, 'a standby, or a server that only reads', fix);
    } finally {
      await mariadb.sql('set global read_only = 0');
    }
    await expectSent(`${login(`${ipv4}:3307,${ipv4}`)}/exact`);
  });

  it('is reached by its socket, which is named where it is not there', async () => {
    const secret = encodeURIComponent(password);
    const url = (socket: string) => `mysql:///exact?host=${socket}&user=exact_writer&password=${secret}`;
    await expectAway(url(`${mariadb.socket}.none`), `no socket ${mariadb.socket}.none`);
    await expectSent(url(mariadb.socket));
  });

  it('gets the password from where exact-maps(7) puts it, and says so where it is wrong', async () => {
    const lines = documented('.my.cnf').replace('secret', password);
    await host.must(['sh', '-e', '-c', lines]);
    await expectSent(documented('output mysql ').replace('output mysql ', ''));
    await mariadb.sql('delete from exact_relay');
    await host.must(['chmod', '640', `${home}/.my.cnf`]);
    const open = `it wants a password, and ${home}/.my.cnf may be read by others: chmod 600 it`;
    await expectAway(`mysql://exact_writer@${ipv4}/exact`, open);
    await host.must(['rm', `${home}/.my.cnf`]);
    const refused = await publish(`mysql://exact_writer@${ipv4}/exact`);
    expect(refused.stderr).toMatch(
      /Access denied for user 'exact_writer'@'192\.0\.2\.1' \(using password: NO\)/,
    );
  });
});

describe('a server with TLS', () => {
  beforeAll(async () => {
    await mariadb.sql(
      'delete from exact_relay; delete from exact_hosts; alter user exact_writer require ssl',
    );
    await mariadb.stop();
    await mariadb.start(`--ssl-cert=${certificate}`, `--ssl-key=${certificate.replace('.crt', '.key')}`);
  });

  it('refuses whoever does without, where it is told to', async () => {
    const outcome = await publish(`${login(ipv4)}/exact`);
    expect(outcome).toMatchObject({ status: 75, stderr: expect.stringContaining('Access denied') });
  });

  it('is not believed with sslmode=verify-full, where nobody known has signed its certificate', () =>
    expectAway(
      `${login('db.example.org')}/exact?sslmode=verify-full`,
      'self-signed certificate',
      '; name the file of the authority that signed it by sslrootcert=PATH in the URL',
    ));

  it('is not by an address', () =>
    expectAway(
      `${login(ipv4)}/exact?sslmode=verify-full&sslrootcert=${certificate}`,
      'sslmode=verify-full wants the name of the server, not its address',
    ));

  it('is not by another name', async () => {
    const outcome = await publish(
      `${login('other.example.org')}/exact?sslmode=verify-full&sslrootcert=${certificate}`,
    );
    expect(outcome).toMatchObject({ status: 75, stderr: expect.stringContaining('altnames') });
  });

  it.each(['require', 'verify-full'])('is with sslmode=%s', async (mode) => {
    await mariadb.sql('delete from exact_relay; delete from exact_hosts');
    const authority = mode === 'require' ? '' : `&sslrootcert=${certificate}`;
    await expectSent(`${login('db.example.org')}/exact?sslmode=${mode}${authority}`);
  });
});
