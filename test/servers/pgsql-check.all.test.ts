/** What `exact update --check` says of a table that hosts share; each fix is pasted, and helps. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { installPackages } from './install.ts';
import { hostAddress, type Namespace, openNamespace } from './namespace.ts';
import { openPgsqlHosts, type PgsqlHosts, readersSee } from './pgsql-hosts.ts';

let host: Namespace;
let table: PgsqlHosts;

beforeAll(async () => {
  installPackages({ pgbouncer: 'pgbouncer' });
  host = await openNamespace();
  table = await openPgsqlHosts(host);
});

afterAll(() => host?.close());

beforeEach(async () => {
  await table.empty();
  await table.login('alpha', { '198.51.100.1': 'alice' });
  await table.login('beta', { '198.51.100.2': 'bob' });
});

interface Told {
  readonly level: string;
  readonly text: string;
  readonly fix?: string;
}

/** What is said of the table, its name left out. */
async function findings(): Promise<Told[]> {
  const { stdout } = await table.on('alpha', 'update', '--check', '--json');
  const all: (Told & { subject: string })[] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(stdout).not.toMatch(/w@rd|w%40rd/);
  return all
    .filter(({ subject }) => subject === 'table')
    .map(({ level, text, fix }) => ({
      ...{ level, text: text.replace(/^pgsql \S+: /, '') },
      ...(fix === undefined ? {} : { fix }),
    }));
}

/** Runs a fix as the owner of the tables would. */
const paste = (fix: string | undefined) =>
  host.must([
    ...['env', `PGHOST=${table.postgres.socketFolder}`, 'PGUSER=postgres', 'sh', '-e', '-c'],
    `cd ${fileURLToPath(new URL('../../examples', import.meta.url))} && ${fix}`,
  ]);

const good = [{ level: 'ok', text: '2 hosts, clock 0 s' }];

/** Checks that something is told, and that its fix mends it. */
async function expectMended(level: string, text: string | RegExp): Promise<void> {
  const [first] = await findings();
  expect(first).toMatchObject({ level, text: expect.stringMatching(text) });
  await paste(first?.fix);
  expect(await findings()).toEqual(good);
}

