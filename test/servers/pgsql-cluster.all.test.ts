/** What one host of several can say of all of them: whom they let relay, how each does, and what is wrong. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Namespace, openNamespace } from './namespace.ts';
import { openPgsqlHosts, type PgsqlHosts, tableUrl } from './pgsql-hosts.ts';

let host: Namespace;
let table: PgsqlHosts;

beforeAll(async () => {
  host = await openNamespace();
  table = await openPgsqlHosts(host);
});

afterAll(() => host?.close());

beforeEach(() => table.empty());

const shown = `pgsql ${tableUrl('***')}`;
const answer = async (...words: string[]) => {
  const { status, stdout } = await table.on('alpha', 'dump', ...words);
  const text = stdout.replace(/\d\d:\d\d:\d\d( \(\d+ \w+\))?/g, 'TIME').replaceAll(/ \S*\/alpha/g, ' FOLDER');
  return { status, stdout: text };
};

describe('an answer about an address or a user', () => {
  it('knows the logins of other hosts', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice' });
    await table.login('beta', { '198.51.100.1': 'carol', '198.51.100.2': 'Alice', '2001:db8:7::1': 'bob' });
    expect(await answer('198.51.100.1')).toEqual({
      status: 0,
      stdout:
        '198.51.100.1: yes: alice (dovecot), login TIME, until TIME\n' +
        '  carol, login on host beta, until TIME\n' +
        `  text FOLDER/relay.txt: has it\n  ${shown}: has it\n`,
    });
    expect(await answer('198.51.100.2', '198.51.100.9')).toEqual({
      status: 1,
      stdout:
        '198.51.100.2: yes: Alice, login on host beta, until TIME\n' +
        '  on this host: no login from this address in the last 24 h\n' +
        '  text FOLDER/relay.txt: lacks it: logins on other hosts are in shared tables alone\n' +
        `  ${shown}: has it\n` +
        '198.51.100.9: no: no login from this address in the last 24 h\n' +
        `  ${shown}: no login on another host\n`,
    });
    expect(await answer('-q', '198.51.100.2', '2001:db8::/32')).toEqual({ status: 0, stdout: '' });
    expect(await answer('--user', 'alice')).toEqual({
      status: 0,
      stdout:
        '198.51.100.1: yes: alice (dovecot), login TIME, until TIME\n' +
        '198.51.100.2: yes: Alice, login on host beta, until TIME\n',
    });
    expect((await answer('--user', 'BOB')).stdout).toBe(
      '2001:db8:7::1: yes: bob, login on host beta, until TIME\n',
    );
    const json = JSON.parse((await answer('--json', '198.51.100.2')).stdout);
    expect(json).toMatchObject({ relays: true, users: [{ user: 'Alice', host: 'beta' }] });
  });

  it('is no plain no while the table does not answer', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice' });
    await table.login('beta', { '198.51.100.2': 'bob' });
    await table.postgres.stop();
    try {
      expect(await answer('198.51.100.1')).toMatchObject({ status: 0 });
      const trouble = `${shown}: cannot be asked: connection refused; a login on another host may let it relay\n`;
      expect(await answer('198.51.100.2')).toEqual({
        status: 75,
        stdout: `198.51.100.2: not on this host: no login from this address in the last 24 h\n  ${trouble}`,
      });
      expect(await answer('-q', '198.51.100.2')).toMatchObject({ status: 75 });
      expect(await answer('--user', 'bob')).toEqual({
        status: 75,
        stdout: `bob: no address may relay now by a login on this host\n  ${trouble}`,
      });
      expect(JSON.parse((await answer('--json', '198.51.100.2')).stdout)).toMatchObject({ relays: null });
    } finally {
      await table.postgres.start();
    }
  });

  it('says where the table has what it should not have, and finds rows of an earlier release', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice' });
    await table.postgres.sql(
      `insert into exact_relay (address, username, source, expires)
       select address, username, source, now() + interval '1 hour' from (values
       ('198.51.100.8', 'zoe', 'alpha'), ('198.51.100.7', 'Dave', 'old')) as v (address, username, source)`,
    );
    expect((await answer('198.51.100.8')).stdout).toContain('has it all the same; see exact dump');
    expect((await answer('--user', 'dave')).stdout).toContain('198.51.100.7: yes: Dave, login on host old');
    expect((await answer('--hosts')).stdout).toMatch(/^old +- +- +1 +- +-$/m);
  });
});

describe('dump --shared', () => {
  it('shows the entries of all hosts, of a network, or of users', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice', '203.0.113.1': 'a\tb' });
    await table.login('beta', { '198.51.100.2': 'Alice', '2001:db8:7::1': 'bob' });
    const rows = async (...words: string[]) => {
      const { status, stdout } = await answer('--shared', '--tsv', ...words);
      return { status, rows: stdout.split('\n').map((line) => line.split('\t').slice(0, 3).join(' ')) };
    };
    const [a1, a2, b1, b2] = [
      '198.51.100.1 alice alpha',
      '198.51.100.2 Alice beta',
      '2001:db8:7::1 bob beta',
      '203.0.113.1 a\\tb alpha',
    ];
    expect(await rows()).toEqual({ status: 0, rows: [a1, a2, b1, b2, ''] });
    expect(await rows('198.51.100.0/24')).toEqual({ status: 0, rows: [a1, a2, ''] });
    expect(await rows('198.51.100.2', '2001:db8::/32')).toEqual({ status: 0, rows: [a2, b1, ''] });
    expect(await rows('--user', 'alice')).toEqual({ status: 0, rows: [a1, a2, ''] });
    expect(await rows('--user', 'b*')).toEqual({ status: 0, rows: [b1, ''] });
    expect(await rows('192.0.2.99')).toEqual({ status: 1, rows: [''] });
    expect((await answer('--shared', '--limit', '1')).stdout).toMatch(
      /^ADDRESS .*\n.*\n1 that hold for longest; all: exact dump -c \S+ --shared --limit 0 \| less\n$/,
    );
    const lines = (await answer('--shared', '--json')).stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toContainEqual({
      ...{ address: '203.0.113.1', user: 'a\tb', host: 'alpha', expires: expect.any(String) },
    });
  });

  it('finds the network that holds an address, and takes more rows than one batch', async () => {
    await table.postgres.sql(
      `insert into exact_relay (address, username, source, expires) values
         ('2001:db8:7::/64', 'bob', 'beta', now() + interval '1 hour');
       insert into exact_relay (address, username, source, expires)
         select '10.0.' || n / 250 || '.' || n % 250, 'u' || n, 'beta', now() + interval '1 hour'
         from generate_series(1, 11000) as n`,
    );
    expect((await answer('--shared', '2001:db8:7::9')).stdout).toContain('2001:db8:7::/64  bob   beta');
    expect(await answer('2001:db8:7::9')).toMatchObject({
      ...{ status: 0, stdout: expect.stringContaining('2001:db8:7::/64: yes: bob, login on host beta') },
    });
    const { stdout } = await answer('--shared', '--tsv');
    expect(new Set(stdout.trim().split('\n')).size).toBe(11_001);
  });
});

describe('dump --hosts', () => {
  it('shows who writes to the table, and who was not seen for long', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice' });
    await table.login('beta', { '198.51.100.2': 'bob', '198.51.100.3': 'bob' });
    await table.postgres.sql(
      `update exact_hosts set clock = 3600, seen = seen - interval '2 days', pushed = null,
         rows = 2000 where source = 'beta'`,
    );
    const { status, stdout } = await answer('--hosts');
    expect(status).toBe(0);
    const [head, alpha, beta, note] = stdout.split('\n');
    expect(head).toMatch(/^HOST +SEEN +PUSHED +ROWS +VERSION +CLOCK$/);
    expect(alpha).toMatch(/^alpha \(this host\) +\d+ s ago +\d+ s ago +1 +\d+\.\d+\.\d+ +0 s$/);
    // Rows of a host that is gone are those that are there.
    expect(beta).toMatch(/^beta +2 days ago +- +2 +\d+\.\d+\.\d+ +60 min ahead$/);
    expect(note).toMatch(
      /^beta: not seen for 2 days; if it is gone: exact expire -c \S+ --forget-host beta$/,
    );
    const [first] = (await answer('--hosts', '--json')).stdout.split('\n');
    expect(JSON.parse(first ?? '')).toMatchObject({ host: 'alpha', isThisHost: true, rows: 1, table: shown });
    await table.postgres.stop();
    try {
      expect(await table.on('alpha', 'dump', '--hosts')).toMatchObject({
        ...{ status: 75, stdout: '', stderr: expect.stringContaining('connection refused') },
      });
    } finally {
      await table.postgres.start();
    }
  });
});
