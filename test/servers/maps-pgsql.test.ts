/** MTAs that look up in a table of several hosts, with the lines of exact-maps(7). */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { watchRelay } from './ask-relay.ts';
import { documented } from './documented.ts';
import { prepareExim } from './exim.ts';
import { installPackages } from './install.ts';
import { hostAddress, type Namespace, openNamespace } from './namespace.ts';
import { allRows, openPgsqlHosts, type PgsqlHosts } from './pgsql-hosts.ts';
import { startPostfix } from './postfix.ts';
import { type Row, replacements, tellResults } from './relay-results.ts';
import { remoteRecipient, replyToRecipient } from './smtp-probe.ts';

let host: Namespace;
let table: PgsqlHosts;
let eximVersion: string;
const rows: Row[] = [];

const done = { status: 0, stdout: '', stderr: '' };

beforeAll(async () => {
  installPackages({ postfix: 'postfix', '/usr/lib/postfix/postfix-pgsql.so': 'postfix-pgsql' });
  host = await openNamespace();
  eximVersion = await prepareExim(host);
  table = await openPgsqlHosts(host);
});

afterAll(() => {
  tellResults('PostgreSQL,', rows);
  return host?.close();
});

describe('a table of two hosts', () => {
  beforeEach(() => table.empty());

  /** Returns the lines of exact-maps(7) that have a text among them, for the server of this test. */
  const printed = (text: string) =>
    documented(text)
      .replace('db.example.org', hostAddress.ipv4)
      .replace(/\bsecret\b/, 'reader');

  /**
   * Kills an update within its transaction, where it waits for a row. What it has sent may arrive all the same, as a whole;
   * of others nothing has changed.
   */
  const expectWholeWhenKilled = async (port: number, clients: readonly string[]) => {
    const seen = async () => {
      const all = (await table.postgres.sql(allRows)).split('\n');
      return [all, await replyToRecipient(host, port, clients)] as const;
    };
    const [before, repliesBefore] = await seen();
    const sessions = 'from pg_stat_activity where pid <> pg_backend_pid() and';
    const until = (condition: string) =>
      table.postgres.sql(`do $$ begin while not (${condition}) loop
        perform pg_stat_clear_snapshot(); perform pg_sleep(0.01);
      end loop; end $$`);
    // Somebody is about to make a row that the update makes too, and sleeps.
    const row = "('203.0.113.9', 'eve', 'alpha', now())";
    const holding = expect(
      table.postgres.sql(`begin; insert into exact_relay values ${row}; select pg_sleep(60)`),
    ).rejects.toThrow('terminating connection');
    await until(`exists (select ${sessions} wait_event = 'PgSleep')`);
    const update = table.login('alpha', { '198.51.100.3': 'eve', '203.0.113.9': 'eve' });
    await until(`exists (select ${sessions} application_name = 'exact' and wait_event_type = 'Lock')`);
    const [pid = ''] = (await readFile(join(table.exact.folder, 'alpha/state.lock'), 'utf8')).split(' ');
    await host.must(['kill', '-9', pid]);
    expect((await update).status).not.toBe(0);
    await table.postgres.sql(`select pg_terminate_backend(pid) ${sessions} wait_event = 'PgSleep'`);
    await holding;
    await until(`not exists (select ${sessions} application_name = 'exact')`);
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
      mta: `PostgreSQL, ${mta}`,
      lookup,
      output: 'pgsql postgres://…',
      seen: 'next connection',
      results: { empty: 'NO', relays: 'NO', gone: 'NO', replaced: 'NO', killed: 'NO' },
    };
    rows.push(row);
    const clients = ['198.51.100.1', '198.51.100.2', '198.51.100.3', '2001:db8:7::4d', '2001:db8:7::4'];
    expect(await replyToRecipient(host, port, clients)).toEqual(
      Object.fromEntries(clients.map((client) => [client, refusal])),
    );
    row.results.empty = 'yes';
    await table.login('alpha', { '198.51.100.1': 'alice', '2001:db8:7::4d': 'bob' });
    await table.login('beta', { '198.51.100.2': 'carol' });
    expect(await replyToRecipient(host, port, clients)).toEqual({
      '198.51.100.1': 250,
      '198.51.100.2': 250,
      '198.51.100.3': refusal,
      '2001:db8:7::4d': 250,
      '2001:db8:7::4': refusal,
    });
    const alike = '2001:db8:7::4d:1';
    expect(await replyToRecipient(host, port, [alike])).toEqual({ [alike]: asksBeginnings ? 250 : refusal });
    row.results.relays = asksBeginnings ? 'yes, but for what begins alike' : 'yes';
    await expectWholeWhenKilled(port, clients);
    row.results.killed = 'whole, or as before';
    await table.on('beta', 'expire', '--user', 'bob');
    await table.postgres.sql("update exact_relay set expires = now() where source = 'beta'");
    expect(await replyToRecipient(host, port, clients)).toEqual({
      '198.51.100.1': 250,
      '198.51.100.2': refusal,
      '198.51.100.3': refusal,
      '2001:db8:7::4d': refusal,
      '2001:db8:7::4': refusal,
    });
    row.results.gone = 'yes';

    const kept = '198.51.100.1';
    const watched = {
      name: lookup,
      port,
      recipient: remoteRecipient,
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
    const table = join(host.folder, 'exact-pgsql.cf');
    await writeFile(table, printed('expires > now() LIMIT 1\n'));
    const lookup = documented('check_client_access pgsql:').replace('/etc/postfix/exact-pgsql.cf', table);
    await startPostfix(host, { 25: `smtpd_relay_restrictions = ${lookup}, reject_unauth_destination` });
    await expectRelay(
      `Postfix ${(await host.must(['postconf', '-h', 'mail_version'])).trim()}`,
      'check_client_access pgsql:',
      { port: 25, refusal: 554, asksBeginnings: true },
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
      printed('condition = ${lookup pgsql'),
      'deny message = relay not permitted',
      'begin routers',
      'nowhere:\n  driver = accept\n  transport = nowhere',
      'begin transports',
      'nowhere:\n  driver = appendfile\n  file = /dev/null\n  user = Debian-exim',
    ];
    await writeFile(configuration, `${lines.join('\n')}\n`);
    await host.must(['install', '-d', '-o', 'Debian-exim', '/var/spool/exim4', '/var/log/exim4']);
    await host.must(['exim4', '-C', configuration, '-bd', '-oX', '2525']);
    await expectRelay(`Exim ${eximVersion}`, 'condition = …lookup pgsql…', { port: 2525, refusal: 550 });
  });
});
