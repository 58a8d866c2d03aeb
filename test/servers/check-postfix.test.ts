/** `exact update --check` on a host with Postfix: what it finds, and that each fix, pasted, mends it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askRelay, repliesWith } from './ask-relay.ts';
import { type CheckedHost, openCheckedHost } from './checked-host.ts';
import { installPackages } from './install.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { postfixPrograms, startPostfix } from './postfix.ts';
import { rsyslogPrograms, startRsyslog } from './rsyslog.ts';
import { remoteRecipient } from './smtp-probe.ts';
import { unpackPackages } from './unpacked.ts';

const stranger = '198.51.100.70';
const lookup = 'cdb:/var/lib/exact/relay';

let host: Namespace;
let checked: CheckedHost;

beforeAll(async () => {
  installPackages({ ...postfixPrograms, ...rsyslogPrograms });
  host = await openNamespace();
  await unpackPackages(host, [], []);
  checked = await openCheckedHost(host);
  // That a host has no syslog daemon is told too.
  await startRsyslog(host);
  await checked.configure();
  await startPostfix(host, { 25: 'smtpd_delay_reject = yes' });
});

afterAll(async () => {
  await host?.close();
});

/** Sets parameters of main.cf, or with `-P` of master.cf. */
async function postconf(option: '-e' | '-P', ...parameters: readonly string[]): Promise<void> {
  await host.must(['postconf', option, ...parameters]);
  await host.must(['postfix', 'reload']);
}

/** The table relays, and nobody else. */
async function expectRelay(): Promise<void> {
  const answers = await askRelay(host, { port: 25, recipient: remoteRecipient }, [checked.client, stranger]);
  expect(answers).toEqual({ [checked.client]: repliesWith(250), [stranger]: repliesWith(554) });
}

const isFine = { level: 'ok', subject: 'postfix', text: `main.cf looks up ${lookup}` };

it('finds that nothing looks the map up, and mends it; then all is well', async () => {
  const [found] = await checked.check('postfix');
  expect(found).toEqual({
    level: 'FAIL',
    subject: 'postfix',
    text: `main.cf does not look up ${lookup}`,
    fix: `postconf -e 'smtpd_relay_restrictions=permit_mynetworks check_client_access ${lookup} reject_unauth_destination' && postfix reload`,
    undo: `postconf -e 'smtpd_relay_restrictions=permit_mynetworks, reject_unauth_destination' && postfix reload`,
  });
  expect((await checked.read()).status).toBe(1);
  await checked.paste(found?.fix);
  await expectRelay();
  const { status, text } = await checked.read();
  expect({ status, text }).toEqual({
    status: 0,
    text: expect.stringMatching(
      /^checked as user exact \(user, \/etc\/exact\/exact\.conf:1\), read-only\n(?:ok .*\n)+no problems; nothing was changed\n$/,
    ),
  });
});

it('finds the lookup after the refusal', async () => {
  await postconf('-e', `smtpd_relay_restrictions=reject_unauth_destination, check_client_access ${lookup}`);
  const [found] = await checked.check('postfix');
  expect(found).toMatchObject({
    level: 'FAIL',
    text: `smtpd_relay_restrictions: looks up too late ${lookup}: reject_unauth_destination refuses before`,
  });
  await checked.paste(found?.fix);
  await expectRelay();
  expect(await checked.check('postfix')).toEqual([isFine]);
});

it('finds that the list for recipients refuses whom the list for relaying permits', async () => {
  await postconf('-e', 'smtpd_recipient_restrictions=permit_mynetworks, reject_unauth_destination');
  const [found] = await checked.check('postfix');
  expect(found).toMatchObject({
    level: 'FAIL',
    text: `smtpd_recipient_restrictions: does not look up ${lookup}: reject_unauth_destination refuses`,
  });
  await checked.paste(found?.fix);
  await expectRelay();
  expect(await checked.check('postfix')).toEqual([isFine]);
  await postconf('-e', 'smtpd_recipient_restrictions=');
});

it('takes a restriction class, and a parameter that is named, for what they hold', async () => {
  await postconf(
    '-e',
    'smtpd_restriction_classes=popusers',
    `popusers=check_client_access ${lookup}`,
    'own=permit_mynetworks popusers',
    'smtpd_relay_restrictions=$own reject_unauth_destination',
  );
  expect(await checked.check('postfix')).toEqual([isFine]);
  await expectRelay();
});

it('finds what master.cf has in the place of main.cf', async () => {
  await postconf('-P', '25/inet/smtpd_relay_restrictions=permit_mynetworks,reject_unauth_destination');
  const [found] = await checked.check('postfix');
  expect(found?.fix).toMatch(
    /^postconf -P 25\/inet\/smtpd_relay_restrictions=permit_mynetworks,check_client_access,cdb:/,
  );
  await checked.paste(found?.fix);
  await expectRelay();
  await host.must(['postconf', '-PX', '25/inet/smtpd_relay_restrictions']);
});

