/** `exact update --check` on a host with Debian's Exim: what it finds, and that each fix, pasted, mends it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CheckedHost, openCheckedHost } from './checked-host.ts';
import { configureDebianExim, debianEximReply, prepareDebianExim } from './exim.ts';
import { listedName, startNameServer } from './name-server.ts';
import { type Namespace, openNamespace } from './namespace.ts';

let host: Namespace;
let checked: CheckedHost;

beforeAll(async () => {
  host = await openNamespace();
  await prepareDebianExim(host);
  // Another MTA of the machine is not this host's.
  await host.must(['rm', '-f', '/usr/sbin/postconf']);
  checked = await openCheckedHost(host);
  await checked.configure();
});

afterAll(async () => {
  await host?.close();
});

it.each([false, true])('mends Debian’s configuration, split: %s', async (isSplit) => {
  await configureDebianExim(host, isSplit);
  const [found] = await checked.check('exim');
  expect(found).toMatchObject({
    level: 'FAIL',
    text: 'its configuration does not look up cdb /var/lib/exact/relay.cdb',
    fix: expect.stringMatching(/^sed -i .* && update-exim4\.conf && systemctl reload exim4$/),
  });
  await checked.paste(found?.fix);
  expect(await checked.check('exim')).toEqual([
    { level: 'ok', subject: 'exim', text: 'looks up cdb /var/lib/exact/relay.cdb' },
  ]);
  expect(await debianEximReply(host, checked.client)).toBe(250);
  expect(await debianEximReply(host, '198.51.100.70')).toBe(550);
  expect((await checked.read()).status).toBe(0);
});

it('finds host lists that find nobody, or no IPv6, and lookups that are not built in', async () => {
  const configure = (statement: string) =>
    host.must(
      ['sh', '-c', 'cat >/etc/exim4/exim4.conf'],
      `acl_smtp_rcpt = r\nbegin acl\nr:\n accept ${statement}\n`,
    );
  await configure('hosts = cdb;/var/lib/exact/relay.cdb');
  expect(await checked.check('exim')).toEqual([
    {
      level: 'FAIL',
      subject: 'exim',
      text: 'hosts = cdb;/var/lib/exact/relay.cdb looks up host names, and never matches',
      fix: 'hosts = net-cdb;/var/lib/exact/relay.cdb',
    },
  ]);
  await configure('hosts = net-cdb;/var/lib/exact/relay.cdb');
  const [found] = await checked.check('exim');
  expect(found).toMatchObject({ level: 'FAIL', text: expect.stringContaining('finds no IPv6 address') });
  await checked.paste(found?.fix);
  expect((await checked.check('exim')).map(({ level }) => level)).toEqual(['ok']);
  await configure('hosts = /var/lib/exact/relay.txt');
  expect(await checked.check('exim')).toEqual([
    { level: 'ok', subject: 'exim', text: 'looks up text /var/lib/exact/relay.txt' },
  ]);
  await configure(`condition = \${lookup pgsql{SELECT 1 FROM exact_relay}{yes}{no}}`);
  await checked.configure('output pgsql postgres://exact_writer@127.0.0.1:1/exact');
  expect(await checked.check('exim')).toContainEqual({
    level: 'FAIL',
    subject: 'exim',
    text: 'was built without pgsql lookups',
    fix: 'apt install exim4-daemon-heavy',
  });
});

it('finds what refuses before the lookup, in each ACL, and puts the statement there', async () => {
  await checked.configure();
  await startNameServer(host, { [listedName(checked.client, 'dialup.example')]: { A: '127.0.0.2' } });
  const listed = 'deny dnslists = dialup.example';
  const lines = [
    ...[
      'acl_smtp_connect = c',
      'acl_smtp_rcpt = r',
      'begin acl',
      'c:',
      '  deny',
      '    !verify = reverse_host_lookup',
    ],
    ...[
      '  accept',
      'r:',
      `  ${listed}`,
      `  accept condition = \${lookup{$sender_host_address}cdb{/var/lib/exact/relay.cdb}{yes}{no}}`,
    ],
  ];
  const text = `${lines.join('\n')}\n`;
  await host.must(['sh', '-c', 'cat >/etc/exim4/exim4.conf'], text);
  const before = await checked.playAs(checked.client);
  expect([before.status, before.rows[0]?.verdict]).toEqual([1, 'refused']);
  const [found, ...others] = await checked.check('exim');
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    level: 'FAIL',
    text:
      'looks up too late cdb /var/lib/exact/relay.cdb: !verify = reverse_host_lookup (deny, ACL c, of acl_smtp_connect, ' +
      'which does not look it up), dnslists = dialup.example (deny, ACL r, of acl_smtp_rcpt) refuse before',
  });
  await checked.paste(found?.fix);
  expect((await checked.check('exim')).map(({ level }) => level)).toEqual(['ok']);
  const after = await checked.playAs(checked.client);
  expect([after.status, after.rows.at(-1)?.verdict]).toEqual([0, 'refused']);
  await checked.paste(found?.undo);
  expect(await host.must(['cat', '/etc/exim4/exim4.conf'])).toBe(text);
  // What is not read is asked: the answer is that to somebody who may relay.
  await host.must([
    'sed',
    '-i',
    '/verify\\|dnslists/s/=.*/= x/; /verify/s/!verify/hosts/; s/= x$/= 198.51.100.0\\/24/; s/dnslists/hosts/',
    '/etc/exim4/exim4.conf',
  ]);
  expect(await checked.check('exim')).toMatchObject([
    {
      level: 'FAIL',
      text: expect.stringContaining(`refuses ${checked.client}, which is in cdb /var/lib/exact/relay.cdb`),
    },
  ]);
});

it('adds an output that Exim looks up', async () => {
  await checked.configure('output cidr /var/lib/exact/relay.cidr');
  const [found] = await checked.check('exim');
  expect(found).toMatchObject({ level: 'FAIL', text: 'no output is of a type that Exim can look up' });
  await checked.paste(found?.fix);
  expect(await checked.check('map')).toContainEqual(
    expect.objectContaining({ level: 'ok', text: 'cdb /var/lib/exact/relay.cdb, 1 address' }),
  );
});

it('finds a lookup that asks for no network, and the list that does', async () => {
  await checked.configure('ipv6-prefix 64');
  const configure = (hosts: string) =>
    host.must(
      ['sh', '-c', 'cat >/etc/exim4/exim4.conf'],
      `acl_smtp_rcpt = r\nbegin acl\nr:\n accept ${hosts}\n`,
    );
  await configure(`condition = \${lookup{$sender_host_address}cdb{/var/lib/exact/relay.cdb}{yes}{no}}`);
  const [found] = await checked.check('exim');
  const list = 'hosts = net64-cdb;/var/lib/exact/relay.cdb : net-cdb;/var/lib/exact/relay.cdb';
  expect(found).toMatchObject({
    level: 'FAIL',
    text: 'asks cdb /var/lib/exact/relay.cdb for whole addresses: it finds no network, which ipv6-prefix 64 publishes',
    fix: expect.stringMatching(/^printf .* exim-net.* && exact update; hosts = /),
  });
  expect(found?.fix?.split('; ').at(-1)).toBe(list);
  await checked.paste(found?.fix?.split('; ')[0]);
  await configure(list);
  expect((await checked.check('exim')).map(({ level }) => level)).toEqual(['ok']);
});
