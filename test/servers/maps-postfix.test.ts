import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { askRelay, repliesWith } from './ask-relay.ts';
import { documented } from './documented.ts';
import { installPackages } from './install.ts';
import { localDomain, startPostfix } from './postfix.ts';
import { checkRelay } from './relay-checks.ts';
import { remoteRecipient } from './smtp-probe.ts';
import { unpackPackages } from './unpacked.ts';

/** Both ways to look a map up, as parameters on one line. */
const restrictions = documented('smtpd_relay_restrictions =').replace(/\s+/g, ' ');
const networks = documented('mynetworks =');

/** Returns a parameter with another map in the place of the cdb. */
function using(map: string, parameter: string): string {
  return parameter.replace('cdb:/var/lib/exact/relay', map);
}

const hash = 'hash:/var/lib/exact/relay-hash';
const piped = 'pipemap:{cdb:/var/lib/exact/relay,inline:{OK=OK}}';
const cidr = documented('cidr:/var/lib/exact/relay.cidr').replace('check_client_access ', '');

/** postfix reload lets the processes of smtpd end that have an old cidr map. */
const reload = { name: 'postfix reload', command: ['postfix', 'reload'], each: false } as const;

checkRelay(
  {
    name: 'Postfix',
    program: 'postmap -q',
    refusal: 554,
    localRecipient: `me@${localDomain}`,
    lookups: [
      {
        name: 'check_client_access cdb:',
        output: 'cdb relay.cdb',
        port: 25,
        asksBeginnings: true,
        holdsNetworks: true,
      },
      { name: 'mynetworks = cdb:', output: 'cdb relay.cdb', port: 2501 },
      {
        name: 'check_client_access hash:',
        output: 'postmap hash:relay-hash',
        port: 2502,
        asksBeginnings: true,
        holdsNetworks: true,
      },
      { name: 'mynetworks = hash:', output: 'postmap hash:relay-hash', port: 2503 },
      {
        name: 'check_client_access btree:',
        output: 'postmap btree:relay-btree',
        port: 2504,
        asksBeginnings: true,
        holdsNetworks: true,
      },
      {
        name: 'check_client_access lmdb:',
        output: 'postmap lmdb:relay-lmdb',
        port: 2505,
        asksBeginnings: true,
        holdsNetworks: true,
      },
      {
        name: 'check_client_access cidr:',
        output: 'cidr relay.cidr',
        port: 2506,
        holdsNetworks: true,
        refresh: reload,
      },
      {
        name: 'mynetworks = cidr:',
        output: 'cidr relay.cidr',
        port: 2507,
        holdsNetworks: true,
        refresh: reload,
      },
    ],
    async prepare(host) {
      installPackages({
        postfix: 'postfix',
        '/usr/lib/postfix/postfix-cdb.so': 'postfix-cdb',
        '/usr/lib/postfix/postfix-lmdb.so': 'postfix-lmdb',
      });
      await unpackPackages(host, [], []);
      return (await host.must(['postconf', '-h', 'mail_version'])).trim();
    },
    start: (host) =>
      startPostfix(host, {
        25: restrictions,
        2501: networks,
        2502: using(hash, restrictions),
        2503: using(hash, networks),
        2504: using('btree:/var/lib/exact/relay-btree', restrictions),
        2505: using('lmdb:/var/lib/exact/relay-lmdb', restrictions),
        2506: using(cidr, restrictions),
        2507: using(cidr, networks),
        2508: using('hash:/var/lib/exact/pop', networks),
        2509: using(piped, restrictions),
      }),
  },
  (running) => {
    it('asks a cdb or hash for networks in the spellings that exact-maps(7) has', async () => {
      const { host, publish, configure } = running();
      const outputs = ['cdb relay.cdb', 'postmap hash:relay-hash'];
      const ask = async (port: number, clients: Readonly<Record<string, boolean>>) => {
        const answers = await askRelay(host, { port, recipient: remoteRecipient }, Object.keys(clients));
        const want = Object.entries(clients).map(([client, relays]) => [
          client,
          repliesWith(relays ? 250 : 554),
        ]);
        expect(answers).toEqual(Object.fromEntries(want));
      };
      const at64 = await configure('at-64.conf', outputs, 'ipv6-prefix 64');
      await publish(['2001:db8:7::4d', '2001:db8:5:6::4d'], at64);
      for (const port of [25, 2502, 2509]) {
        await ask(port, {
          '2001:db8:7::9': true,
          '2001:db8:7:0:1:2:3:4': true,
          '2001:db8:7:1::': false,
          '2001:db8:5:6:1:2:3:4': true,
          '2001:db8:5::6': false,
        });
      }
      // All else asks for whole addresses.
      for (const port of [2501, 2503])
        await ask(port, { '2001:db8:5:6::4d': false, '2001:db8:7::4d': false });
      const at80 = await configure('at-80.conf', outputs, 'ipv6-prefix 80');
      await publish(['2001:db8:7::4d'], at80);
      for (const port of [25, 2502]) {
        await ask(port, { '2001:db8:7::1:2:3': true, '2001:db8:7:0:0:1::': true, '2001:db8:7:0:1::': false });
      }
      const at96 = await configure('at-96.conf', outputs, 'ipv6-prefix 96');
      await publish(['2001:db8:0:0:5:6:1:2', '2001:db8:5::4d'], at96);
      for (const port of [25, 2502]) {
        // Written alike: 2001:db8::5:6:1:2 and 2001:db8::5:6; 2001:db8:5::4d and 2001:db8:5::1:2:3:4.
        await ask(port, {
          '2001:db8::5:6:1:2': false,
          '2001:db8:0:0:5:6::': false,
          '2001:db8::5:6': false,
          '2001:db8:5::4d': false,
          '2001:db8:5::1:2:3:4': false,
        });
      }
      await publish([], at64);
    });

    it('authtype db of EXACT 1.41 is a hash under both of its names', async () => {
      const { host, publish, configure } = running();
      const authfile = '/var/lib/exact/pop';
      const old = await configure('old.conf', [], `authfile ${authfile}`, 'authtype db');
      await publish(['198.51.100.7'], old);
      await host.must(['cmp', authfile, `${authfile}.db`]);
      // Of a hard link Postfix would not see that a new file is there.
      expect(await host.must(['stat', '-c', '%h %U %a', authfile, `${authfile}.db`])).toBe(
        '1 exact 644\n1 exact 644\n',
      );
      const server = { port: 2508, recipient: remoteRecipient };
      const [first, second] = ['198.51.100.7', '2001:db8:7::4d'];
      expect(await askRelay(host, server, [first, second])).toEqual({
        [first]: repliesWith(250),
        [second]: repliesWith(554),
      });
      await publish([second], old);
      await host.must(['cmp', authfile, `${authfile}.db`]);
      expect(await askRelay(host, server, [first, second])).toEqual({
        [first]: repliesWith(554),
        [second]: repliesWith(250),
      });
    });

    it('a postmap that cannot make a table leaves the old one', async () => {
      const { host, exact, publish, configuration, replay } = running();
      const lmdb = '/var/lib/exact/relay-lmdb.lmdb';
      await publish(['198.51.100.7'], join(dirname(configuration()), 'exact.conf'));
      const unfinished = () => host.must(['find', '/var/lib/exact', '-name', '.*']);
      const before = [await host.must(['sha1sum', lmdb]), await unfinished()];
      // Where the packages say which plugin brings which type of map.
      await host.must(['sed', '-i', '/^lmdb/d', '/etc/postfix/dynamicmaps.cf']);
      const { stdout } = await exact.run('update', '--check', '-c', configuration(), ...replay());
      expect(stdout).toContain('Postfix of this host has no lmdb: tables; use output cdb');
      const dump = await exact.run('dump', '--maps', '-c', configuration(), ...replay());
      expect(dump.stdout).toMatch(/^postmap .*lmdb: cannot be read: exit 1: '.*unsupported dictionary type/m);
      const { status, stderr } = await exact.run('expire', '--all', '-c', configuration(), ...replay());
      expect(status).toBe(69);
      expect(stderr).toMatch(
        /postmap lmdb:\/var\/lib\/exact\/relay-lmdb: exit 1: '.*unsupported dictionary type: lmdb.*'; the old map stays in use/,
      );
      expect([await host.must(['sha1sum', lmdb]), await unfinished()]).toEqual(before);
    });
  },
);
