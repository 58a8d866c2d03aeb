/** MTAs that look up in a table of several hosts in MariaDB, with the lines of exact-maps(7). */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { watchRelay } from './ask-relay.ts';
import { documented } from './documented.ts';
import { prepareExim, takesAll } from './exim.ts';
import { installPackages } from './install.ts';
import { allRows, type MysqlHosts, openMysqlHosts } from './mysql-hosts.ts';
import { hostAddress, type Namespace, openNamespace } from './namespace.ts';
import { startPostfix } from './postfix.ts';
import { type Row, replacements, tellResults } from './relay-results.ts';
import { remoteRecipient, replyToRecipient } from './smtp-probe.ts';

let host: Namespace;
let table: MysqlHosts;
let eximVersion: string;
const rows: Row[] = [];

const done = { status: 0, stdout: '', stderr: '' };

beforeAll(async () => {
  installPackages({
    ...{ postfix: 'postfix', '/usr/lib/postfix/postfix-mysql.so': 'postfix-mysql' },
    mariadbd: 'mariadb-server',
  });
  host = await openNamespace();
  eximVersion = await prepareExim(host);
  table = await openMysqlHosts(host);
});

afterAll(() => {
  tellResults('MariaDB,', rows);
  return host?.close();
});

describe('a table of two hosts in MariaDB', () => {
  beforeEach(() => table.empty());

  /** Returns the lines of exact-maps(7) that have a text among them, for the server of this test. */
  const printed = (text: string) =>
    documented(text)
      .replace('db.example.org', hostAddress.ipv4)
      .replace(/\bsecret\b/, 'reader');

  /** Kills an update where it waits for another writer: what it has sent arrives as a whole, or not at all. */
  const expectWholeWhenKilled = async (port: number, clients: readonly string[]) => {
    const seen = async () => {
      const all = (await table.mariadb.sql(allRows)).split('\n');
      return [all, await replyToRecipient(host, port, clients)] as const;
    };
    const [before, repliesBefore] = await seen();
    const sessions = 'from information_schema.processlist where id <> connection_id() and';
    const until = (condition: string) =>
      table.mariadb.sql(
        `delimiter //\nbegin not atomic while not (${condition}) do do sleep(0.01); end while; end //`,
      );
    const holding = expect(
      table.mariadb.sql(
        'start transaction; update exact_serial set serial = serial; select sleep(60) as held',
      ),
    ).rejects.toThrow('Lost connection');
    await until(`exists (select 1 ${sessions} info like 'select sleep%')`);
    const update = table.login('alpha', { '198.51.100.3': 'eve', '203.0.113.9': 'eve' });
    await until(`exists (select 1 ${sessions} info like '%insert into exact_serial%')`);
    const [pid = ''] = (await readFile(join(table.exact.folder, 'alpha/state.lock'), 'utf8')).split(' ');
    await host.must(['kill', '-9', pid]);
    expect((await update).status).not.toBe(0);
    const sleeper = `(select id ${sessions} info like 'select sleep%' limit 1)`;
    await table.mariadb.sql(`set @id = ${sleeper}; execute immediate concat('kill ', @id)`);
    await holding;
    await until(`not exists (select 1 ${sessions} user = 'exact_writer')`);
    const [after, replies] = await seen();
    const arrived = after.filter((row) => row.includes('|eve|'));
    expect(after.filter((row) => !arrived.includes(row))).toEqual(before);
    expect([0, 2]).toContain(arrived.length);
    expect(replies).toEqual({ ...repliesBefore, ...(arrived.length > 0 && { '198.51.100.3': 250 }) });
    expect(await table.login('alpha', {})).toEqual(done);
    expect(await replyToRecipient(host, port, ['198.51.100.3'])).toEqual({ '198.51.100.3': 250 });
    await table.on('alpha', 'expire', '--user', 'eve');
  };

  /** Checks on a running server that who is in the table may relay, wherever the row is from, and nobody else. */
  const expectRelay = async (
    mta: string,
    lookup: string,
    { port, refusal, asksBeginnings = false }: { port: number; refusal: number; asksBeginnings?: boolean },
  ) => {
    const row: Row = {
      ...{ mta: `MariaDB, ${mta}`, lookup, output: 'mysql mysql://…', seen: 'next connection' },
      results: { empty: 'NO', relays: 'NO', gone: 'NO', replaced: 'NO', killed: 'NO' },
    };
    rows.push(row);
    const clients = ['198.51.100.1', '198.51.100.2', '198.51.100.3', '2001:db8:7::4d', '2001:db8:7::4'];
    const expectReplies = async (codes: readonly number[]) =>
      expect(await replyToRecipient(host, port, clients)).toEqual(
        Object.fromEntries(clients.map((client, index) => [client, codes[index]])),
      );
    await expectReplies(clients.map(() => refusal));
    row.results.empty = 'yes';
    await table.login('alpha', { '198.51.100.1': 'alice', '2001:db8:7::4d': 'bob' });
    await table.login('beta', { '198.51.100.2': 'carol' });
    await expectReplies([250, 250, refusal, 250, refusal]);
    const alike = '2001:db8:7::4d:1';
    expect(await replyToRecipient(host, port, [alike])).toEqual({ [alike]: asksBeginnings ? 250 : refusal });
    row.results.relays = asksBeginnings ? 'yes, but for what begins alike' : 'yes';
    await expectWholeWhenKilled(port, clients);
    row.results.killed = 'whole, or as before';
    await table.on('beta', 'expire', '--user', 'bob');
    await table.mariadb.sql("update exact_relay set expires = utc_timestamp() where source = 'beta'");
    await expectReplies([250, refusal, refusal, refusal, refusal]);
    row.results.gone = 'yes';

    const kept = '198.51.100.1';
    const watched = {
      ...{ name: lookup, port, recipient: remoteRecipient },
      clients: [
        { source: kept, code: 250 },
        { source: '198.51.100.3', code: refusal },
      ],
    };
    const [seen] = await watchRelay(host, [watched], async () => {
      for (let i = 1; i <= replacements; i++) {
        await table.login('alpha', { [kept]: 'alice', [`203.0.113.${i % 250}`]: 'bob' });
      }
    });
    expect(seen).toMatchObject({ wrong: [] });
    expect(seen?.connections).toBeGreaterThan(replacements);
    row.results.replaced = `${replacements} times`;
  };

  it('is what Postfix goes by, with the lines of exact-maps(7)', async () => {
    const settings = join(host.folder, 'exact-mysql.cf');
    await writeFile(settings, printed('expires > utc_timestamp() LIMIT 1\n'));
    const lookup = documented('check_client_access mysql:').replace('/etc/postfix/exact-mysql.cf', settings);
    await startPostfix(host, { 25: `smtpd_relay_restrictions = ${lookup}, reject_unauth_destination` });
    await expectRelay(
      `Postfix ${(await host.must(['postconf', '-h', 'mail_version'])).trim()}`,
      'check_client_access mysql:',
      { port: 25, refusal: 554, asksBeginnings: true },
    );
  });

  it('is what Exim goes by, with the lines of exact-maps(7)', async () => {
    const configuration = join(host.folder, 'exim-mysql.conf');
    const lines = [
      ...['primary_hostname = mx.local.example', 'host_lookup =', 'queue_only'],
      ...['acl_smtp_rcpt = check_rcpt', printed('hide mysql_servers')],
      ...['begin acl', 'check_rcpt:', printed('condition = ${lookup mysql')],
      ...['deny message = relay not permitted', takesAll],
    ];
    await writeFile(configuration, `${lines.join('\n')}\n`);
    await host.must(['install', '-d', '-o', 'Debian-exim', '/var/spool/exim4', '/var/log/exim4']);
    await host.must(['exim4', '-C', configuration, '-bd', '-oX', '2525']);
    await expectRelay(`Exim ${eximVersion}`, 'condition = …lookup mysql…', { port: 2525, refusal: 550 });
  });
});
