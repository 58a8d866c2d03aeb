/** Hosts and a table that do not know each other any more: a backup, a lost state, two of one name, one that is gone. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Namespace, openNamespace } from './namespace.ts';
import { allRows, openPgsqlHosts, type PgsqlHosts, readersSee, tableUrl } from './pgsql-hosts.ts';

let host: Namespace;
let table: PgsqlHosts;

const done = { status: 0, stdout: '', stderr: '' };

beforeAll(async () => {
  host = await openNamespace();
  table = await openPgsqlHosts(host);
});

afterAll(() => host?.close());

beforeEach(() => table.empty());

const shell = (command: string) => host.must(['sh', '-c', command]);

/** The state of alpha is gone, and its run some minutes ago. */
async function loseState(): Promise<void> {
  await shell(`rm -f ${table.exact.folder}/alpha/*`);
}

const freeTheName = () =>
  table.postgres.sql("update exact_hosts set seen = seen - interval '6 min' where source = 'alpha'");

describe('a database that was restored from a backup', () => {
  it('gets back what it has lost, and nobody who was revoked meanwhile stays', async () => {
    const { postgres } = table;
    const tool = `-h ${postgres.socketFolder} -U postgres exact`;
    await table.login('alpha', { '198.51.100.1': 'alice' });
    await table.login('beta', { '198.51.100.2': 'alice', '198.51.100.3': 'bob' });
    await shell(`pg_dump --clean ${tool} >dump.sql`);
    expect(await table.on('alpha', 'expire', '--user', 'alice', '--for', '1h')).toMatchObject({ status: 0 });
    await table.login('beta', { '198.51.100.4': 'carol' });
    await shell(`psql -X -q -1 ${tool} <dump.sql`);
    expect(await postgres.sql(readersSee)).toBe('198.51.100.1\n198.51.100.2\n198.51.100.3');
    // What beta knows of alpha's revocation, the table does not any more.
    expect(await table.login('beta', { '198.51.100.5': 'alice' })).toEqual(done);
    expect(await postgres.sql(readersSee)).toBe('198.51.100.1\n198.51.100.3\n198.51.100.4');
    expect(await table.login('alpha', {})).toEqual(done);
    expect(await postgres.sql(readersSee)).toBe('198.51.100.3\n198.51.100.4');
    expect(await postgres.sql('select what, source from exact_revoked')).toBe('alice|alpha');
  });
});

describe('a host that has lost its state', () => {
  it('takes its name again after a while, and its revocations back', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice' });
    await table.on('alpha', 'expire', '--user', 'mallory', '--for', '1h');
    await loseState();
    const early = await table.login('alpha', { '198.51.100.2': 'bob', '198.51.100.6': 'mallory' });
    expect(early).toMatchObject({
      status: 75,
      stderr: expect.stringContaining("another host has the name 'alpha' in this table"),
    });
    expect(await table.postgres.sql(readersSee)).toBe('198.51.100.1');
    await freeTheName();
    await table.login('alpha', { '198.51.100.6': 'mallory' });
    expect(await table.postgres.sql(readersSee)).toBe('198.51.100.2');
    expect(await readFile(join(table.exact.folder, 'alpha/state.revoked'), 'utf8')).toContain(
      'user\tmallory',
    );
  });

  it('is found out by whoever has its state from before', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice' });
    await shell(`rm -rf kept && cp -a ${table.exact.folder}/alpha kept`);
    await loseState();
    await freeTheName();
    expect(await table.login('alpha', { '198.51.100.2': 'bob' })).toEqual(done);
    await loseState();
    await shell(`cp -a kept/* ${table.exact.folder}/alpha`);
    const twin = await table.login('alpha', { '198.51.100.3': 'carol' });
    expect(twin).toMatchObject({ status: 75, stderr: expect.stringContaining('another host has the name') });
    expect(await table.postgres.sql(allRows)).toBe('198.51.100.2|bob|alpha');
    const revoking = await table.on('alpha', 'expire', '198.51.100.2');
    expect(revoking).toMatchObject({
      status: 75,
      stderr: expect.stringContaining('NOT yet revoked in pgsql'),
    });
    expect(await table.postgres.sql(allRows)).toBe('198.51.100.2|bob|alpha');
  });
});

describe('the metrics', () => {
  it('tell of the last push, of revocations that are not sent, of hosts and of rows', async () => {
    const configuration = join(host.folder, 'exact/etc/alpha.conf');
    const before = await readFile(configuration, 'utf8');
    const metrics = join(table.exact.folder, 'alpha/exact.prom');
    const samples = async () => {
      const lines = (await readFile(metrics, 'utf8')).split('\n');
      const shared = lines.flatMap((line) => {
        const [, name = '', of, value] = /^exact_shared_(\w+)\{table="(.*)"\} (\S+)$/.exec(line) ?? [];
        return name === '' ? [] : [[name, of, Number(value)] as const];
      });
      expect(new Set(shared.map(([, of]) => of))).toEqual(new Set([`pgsql ${tableUrl('***')}`]));
      return Object.fromEntries(shared.map(([name, , value]) => [name, value]));
    };
    try {
      await writeFile(configuration, `${before}metrics ${metrics}\n`);
      await table.login('beta', { '198.51.100.9': 'zoe' });
      await table.login('alpha', { '198.51.100.1': 'alice', '198.51.100.2': 'bob' });
      const good = await samples();
      expect(good).toMatchObject({ unsent_revocations: 0, hosts: 2, rows: 2 });
      await table.postgres.stop();
      await table.on('alpha', 'expire', '--user', 'alice');
      expect(await samples()).toEqual({ ...good, unsent_revocations: 1 });
      await table.postgres.start();
      await table.login('alpha', {});
      const after = await samples();
      expect(after).toMatchObject({ unsent_revocations: 0, hosts: 2 });
      expect(after.last_push_timestamp_seconds).toBeGreaterThanOrEqual(good.last_push_timestamp_seconds ?? 0);
    } finally {
      await writeFile(configuration, before);
    }
  });
});