describe('a table that hosts share', () => {
  it('is good as examples/pgsql.sql makes it', async () => {
    expect(await findings()).toEqual(good);
  });

  it('is told of rights that are missing, and of those that are too many', async () => {
    await table.postgres.sql(
      'revoke insert, delete on exact_relay from exact_writer; revoke usage on sequence exact_serial from exact_writer',
    );
    await expectMended(
      'FAIL',
      'exact_writer may not insert on exact_relay, delete on exact_relay, usage on exact_serial',
    );
    await table.postgres.sql('grant insert on exact_relay to public');
    await expectMended('FAIL', 'every role may write to exact_relay, and so open the relay');
  });

  it('is told of tables of another release, or of none', async () => {
    await table.postgres.sql(
      'alter table exact_relay drop column members; drop index exact_relay_inet, exact_relay_account',
    );
    await expectMended('FAIL', 'exact_relay_account, exact_relay_inet, exact_relay.members not there');
    await table.postgres.sql('create schema aside; alter table exact_relay set schema aside');
    expect((await findings())[0]).toMatchObject({
      level: 'FAIL',
      text: 'no tables, and exact_writer may make none',
    });
    await table.postgres.sql('alter table aside.exact_relay set schema public');
    expect(await findings()).toEqual(good);
  });

  it('is told of another isolation level by default, which only Exact 1.0 is harmed by', async () => {
    const level = "alter role exact_writer set default_transaction_isolation = 'repeatable read'";
    await table.postgres.sql(level);
    expect(await findings()).toMatchObject([...good, { level: 'note' }]);
    await table.postgres.sql(
      `insert into exact_relay (address, username, source, expires)
       values ('198.51.100.9', 'zoe', 'old', now() + interval '1 hour')`,
    );
    const [warning, old] = await findings();
    expect(warning).toMatchObject({ level: 'WARN', text: expect.stringContaining("'repeatable read'") });
    expect(old).toMatchObject({
      level: 'note',
      text: expect.stringContaining('host old has Exact 1.0 and 1 row'),
    });
    await paste(warning?.fix);
    expect(await findings()).toMatchObject([...good, { level: 'note' }]);
  });

  it('is told of two hosts of one name, and gives one of them another', async () => {
    await table.postgres.sql("update exact_hosts set instance = 'another' where source = 'alpha'");
    const configuration = join(host.folder, 'exact/etc/alpha.conf');
    const before = await readFile(configuration, 'utf8');
    try {
      await table.login('alpha', {});
      const [taken] = await findings();
      expect(taken).toMatchObject({
        ...{
          level: 'FAIL',
          text: expect.stringContaining("another host has the name 'alpha', and was seen"),
        },
      });
      await paste(taken?.fix);
      expect(await readFile(configuration, 'utf8')).toBe(before.replace('source=alpha', 'source=alpha-2'));
      expect(await table.login('alpha', {})).toMatchObject({ status: 0 });
      expect(await findings()).toEqual([{ level: 'ok', text: '3 hosts, clock 0 s' }]);
    } finally {
      await writeFile(configuration, before);
    }
  });

  it('is told of hosts that were not seen for long, and of clocks', async () => {
    await table.postgres.sql(
      "update exact_hosts set clock = -3600, seen = seen - interval '3 days' where source = 'beta'",
    );
    const [gone] = await findings();
    expect(gone).toMatchObject({ level: 'WARN', text: 'host beta was not seen for 3 days, and has 1 row' });
    expect(gone?.fix).toMatch(/^exact expire -c \S+ --forget-host beta # if it is gone$/);
    await table.postgres.sql("update exact_hosts set seen = now() where source = 'beta'");
    expect((await findings())[0]).toMatchObject({
      ...{ level: 'WARN', text: 'the clock of host beta is 60 min behind, by that of the database' },
    });
  });

  it('is told of a server that does not answer, with what shows why', async () => {
    await table.postgres.stop();
    try {
      expect(await findings()).toEqual([
        {
          ...{ level: 'FAIL', text: 'connection refused' },
          fix: `psql 'host=${hostAddress.ipv4} port=5432 dbname=exact user=exact_writer sslmode=disable' # does it answer?`,
        },
      ]);
    } finally {
      await table.postgres.start();
    }
  });
});

describe('PgBouncer', () => {
  const configuration = () => join(host.folder, 'pgbouncer.ini');
  const asPostgres = 'setpriv --reuid postgres --regid postgres --clear-groups pgbouncer'.split(' ');
  const shape = (mode: string) =>
    [
      '[databases]',
      `exact = host=${table.postgres.socketFolder} user=exact_writer`,
      '[pgbouncer]',
      `listen_addr = ${hostAddress.ipv4}`,
      'listen_port = 6432',
      'auth_type = any',
      'unix_socket_dir =',
      `pool_mode = ${mode}`,
      `logfile = ${table.postgres.socketFolder}/pgbouncer.log`,
      `pidfile = ${table.postgres.socketFolder}/pgbouncer.pid`,
      '',
    ].join('\n');
  const stop = () => host.run(['sh', '-c', `kill $(cat ${table.postgres.socketFolder}/pgbouncer.pid)`]);

  it.each(['transaction', 'session'])(
    'with pool_mode %s takes all that Exact does, and is seen',
    async (mode) => {
      await writeFile(configuration(), shape(mode));
      await chmod(configuration(), 0o644);
      await host.must([...asPostgres, '-d', configuration()]);
      const alpha = join(host.folder, 'exact/etc/alpha.conf');
      const before = await readFile(alpha, 'utf8');
      try {
        await writeFile(
          alpha,
          before.replace(
            /pgsql .*/,
            `pgsql postgres://exact_writer@${hostAddress.ipv4}:6432/exact source=gamma`,
          ),
        );
        expect(await table.login('alpha', { '198.51.100.3': 'carol' })).toMatchObject({ status: 0 });
        expect(await table.postgres.sql(readersSee)).toBe('198.51.100.1\n198.51.100.2\n198.51.100.3');
        expect(await table.on('alpha', 'expire', '--user', 'bob')).toMatchObject({ stdout: '', status: 1 });
        expect(await table.postgres.sql(readersSee)).toBe('198.51.100.1\n198.51.100.3');
        expect((await findings())[1]).toMatchObject({
          ...{ level: 'note', text: expect.stringContaining('a pooler stands between') },
        });
      } finally {
        await writeFile(alpha, before);
        await stop();
      }
    },
  );
});
