/** A URL with several servers: two real ones, of which one is a standby, and what is said of each that does not serve. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostAddress, type Namespace, openNamespace } from './namespace.ts';
import { openPgsqlHosts, type PgsqlHosts, readersSee } from './pgsql-hosts.ts';
import { type Standby, standbyPort, startStandby } from './postgres-standby.ts';

let host: Namespace;
let table: PgsqlHosts;
let standby: Standby;

beforeAll(async () => {
  host = await openNamespace();
  table = await openPgsqlHosts(host);
  standby = await startStandby(host, table.postgres);
});

afterAll(() => host?.close());

const { ipv4 } = hostAddress;
const [primaryServer, standbyServer] = [`${ipv4}:5432`, `${ipv4}:${standbyPort}`];

/** Has alpha use these servers. */
async function use(servers: string, parameters = '', password = 'p%3Aw%40rd%2F1'): Promise<void> {
  const path = join(host.folder, 'exact/etc/alpha.conf');
  const before = await readFile(path, 'utf8');
  const url = `postgresql://exact_writer:${password}@${servers}/exact${parameters}`;
  await writeFile(path, before.replace(/pgsql \S+/, `pgsql ${url}`));
}

/** What a run of alpha says of the table. */
async function trouble(): Promise<{ readonly status: number | null; readonly said: string }> {
  const { status, stderr } = await table.login('alpha', {});
  expect(stderr).not.toMatch(/w@rd|w%40rd/);
  const [line = ''] = stderr.split('\n').filter((each) => each.includes('cannot use the table'));
  return {
    status,
    said: line
      .replace(/^.*cannot use the table: /, '')
      .replace(/; the addresses in it.*?(?=;|$)/, '')
      .replace(/, and the next good run sends everything/, ''),
  };
}

describe('several servers', () => {
  it('are tried in their order, and a standby is passed over', async () => {
    await use(`${standbyServer},${ipv4}`, '?target_session_attrs=read-write');
    expect(await table.login('alpha', { '198.51.100.1': 'alice' })).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    expect(await table.postgres.sql(readersSee)).toBe('198.51.100.1');
    const check = await table.on('alpha', 'update', '--check', '--json');
    expect(check.stdout).toContain('1 host, clock 0 s');
  });

  it('are each named with what is wrong: a standby, nobody there, a wrong password, no TLS', async () => {
    await use(`${standbyServer},${ipv4}:5499`);
    expect(await trouble()).toEqual({
      ...{
        status: 75,
        said: `${standbyServer}: a standby, or a server that only reads, ${ipv4}:5499: connection refused`,
      },
    });
    await use(`${primaryServer},${ipv4}:5499`, '', 'wrong');
    expect((await trouble()).said).toBe(
      `${primaryServer}: password authentication failed for user "exact_writer", ${ipv4}:5499: connection refused`,
    );
    await use(`${primaryServer},${standbyServer}`, '?sslmode=require');
    const noTls = 'The server does not support SSL connections';
    expect((await trouble()).said).toBe(`${primaryServer}: ${noTls}, ${standbyServer}: ${noTls}`);
    await use(standbyServer);
    expect((await trouble()).said).toBe(
      'a standby, or a server that only reads; name the server that takes writes',
    );
    await use(standbyServer, '?target_session_attrs=read-write');
    expect((await trouble()).said).toBe(
      `${standbyServer}: a standby, or a server that only reads; name the server that takes writes`,
    );
  });

  it('go on with the standby when it is promoted', async () => {
    await use(`${ipv4},${standbyServer}`);
    expect(await table.login('alpha', { '198.51.100.2': 'bob' })).toMatchObject({ status: 0 });
    await table.postgres.stop();
    expect(await trouble()).toEqual({
      ...{
        status: 75,
        said: `${primaryServer}: connection refused, ${standbyServer}: a standby, or a server that only reads`,
      },
    });
    await standby.promote();
    expect(await table.login('alpha', { '198.51.100.3': 'carol' })).toMatchObject({ status: 0 });
    const see = await host.must([
      ...[
        'psql',
        '-X',
        '-At',
        '-h',
        table.postgres.socketFolder,
        '-p',
        String(standbyPort),
        '-U',
        'postgres',
      ],
      ...['-c', readersSee, 'exact'],
    ]);
    expect(see.trim()).toBe('198.51.100.1\n198.51.100.2\n198.51.100.3');
  });
});