describe('a revocation', () => {
  it('that does not arrive is told each time, and arrives with the next good run', async () => {
    await table.login('alpha', { '198.51.100.1': 'alice', '198.51.100.2': 'bob' });
    await table.postgres.stop();
    await table.login('alpha', {});
    const { status, stderr } = await table.on('alpha', 'expire', '198.51.100.1');
    expect(status).toBe(75);
    expect(stderr.replace(/\d\d:\d\d:\d\d/, 'TIME')).toBe(
      `exact: NOT yet revoked in pgsql ${tableUrl('***')}: addresses stay there until TIME; the next run of this host that reaches the server sends it\n`,
    );
    // A user of whom this host knows nothing may have rows of other hosts; a rehearsal does not know that all is over.
    const unknown = await table.on('alpha', 'expire', '--user', 'zoe');
    expect(unknown).toMatchObject({
      status: 75,
      stderr: expect.stringContaining('NOT yet revoked in pgsql'),
    });
    const rehearsed = await table.on('alpha', 'expire', '--user', 'zoe', '--dry-run');
    expect(rehearsed.stderr).not.toContain('recovered');
    const undone = await table.on('alpha', 'expire', '--undo', '--user', 'bob');
    expect(undone.stderr).toContain('other hosts go on refusing; do it again when the server answers\n');
    expect(await table.on('alpha', 'expire', '--forget-host', 'beta')).toEqual({
      ...{ status: 75, stdout: '' },
      stderr: `exact: NOT forgotten in pgsql ${tableUrl('***')}: its rows stay there until they expire; do it again when the server answers\n`,
    });
    await table.postgres.start();
    await table.login('alpha', {});
    expect(await table.postgres.sql(readersSee)).toBe('198.51.100.2');
  });

  it('leaves a network that somebody else holds too', async () => {
    for (const name of ['alpha', 'beta']) {
      const configuration = join(host.folder, 'exact/etc', `${name}.conf`);
      const lines = (await readFile(configuration, 'utf8')).replace(/^ipv6-prefix 64\n/m, '');
      await writeFile(configuration, `${lines}ipv6-prefix 64\n`);
    }
    await table.login('alpha', { '2001:db8:7::1': 'alice' });
    await table.login('beta', { '2001:db8:7::2': 'bob', '2001:db8:7::1': 'carol' });
    expect(await table.on('alpha', 'expire', '2001:db8:7::1')).toMatchObject({ status: 0 });
    expect(await table.postgres.sql(allRows)).toBe('2001:db8:7::/64|bob|beta');
  });

  it('can be undone from another host, and a host that is gone forgotten', async () => {
    await table.login('beta', { '198.51.100.2': 'bob' });
    await table.on('alpha', 'expire', '--user', 'carol', '--for', '1h');
    await table.login('beta', {});
    expect(await table.on('beta', 'expire', '--undo', '--user', 'carol')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('no longer refused: carol'),
    });
    await table.login('alpha', {});
    expect((await table.on('alpha', 'dump', '--revoked')).stdout).toMatch(/^carol +next login/m);
    const forgotten = { status: 0, stdout: 'forgot host beta: 1 row taken out; what it has revoked holds\n' };
    expect(await table.on('alpha', 'expire', '--forget-host', 'beta')).toMatchObject(forgotten);
    expect(await table.postgres.sql(allRows)).toBe('');
    expect(await table.on('alpha', 'expire', '--forget-host', 'beta')).toMatchObject({ status: 1 });
    expect(await table.login('beta', {})).toEqual(done);
    expect(await table.postgres.sql(allRows)).toBe('198.51.100.2|bob|beta');
  });

  it('is of any name, and the name of a host is not', async () => {
    const user = 'x'.repeat(5000);
    await table.login('alpha', { '198.51.100.1': `${user}Y`, '198.51.100.2': user });
    expect(await table.on('beta', 'expire', '--user', user)).toMatchObject({ status: 1 });
    expect(await table.postgres.sql(readersSee)).toBe('198.51.100.1');
    const url = `output pgsql ${tableUrl('x')} source=${'n'.repeat(300)}`;
    const configuration = await table.exact.configure('long.conf', `${url}\n`);
    const refused = await table.exact.run('update', '-c', configuration);
    expect(refused).toMatchObject({
      status: 78,
      stderr: expect.stringContaining('more than 255 characters'),
    });
  });
});