it('finds the table in mynetworks, and moves it as soon as all lists can do without', async () => {
  await postconf(
    '-e',
    `mynetworks=127.0.0.0/8 ${lookup}`,
    'smtpd_relay_restrictions=permit_mynetworks reject_unauth_destination',
    'smtpd_client_restrictions=permit_mynetworks reject_unknown_client_hostname',
  );
  const answers = await askRelay(host, { port: 25, recipient: remoteRecipient }, [checked.client, stranger]);
  expect(answers).toEqual({ [checked.client]: repliesWith(250), [stranger]: repliesWith(450) });
  const [isRight, first] = await checked.check('postfix');
  expect(isRight).toEqual(isFine);
  const relayList = `permit_mynetworks check_client_access ${lookup} reject_unauth_destination`;
  const clientList = `permit_mynetworks check_client_access ${lookup} reject_unknown_client_hostname`;
  expect(first).toEqual({
    level: 'WARN',
    subject: 'postfix',
    text: 'mynetworks holds the relay table: its clients skip postscreen and rate limits; it can leave when the lists look it up',
    fix: `postconf -e 'smtpd_relay_restrictions=${relayList}' && postconf -e 'smtpd_client_restrictions=${clientList}' && postfix reload`,
    undo: `postconf -e 'smtpd_relay_restrictions=permit_mynetworks reject_unauth_destination' && postconf -e 'smtpd_client_restrictions=permit_mynetworks reject_unknown_client_hostname' && postfix reload`,
  });
  await checked.paste(first?.fix);
  const found = await checked.check('postfix');
  expect(found).toEqual([
    isFine,
    {
      level: 'WARN',
      subject: 'postfix',
      text: 'mynetworks holds the relay table: its clients skip postscreen and rate limits',
      fix: 'postconf -e mynetworks=127.0.0.0/8 && postfix reload',
      undo: `postconf -e 'mynetworks=127.0.0.0/8 ${lookup}' && postfix reload`,
    },
  ]);
  await checked.paste(found[1]?.fix);
  const moved = await askRelay(host, { port: 25, recipient: remoteRecipient }, [checked.client, stranger]);
  expect(moved).toEqual(answers);
  await host.must(['postconf', '-X', 'smtpd_client_restrictions']);
  expect(await checked.check('postfix')).toEqual([isFine]);
});

it('finds a text map in mynetworks, which IPv6 makes a 451 for everybody', async () => {
  await checked.configure('output text /var/lib/exact/relay.txt');
  await postconf(
    '-e',
    'mynetworks=127.0.0.0/8 /var/lib/exact/relay.txt',
    'smtpd_relay_restrictions=permit_mynetworks reject_unauth_destination',
  );
  const [found] = await checked.check('postfix');
  expect(found).toMatchObject({
    level: 'FAIL',
    text: 'mynetworks names /var/lib/exact/relay.txt: IPv6 lines there give 451 to everybody',
  });
  await checked.paste(found?.fix);
  await expectRelay();
  expect((await checked.check('postfix')).filter(({ level }) => level === 'FAIL')).toEqual([]);
});

it('finds that proxymap keeps an old map', async () => {
  await checked.configure();
  await postconf(
    '-e',
    'mynetworks=127.0.0.0/8',
    `smtpd_relay_restrictions=permit_mynetworks check_client_access proxy:${lookup} reject_unauth_destination`,
  );
  const found = await checked.check('postfix');
  expect(found).toMatchObject([isFine, { level: 'WARN', text: expect.stringContaining(`proxy:${lookup}`) }]);
  await checked.paste(found[1]?.fix);
  await expectRelay();
  expect(await checked.check('postfix')).toEqual([isFine]);
});

it('wants both halves of a table that is split by family', async () => {
  await checked.configure(
    'output cdb /var/lib/exact/relay.cdb ipv4',
    'output cidr /var/lib/exact/relay.cidr ipv6',
  );
  const found = (await checked.check('postfix')).filter(({ level }) => level === 'FAIL');
  expect(found.map(({ text }) => text)).toEqual(['main.cf does not look up cidr:/var/lib/exact/relay.cidr']);
  await checked.paste(found[0]?.fix);
  await expectRelay();
  expect((await checked.check('postfix')).map(({ level }) => level)).toEqual(['ok', 'ok']);
});

it('finds lists that ask a cdb for whole addresses where networks are published', async () => {
  await checked.configure('ipv6-prefix 64');
  await postconf('-e', `smtpd_client_event_limit_exceptions=$mynetworks ${lookup}`);
  const [found, ...others] = (await checked.check('postfix')).filter(({ level }) => level !== 'ok');
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    level: 'WARN',
    text: `smtpd_client_event_limit_exceptions asks ${lookup} for whole addresses: it finds no network, which ipv6-prefix 64 publishes`,
    undo: `postconf -e 'smtpd_client_event_limit_exceptions=$mynetworks ${lookup}' && postfix reload`,
  });
  await checked.paste(found?.fix);
  expect(await host.must(['postconf', '-h', 'smtpd_client_event_limit_exceptions'])).toBe(
    `$mynetworks ${lookup} cidr:/var/lib/exact/relay.cidr\n`,
  );
  expect((await checked.check('postfix')).filter(({ level }) => level !== 'ok')).toEqual([]);
});

it('finds that Postfix was built without a kind of table', async () => {
  await checked.configure();
  await host.must([
    'sh',
    '-c',
    'rm -f /etc/postfix/dynamicmaps.cf.d/cdb; sed -i /^cdb/d /etc/postfix/dynamicmaps.cf',
  ]);
  expect(await checked.check('postfix')).toContainEqual({
    level: 'FAIL',
    subject: 'postfix',
    text: `has no cdb: maps, for ${lookup}`,
    fix: 'apt install postfix-cdb',
  });
  await checked.configure('output postmap btree:/var/lib/exact/b', 'output cdb /var/lib/exact/relay.cdb');
  await host.must([
    'sh',
    '-c',
    'printf "#!/bin/sh\\n/usr/sbin/postconf \\"\\$@\\" | grep -vx btree\\n" >/usr/local/sbin/postconf; chmod 755 /usr/local/sbin/postconf',
  ]);
  const [found] = (await checked.check('map')).filter(({ level }) => level === 'FAIL');
  expect(found?.text).toContain('has no btree: tables');
  await checked.paste(found?.fix);
  expect((await checked.check('map')).filter(({ level }) => level === 'FAIL')).toEqual([]);
});
