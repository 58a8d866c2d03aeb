/** One relay table for several hosts: two installations of Exact and one MariaDB. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { allRows, type MysqlHosts, openMysqlHosts, readersSee, tableUrl } from './mysql-hosts.ts';
import { type Namespace, openNamespace } from './namespace.ts';

let host: Namespace;
let table: MysqlHosts;

const done = { status: 0, stdout: '', stderr: '' };

beforeAll(async () => {
  host = await openNamespace();
  table = await openMysqlHosts(host);
});

afterAll(() => host?.close());

describe('a table of two hosts in MariaDB', () => {
  beforeEach(() => table.empty());

  const sql = (statements: string) => table.mariadb.sql(statements);
  const text = (name: string) => readFile(join(table.exact.folder, name, 'relay.txt'), 'utf8');
  const configurationOf = (name: string) => join(host.folder, 'exact/etc', `${name}.conf`);

  it('holds the rows of both, and each changes its own', async () => {
    expect(await table.login('alpha', { '198.51.100.1': 'alice', '2001:db8:7::1': 'bob' })).toEqual(done);
    expect(await table.login('beta', { '198.51.100.1': 'alice', '198.51.100.2': 'carol' })).toEqual(done);
    const rows = [
      ...['198.51.100.1|alice|alpha', '198.51.100.1|alice|beta'],
      ...['198.51.100.2|carol|beta', '2001:db8:7::1|bob|alpha'],
    ];
    expect(await sql(allRows)).toBe(rows.join('\n'));
    expect(await table.on('alpha', 'dump', '--maps')).toMatchObject({ status: 0, stderr: '' });
    const hosts = await table.on('alpha', 'dump', '--hosts');
    expect(hosts.stdout.replace(/ +/g, ' ')).toMatch(
      /^HOST SEEN PUSHED ROWS VERSION CLOCK\nalpha \(this host\) .* 2 \d.*\nbeta .* 2 \d.*\n$/,
    );
    const ofAlice = await table.on('beta', 'dump', '--shared', '--user', 'ALICE', '--tsv');
    expect(ofAlice.stdout).toMatch(/^198\.51\.100\.1\talice\talpha\t.*\n198\.51\.100\.1\talice\tbeta\t.*\n$/);
    const within = await table.on('alpha', 'dump', '--shared', '198.51.100.2/31', '--tsv');
    expect(within.stdout).toMatch(/^198\.51\.100\.2\tcarol\tbeta\t.*\n$/);
    expect((await table.on('alpha', 'dump', '--shared', '--tsv')).stdout.split('\n')).toHaveLength(5);
    const elsewhere = await table.on('alpha', 'dump', '198.51.100.2');
    expect(elsewhere.status).toBe(0);
    expect(elsewhere.stdout).toMatch(/^198\.51\.100\.2: yes: carol, login on host beta/);
    await sql("delete from exact_relay where source = 'alpha'");
    const differs = await table.on('alpha', 'dump', '--maps');
    expect(differs).toMatchObject({ status: 1, stderr: '' });
    expect(differs.stdout).toContain('lacks 198.51.100.1, 2001:db8:7::1');
    expect(differs.stdout).not.toContain('w%40rd');
    expect(await table.on('beta', 'dump', '--maps')).toMatchObject({ status: 0, stderr: '' });
  });

  it('gets again all that it has lost, and is found to be of an earlier time', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice' });
    await sql('delete from exact_relay');
    expect(await table.login('alpha', {})).toMatchObject({ status: 0 });
    expect(await sql(allRows)).toBe('198.51.100.1|alice|alpha');
    const beats = await sql('select beats from exact_hosts');
    await table.login('alpha', { '198.51.100.2': 'bob' });
    await table.on('alpha', 'expire', '--user', 'alice');
    // As a backup has it that was made before.
    const before =
      "insert into exact_relay select '198.51.100.1', 'alice', source, expires, account, first, last, 1";
    await sql(
      `${before} from exact_relay; delete from exact_revoked; update exact_hosts set beats = ${beats}`,
    );
    expect(await sql(readersSee)).toBe('198.51.100.1\n198.51.100.2');
    expect(await table.login('alpha', {})).toMatchObject({ status: 0 });
    expect(await sql(readersSee)).toBe('198.51.100.2');
    expect(await sql('select what, source from exact_revoked')).toBe('alice|alpha');
  });

  it('has one host of a name', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice' });
    const configuration = configurationOf('beta');
    const lines = await readFile(configuration, 'utf8');
    await writeFile(configuration, lines.replace('source=beta', 'source=alpha'));
    try {
      const other = await table.login('beta', { '198.51.100.2': 'bob' });
      expect(other).toMatchObject({ status: 75 });
      expect(other.stderr).toContain("another host has the name 'alpha' in this table");
      expect(await sql(allRows)).toBe('198.51.100.1|alice|alpha');
    } finally {
      await writeFile(configuration, lines);
    }
  });

  it('loses the rows of a host whose configuration names it no more, and of one that is forgotten', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice' });
    await table.login('beta', { '198.51.100.2': 'bob' });
    const configuration = configurationOf('alpha');
    const lines = await readFile(configuration, 'utf8');
    await writeFile(configuration, lines.replace(/^output mysql .*$/m, ''));
    const outcome = await table.on('alpha', 'update');
    expect(outcome.stderr).toMatch(
      /^exact: output mysql .*: is no longer configured; the rows of this host were/m,
    );
    expect(outcome.stderr).not.toContain('w%40rd');
    expect(await sql(allRows)).toBe('198.51.100.2|bob|beta');
    await writeFile(configuration, lines);
    await table.on('alpha', 'update');
    expect(await sql(allRows)).toBe('198.51.100.1|alice|alpha\n198.51.100.2|bob|beta');
    expect(await table.on('alpha', 'expire', '--forget-host', 'beta')).toMatchObject({ status: 0 });
    expect(await sql(allRows)).toBe('198.51.100.1|alice|alpha');
    expect(await sql('select source from exact_hosts')).toBe('alpha');
  });

  it('shows readers nothing that has expired, and any run takes it out', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice', '198.51.100.2': 'bob' });
    await sql("update exact_relay set expires = utc_timestamp() where username = 'alice'");
    expect(await sql(allRows)).toContain('198.51.100.1|alice|alpha');
    expect(await sql(readersSee)).toBe('198.51.100.2');
    await table.login('beta', {});
    expect(await sql(allRows)).toBe('198.51.100.2|bob|alpha');
  });

  it('ends on all hosts what one revokes, for as long as it says, and what any of them undoes', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice', '198.51.100.2': 'bob', '203.0.113.1': 'eve' });
    await table.login('beta', { '198.51.100.3': 'Alice', '198.51.100.4': 'bob' });
    const expired = await table.on('alpha', 'expire', '--user', 'alice', '--for', '1h');
    expect(expired).toMatchObject({ status: 0, stderr: '' });
    expect(await sql(readersSee)).toBe('198.51.100.2\n198.51.100.4\n203.0.113.1');
    await table.login('beta', { '198.51.100.5': 'alice', '198.51.100.6': 'dave' });
    expect(await text('beta')).toBe('198.51.100.4\n198.51.100.6\n');
    expect(await sql(readersSee)).toBe('198.51.100.2\n198.51.100.4\n198.51.100.6\n203.0.113.1');
    expect(await table.on('beta', 'expire', '203.0.113.0/24')).toMatchObject({ status: 1 });
    expect(await sql(readersSee)).toBe('198.51.100.2\n198.51.100.4\n198.51.100.6');
    expect(await table.on('beta', 'expire', '--undo', '--user', 'alice')).toMatchObject({ status: 0 });
    await sql(
      'update exact_revoked set at = at - interval 5 second, until = until - interval 5 second where kind = "user"',
    );
    await table.login('alpha', { '198.51.100.7': 'alice' });
    expect(await text('alpha')).toBe('198.51.100.2\n198.51.100.7\n');
    await table.on('alpha', 'expire', '--all');
    expect(await sql(readersSee)).toBe('');
  });

  it('keeps a network as long as somebody has an address in it', async () => {
    const configuration = configurationOf('alpha');
    const lines = await readFile(configuration, 'utf8');
    await writeFile(configuration, `${lines}ipv6-prefix 64\n`);
    try {
      await table.login('alpha', { '2001:db8:7::1': 'alice', '2001:db8:7::2': 'alice' });
      expect(await sql(allRows)).toBe('2001:db8:7::/64|alice|alpha');
      const asked = "concat('6', lower(hex(inet6_aton('2001:db8:7::2')))) between first and last";
      expect(await table.mariadb.asReader(`select address from exact_relay where ${asked}`)).toMatchObject({
        stdout: '2001:db8:7::/64\n',
      });
      await table.on('beta', 'expire', '2001:db8:7::1');
      expect(await sql(readersSee)).toBe('2001:db8:7::/64');
      await table.on('beta', 'expire', '2001:db8:7::2');
      expect(await sql(readersSee)).toBe('');
      expect(await sql('select count(*) from exact_member')).toBe('0');
    } finally {
      await writeFile(configuration, lines);
    }
  });

  it('costs one line and exit status 75 while its server is away, and holds all that is live after it', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice' });
    await table.mariadb.stop();
    const away = await table.login('alpha', { '198.51.100.2': 'bob' });
    expect(away.status).toBe(75);
    expect(away.stderr).toBe(
      `exact: output mysql ${tableUrl('***')}: cannot use the table: connection refused; the addresses in it still expire, and the next good run sends everything\n`,
    );
    const expired = await table.on('alpha', 'expire', '198.51.100.1');
    expect(expired).toMatchObject({
      status: 75,
      stderr: expect.stringContaining('NOT yet revoked in mysql'),
    });
    expect(await text('alpha')).toBe('198.51.100.2\n');
    await table.mariadb.start();
    expect(await table.login('alpha', {})).toMatchObject({ status: 0 });
    expect(await sql(readersSee)).toBe('198.51.100.2');
    expect(await sql('select what, source from exact_revoked')).toBe('198.51.100.1|alpha');
  });

  it('is waited for 5 seconds where the server is silent', async () => {
    await table.mariadb.signal('STOP');
    try {
      const silent = await table.login('alpha', { '198.51.100.1': 'alice' });
      expect(silent).toMatchObject({ status: 75, stderr: expect.stringContaining('no answer in 5 s') });
    } finally {
      await table.mariadb.signal('CONT');
    }
    expect(await table.login('alpha', { '198.51.100.2': 'bob' })).toMatchObject({ status: 0 });
    expect(await sql(readersSee)).toBe('198.51.100.1\n198.51.100.2');
  });

  it('takes whatever name a client makes up, each as one of its own', async () => {
    const names = [
      ...["'; drop table exact_relay; --", '\\', 'a\u0000b\t\n', 'x'.repeat(5000), '\ud800', 'ünï', '😀?'],
      ...['dora', 'dora ', 'Dora', 'dóra'],
    ];
    const logins = Object.fromEntries(names.map((name, index) => [`198.51.100.${index + 1}`, name]));
    expect((await table.login('alpha', logins)).stderr).not.toContain('mysql');
    const again = Object.fromEntries(
      names.slice(7).map((name) => [`203.0.113.${names.indexOf(name)}`, name]),
    );
    expect((await table.login('alpha', again)).stderr).not.toContain('mysql');
    expect(await table.on('alpha', 'dump', '--maps')).toMatchObject({ status: 0 });
    await table.on('beta', 'expire', '--user', 'ünï');
    await table.on('beta', 'expire', '--user', 'x'.repeat(5000));
    expect((await sql(readersSee)).split('\n')).not.toContain('198.51.100.6');
    expect((await sql(readersSee)).split('\n')).not.toContain('198.51.100.4');
    expect((await sql(readersSee)).split('\n')).toContain('198.51.100.7');
  });

  it('cannot be written by the account of the MTAs, nor does it show it users', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice' });
    expect(await table.mariadb.asReader(readersSee)).toMatchObject({ status: 0, stdout: '198.51.100.1\n' });
    for (const statement of [
      'insert into exact_relay (address, expires) values (1, utc_timestamp() + interval 1 day)',
      'update exact_relay set expires = utc_timestamp() + interval 1 day',
      'delete from exact_relay',
      'select username from exact_relay',
      'select * from exact_revoked',
    ]) {
      expect(await table.mariadb.asReader(statement)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('denied'),
      });
    }
  });
});
