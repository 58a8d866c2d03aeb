/** One relay table for several hosts: two installations of Exact and one PostgreSQL. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hostAddress, type Namespace, openNamespace } from './namespace.ts';
import { allRows, openPgsqlHosts, type PgsqlHosts, readersSee, tableUrl } from './pgsql-hosts.ts';

let host: Namespace;
let table: PgsqlHosts;

const done = { status: 0, stdout: '', stderr: '' };

beforeAll(async () => {
  host = await openNamespace();
  table = await openPgsqlHosts(host);
});

afterAll(() => host?.close());

describe('a table of two hosts', () => {
  beforeEach(() => table.empty());

  const text = (name: string) => readFile(join(table.exact.folder, name, 'relay.txt'), 'utf8');

  it('holds the rows of both, and each changes its own', async () => {
    expect(await table.login('alpha', { '198.51.100.1': 'alice', '2001:db8:7::1': 'bob' })).toEqual(done);
    expect(await table.login('beta', { '198.51.100.1': 'alice', '198.51.100.2': 'carol' })).toEqual(done);
    expect(await table.postgres.sql(allRows)).toBe(
      [
        '198.51.100.1|alice|alpha',
        '198.51.100.1|alice|beta',
        '198.51.100.2|carol|beta',
        '2001:db8:7::1|bob|alpha',
      ].join('\n'),
    );
    expect(await table.on('alpha', 'dump', '--maps')).toMatchObject({ status: 0, stderr: '' });
    await table.postgres.sql("delete from exact_relay where source = 'alpha'");
    const differs = await table.on('alpha', 'dump', '--maps');
    expect(differs).toMatchObject({ status: 1, stderr: '' });
    expect(differs.stdout).toContain('lacks 198.51.100.1, 2001:db8:7::1');
    expect(differs.stdout).not.toContain('w%40rd');
    expect(await table.on('beta', 'dump', '--maps')).toMatchObject({ status: 0, stderr: '' });
  });

  it('loses the rows of a host whose configuration names it no more, and no others', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice' });
    await table.login('beta', { '198.51.100.2': 'bob' });
    const configuration = join(host.folder, 'exact/etc/alpha.conf');
    const lines = await readFile(configuration, 'utf8');
    await writeFile(configuration, lines.replace(/^output pgsql .*$/m, ''));
    const outcome = await table.on('alpha', 'update');
    expect(outcome.stderr).toMatch(
      /^exact: output pgsql .*: is no longer configured; the rows of this host were/m,
    );
    expect(outcome.stderr).not.toContain('w%40rd');
    expect(await table.postgres.sql(allRows)).toBe('198.51.100.2|bob|beta');
    expect(await text('alpha')).toBe('198.51.100.1\n');
    await writeFile(configuration, lines);
    await table.on('alpha', 'update');
    expect(await table.postgres.sql(allRows)).toBe('198.51.100.1|alice|alpha\n198.51.100.2|bob|beta');
  });

  it('shows readers nothing that has expired, though no run takes it out', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice', '198.51.100.2': 'bob' });
    await table.postgres.sql("update exact_relay set expires = now() where username = 'alice'");
    expect(await table.postgres.sql(allRows)).toContain('198.51.100.1|alice|alpha');
    expect(await table.postgres.sql(readersSee)).toBe('198.51.100.2');
  });

  it('ends on all hosts what one revokes, for as long as it says', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice', '198.51.100.2': 'bob' });
    await table.login('beta', { '198.51.100.3': 'Alice', '198.51.100.4': 'bob' });
    expect(await table.on('alpha', 'expire', '--user', 'alice', '--for', '1h')).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(await table.postgres.sql(readersSee)).toBe('198.51.100.2\n198.51.100.4');
    // Its own file has it until its next run.
    expect(await text('beta')).toBe('198.51.100.3\n198.51.100.4\n');
    expect(await table.login('beta', { '198.51.100.5': 'alice', '198.51.100.6': 'dave' })).toMatchObject({
      status: 0,
    });
    expect(await text('beta')).toBe('198.51.100.4\n198.51.100.6\n');
    expect(await table.postgres.sql(readersSee)).toBe('198.51.100.2\n198.51.100.4\n198.51.100.6');
    expect((await table.on('beta', 'dump', '--revoked')).stdout).toMatch(/^alice .* on alpha$/m);
    // The server away, beta goes on refusing.
    await table.postgres.stop();
    expect(await table.login('beta', { '198.51.100.7': 'alice' })).toMatchObject({ status: 75 });
    expect(await text('beta')).toBe('198.51.100.4\n198.51.100.6\n');
    await table.postgres.start();
    expect(await table.on('alpha', 'expire', '--undo', '--user', 'alice')).toMatchObject({
      status: 0,
      stderr: '',
    });
    // Her next login is of a later second than that in which it was undone.
    await table.postgres.sql(
      "update exact_revoked set at = at - interval '5 s', until = until - interval '5 s'",
    );
    expect(await table.login('beta', { '198.51.100.7': 'alice' })).toMatchObject({ status: 0 });
    expect(await text('beta')).toBe('198.51.100.4\n198.51.100.6\n198.51.100.7\n');
  });

  it('ends a network that one host revokes', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice', '203.0.113.1': 'bob' });
    await table.login('beta', { '198.51.100.200': 'carol' });
    expect(await table.on('beta', 'expire', '198.51.100.0/24')).toMatchObject({ status: 0 });
    expect(await table.postgres.sql(readersSee)).toBe('203.0.113.1');
    expect(await table.on('alpha', 'update')).toMatchObject({ status: 66 });
    expect(await text('alpha')).toBe('203.0.113.1\n');
  });

  it('costs one line and exit status 75 while its server is away, and holds all that is live after it', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice' });
    await table.postgres.stop();
    const away = await table.login('alpha', { '198.51.100.2': 'bob' });
    expect(away.status).toBe(75);
    expect(away.stderr).toBe(
      `exact: output pgsql ${tableUrl('***')}: cannot use the table: connection refused; the addresses in it still expire, and the next good run sends everything\n`,
    );
    expect(await text('alpha')).toBe('198.51.100.1\n198.51.100.2\n');
    await table.postgres.start();
    await table.postgres.sql('truncate exact_relay');
    expect(await table.login('alpha', {})).toMatchObject({ status: 0 });
    expect(await table.postgres.sql(readersSee)).toBe('198.51.100.1\n198.51.100.2');
    await table.postgres.stop();
    expect(await table.on('alpha', 'expire', '198.51.100.1')).toMatchObject({ status: 75 });
    expect(await text('alpha')).toBe('198.51.100.2\n');
    await table.postgres.start();
    expect(await table.login('alpha', {})).toMatchObject({ status: 0 });
    expect(await table.postgres.sql(readersSee)).toBe('198.51.100.2');
    expect(await table.postgres.sql('select what, source from exact_revoked')).toBe('198.51.100.1|alpha');
  });

  it('is waited for 5 seconds where the server is silent', async () => {
    await table.postgres.signal('STOP');
    try {
      const silent = await table.login('alpha', { '198.51.100.1': 'alice' });
      expect(silent).toMatchObject({ status: 75, stderr: expect.stringContaining('no answer in 5 s') });
      expect(await text('alpha')).toBe('198.51.100.1\n');
    } finally {
      await table.postgres.signal('CONT');
    }
    expect(await table.login('alpha', { '198.51.100.2': 'bob' })).toMatchObject({ status: 0 });
    expect(await table.postgres.sql(readersSee)).toBe('198.51.100.1\n198.51.100.2');
  });

  it('takes whatever name a client makes up', async () => {
    const names = ["'; drop table exact_relay; --", 'a\u0000b\t\n', 'x'.repeat(5000), '\ud800', 'ünï'];
    const logins = Object.fromEntries(names.map((name, index) => [`198.51.100.${index + 1}`, name]));
    expect((await table.login('alpha', logins)).stderr).not.toContain('pgsql');
    expect(await table.on('alpha', 'dump', '--maps')).toMatchObject({ status: 0 });
  });

  it('cannot be written by the role of the MTAs, nor does it show it users', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice' });
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
    expect(await as(readersSee)).toMatchObject({ status: 0, stdout: '198.51.100.1\n' });
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
});
