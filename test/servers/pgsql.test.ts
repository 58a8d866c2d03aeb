/** One relay table for several hosts: two installations of Exact, one PostgreSQL, and the MTAs that read it. */
import { readFileSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from './commands-inside.ts';
import { prepareExim } from './exim.ts';
import { installPackages } from './install.ts';
import { type InstalledExact, installExact } from './installed-exact.ts';
import { hostAddress, type Namespace, openNamespace } from './namespace.ts';
import { startPostfix } from './postfix.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { type Row, tellResults } from './relay-results.ts';
import { replyToRecipient } from './smtp-probe.ts';

let host: Namespace;
let exact: InstalledExact;
let postgres: Postgres;
let eximVersion: string;
const rows: Row[] = [];

const password = 'p:w@rd/1';
const url = (shown: string) => `postgres://exact_writer:${shown}@${hostAddress.ipv4}/exact`;
const all = 'select address, username, source from exact_relay order by 1, 2, 3';
const readers = 'select distinct address from exact_relay where expires > now() order by 1';

/** Runs a command on one of two hosts, which share nothing but the table. */
function on(name: 'alpha' | 'beta', ...words: string[]): Promise<Outcome> {
  return exact.run(...words, '-c', join(host.folder, 'exact/etc', `${name}.conf`));
}

/** Has users log in at a host, some seconds ago, and updates its table. */
async function login(
  name: 'alpha' | 'beta',
  logins: Readonly<Record<string, string>>,
  ago = 0,
): Promise<Outcome> {
  const time = new Date(Date.now() - ago * 1000).toISOString();
  const lines = Object.entries(logins).map(([address, user]) =>
    JSON.stringify({ time, address, user, server: 'dovecot' }),
  );
  const file = join(host.folder, 'logins.json');
  await writeFile(file, lines.map((line) => `${line}\n`).join(''));
  return on(name, 'update', '--logins', file);
}

const done = { status: 0, stdout: '', stderr: '' };

beforeAll(async () => {
  installPackages({ postfix: 'postfix', '/usr/lib/postfix/postfix-pgsql.so': 'postfix-pgsql' });
  host = await openNamespace();
  eximVersion = await prepareExim(host);
  postgres = await startPostgres(host);
  exact = await installExact(host);
  await postgres.runFile(fileURLToPath(new URL('../../examples/pgsql.sql', import.meta.url)));
  await postgres.sql(
    `alter role exact_writer password '${password}'; alter role exact_reader password 'reader'`,
  );
  for (const name of ['alpha', 'beta']) {
    const folder = join(exact.folder, name);
    await host.must(['install', '-d', '-o', 'exact', folder]);
    await exact.configure(
      `${name}.conf`,
      [
        `maillog ${join(host.folder, 'no-mail.log')}`,
        'timeout 10m',
        'warn-repeat 1m',
        `state ${folder}/state`,
        `output text ${folder}/relay.txt`,
        `output pgsql ${url(encodeURIComponent(password))} source=${name}`,
        '',
      ].join('\n'),
    );
    await chmod(join(host.folder, 'exact/etc', `${name}.conf`), 0o600);
  }
});

afterAll(() => {
  tellResults('PostgreSQL,', rows);
  return host?.close();
});

describe('a table of two hosts', () => {
  beforeEach(async () => {
    await postgres.sql('truncate exact_relay, exact_revoked');
    await host.must(['sh', '-c', `rm -f ${exact.folder}/*/*`]);
  });

  const text = (name: string) => readFile(join(exact.folder, name, 'relay.txt'), 'utf8');

  it('holds the rows of both, and each changes its own', async () => {
    expect(await login('alpha', { '198.51.100.1': 'alice', '2001:db8:7::1': 'bob' })).toEqual(done);
    expect(await login('beta', { '198.51.100.1': 'alice', '198.51.100.2': 'carol' })).toEqual(done);
    expect(await postgres.sql(all)).toBe(
      [
        '198.51.100.1|alice|alpha',
        '198.51.100.1|alice|beta',
        '198.51.100.2|carol|beta',
        '2001:db8:7::1|bob|alpha',
      ].join('\n'),
    );
    expect(await on('alpha', 'dump', '--maps')).toMatchObject({ status: 0, stderr: '' });
    await postgres.sql("delete from exact_relay where source = 'alpha'");
    const differs = await on('alpha', 'dump', '--maps');
    expect(differs).toMatchObject({ status: 1, stderr: '' });
    expect(differs.stdout).toContain('lacks 198.51.100.1, 2001:db8:7::1');
    expect(differs.stdout).not.toContain('w%40rd');
    expect(await on('beta', 'dump', '--maps')).toMatchObject({ status: 0, stderr: '' });
  });

  it('shows readers nothing that has expired, though no run takes it out', async () => {
    await login('alpha', { '198.51.100.1': 'alice' }, 597);
    await login('alpha', { '198.51.100.2': 'bob' });
    expect(await postgres.sql('select pg_sleep_until(min(expires)) from exact_relay')).toBe('');
    expect(await postgres.sql(all)).toContain('198.51.100.1|alice|alpha');
    expect(await postgres.sql(readers)).toBe('198.51.100.2');
  });

  it('ends on all hosts what one revokes, for as long as it says', async () => {
    await login('alpha', { '198.51.100.1': 'alice', '198.51.100.2': 'bob' });
    await login('beta', { '198.51.100.3': 'Alice', '198.51.100.4': 'bob' });
    expect(await on('alpha', 'expire', '--user', 'alice', '--for', '1h')).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(await postgres.sql(readers)).toBe('198.51.100.2\n198.51.100.4');
    // Its own file has it until its next run.
    expect(await text('beta')).toBe('198.51.100.3\n198.51.100.4\n');
    expect(await login('beta', { '198.51.100.5': 'alice', '198.51.100.6': 'dave' })).toMatchObject({
      status: 0,
    });
    expect(await text('beta')).toBe('198.51.100.4\n198.51.100.6\n');
    expect(await postgres.sql(readers)).toBe('198.51.100.2\n198.51.100.4\n198.51.100.6');
    expect((await on('beta', 'dump', '--revoked')).stdout).toMatch(/^alice .* on alpha$/m);
    // The server away, beta goes on refusing.
    await postgres.stop();
    expect(await login('beta', { '198.51.100.7': 'alice' })).toMatchObject({ status: 75 });
    expect(await text('beta')).toBe('198.51.100.4\n198.51.100.6\n');
    await postgres.start();
    expect(await on('alpha', 'expire', '--undo', '--user', 'alice')).toMatchObject({ status: 0, stderr: '' });
    expect(await login('beta', { '198.51.100.7': 'alice' }, -2)).toMatchObject({ status: 0 });
    expect(await text('beta')).toBe('198.51.100.4\n198.51.100.6\n198.51.100.7\n');
  });

  it('ends a network that one host revokes', async () => {
    await login('alpha', { '198.51.100.1': 'alice', '203.0.113.1': 'bob' });
    await login('beta', { '198.51.100.200': 'carol' });
    expect(await on('beta', 'expire', '198.51.100.0/24')).toMatchObject({ status: 0 });
    expect(await postgres.sql(readers)).toBe('203.0.113.1');
    expect(await on('alpha', 'update')).toMatchObject({ status: 66 });
    expect(await text('alpha')).toBe('203.0.113.1\n');
  });

  it('costs one line and exit status 75 while its server is away, and holds all that is live after it', async () => {
    await login('alpha', { '198.51.100.1': 'alice' });
    await postgres.stop();
    const away = await login('alpha', { '198.51.100.2': 'bob' });
    expect(away.status).toBe(75);
    expect(away.stderr).toBe(
      `exact: output pgsql ${url('***')}: cannot use the table: connection refused; addresses end in it by themselves, and the next good run sends all\n`,
    );
    expect(await text('alpha')).toBe('198.51.100.1\n198.51.100.2\n');
    await postgres.start();
    await postgres.sql('truncate exact_relay');
    expect(await login('alpha', {})).toMatchObject({ status: 0 });
    expect(await postgres.sql(readers)).toBe('198.51.100.1\n198.51.100.2');
    await postgres.stop();
    expect(await on('alpha', 'expire', '198.51.100.1')).toMatchObject({ status: 75 });
    expect(await text('alpha')).toBe('198.51.100.2\n');
    await postgres.start();
    expect(await login('alpha', {})).toMatchObject({ status: 0 });
    expect(await postgres.sql(readers)).toBe('198.51.100.2');
    expect(await postgres.sql('select what, source from exact_revoked')).toBe('198.51.100.1|alpha');
  });

  it('is waited for 5 seconds where the server is silent', async () => {
    await postgres.signal('STOP');
    try {
      const silent = await login('alpha', { '198.51.100.1': 'alice' });
      expect(silent).toMatchObject({ status: 75, stderr: expect.stringContaining('no answer in 5 s') });
      expect(await text('alpha')).toBe('198.51.100.1\n');
    } finally {
      await postgres.signal('CONT');
    }
    expect(await login('alpha', { '198.51.100.2': 'bob' })).toMatchObject({ status: 0 });
    expect(await postgres.sql(readers)).toBe('198.51.100.1\n198.51.100.2');
  });

  it('takes whatever name a client makes up', async () => {
    const names = ["'; drop table exact_relay; --", 'a\u0000b\t\n', 'x'.repeat(5000), '\ud800', 'ünï'];
    const logins = Object.fromEntries(names.map((name, index) => [`198.51.100.${index + 1}`, name]));
    expect((await login('alpha', logins)).stderr).not.toContain('pgsql');
    expect(await on('alpha', 'dump', '--maps')).toMatchObject({ status: 0 });
  });

  it('cannot be written by the role of the MTAs, nor does it show it users', async () => {
    await login('alpha', { '198.51.100.1': 'alice' });
    const as = (sql: string) =>
      host.run([
        'env',
        'PGPASSWORD=reader',
        'psql',
        '-X',
        '-At',
        '-c',
        sql,
        '-U',
        'exact_reader',
        '-h',
        hostAddress.ipv4,
        'exact',
      ]);
    expect(await as(readers)).toMatchObject({ status: 0, stdout: '198.51.100.1\n' });
    for (const sql of [
      "insert into exact_relay values ('203.0.113.9', 'x', 'x', now() + interval '1 day')",
      "update exact_relay set expires = now() + interval '1 day'",
      'delete from exact_relay',
      'select username from exact_relay',
      'select * from exact_revoked',
    ]) {
      expect(await as(sql)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('permission denied'),
      });
    }
  });

  /** Returns the lines of exact-maps(7) from some beginning to the end of its display, for the server of this test. */
  const printed = (beginning: string) => {
    const page = readFileSync(new URL('../../man/exact-maps.7', import.meta.url), 'utf8');
    const start = page.indexOf(`\n${beginning}`) + 1;
    const lines = page.slice(start, page.indexOf('\n.Ed', start));
    return lines.replace('db.example.org', hostAddress.ipv4).replace(/\bsecret\b/, 'reader');
  };

  /** Checks on a running server that who is in the table may relay, wherever the row is from, and nobody else. */
  const expectRelay = async (mta: string, lookup: string, port: number, refusal: number) => {
    const clients = ['198.51.100.1', '198.51.100.2', '198.51.100.3', '2001:db8:7::4d', '2001:db8:7::4'];
    expect(await replyToRecipient(host, port, clients)).toEqual(
      Object.fromEntries(clients.map((client) => [client, refusal])),
    );
    await login('alpha', { '198.51.100.1': 'alice', '2001:db8:7::4d': 'bob' });
    await login('beta', { '198.51.100.2': 'carol' });
    expect(await replyToRecipient(host, port, clients)).toEqual({
      '198.51.100.1': 250,
      '198.51.100.2': 250,
      '198.51.100.3': refusal,
      '2001:db8:7::4d': 250,
      '2001:db8:7::4': refusal,
    });
    await on('beta', 'expire', '--user', 'bob');
    await postgres.sql("update exact_relay set expires = now() where source = 'beta'");
    expect(await replyToRecipient(host, port, clients)).toEqual({
      '198.51.100.1': 250,
      '198.51.100.2': refusal,
      '198.51.100.3': refusal,
      '2001:db8:7::4d': refusal,
      '2001:db8:7::4': refusal,
    });
    rows.push({
      mta: `PostgreSQL, ${mta}`,
      lookup,
      output: 'pgsql postgres://…',
      seen: 'next connection',
      results: { empty: 'yes', relays: 'yes', gone: 'yes' },
    });
  };

  it('is what Postfix goes by, with the lines of exact-maps(7)', async () => {
    const table = join(host.folder, 'exact-pgsql.cf');
    await writeFile(table, printed('hosts = '));
    await startPostfix(host, {
      25: `smtpd_relay_restrictions = check_client_access pgsql:${table}, reject_unauth_destination`,
    });
    await expectRelay(
      `Postfix ${(await host.must(['postconf', '-h', 'mail_version'])).trim()}`,
      'check_client_access pgsql:',
      25,
      554,
    );
  });

  it('is what Exim goes by, with the lines of exact-maps(7)', async () => {
    const configuration = join(host.folder, 'exim-pgsql.conf');
    const lines = [
      'primary_hostname = mx.local.example',
      'host_lookup =',
      'queue_only',
      'acl_smtp_rcpt = check_rcpt',
      printed('hide pgsql_servers'),
      'begin acl',
      'check_rcpt:',
      `accept\n${printed('  condition = ${lookup pgsql')}`,
      'deny message = relay not permitted',
      'begin routers',
      'nowhere:\n  driver = accept\n  transport = nowhere',
      'begin transports',
      'nowhere:\n  driver = appendfile\n  file = /dev/null\n  user = Debian-exim',
    ];
    await writeFile(configuration, `${lines.join('\n')}\n`);
    await host.must(['install', '-d', '-o', 'Debian-exim', '/var/spool/exim4', '/var/log/exim4']);
    await host.must(['exim4', '-C', configuration, '-bd', '-oX', '2525']);
    await expectRelay(`Exim ${eximVersion}`, 'condition = …lookup pgsql…', 2525, 550);
  });
});
