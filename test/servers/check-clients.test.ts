/** `exact update --check` on a host whose clients come through a gateway of containers, a bridge, or a proxy. */
import { appendFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dovecotLogin } from '../commands/run-exact.ts';
import { type CheckedHost, openCheckedHost } from './checked-host.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { unpackPackages } from './unpacked.ts';

let host: Namespace;
let checked: CheckedHost;

beforeAll(async () => {
  host = await openNamespace();
  await unpackPackages(host, [], []);
  checked = await openCheckedHost(host);
  await checked.configure();
  const script = [
    // Each end of a pair is up while the other is, and a bridge while one of its ports is.
    'ip link add eth0 type veth peer name gateway; ip link add container type veth peer name port',
    'ip link add docker0 type bridge; ip link set port master docker0',
    'for link in eth0 gateway container port docker0; do ip link set $link up; done',
    'ip address add 172.18.0.2/16 dev eth0; ip address add 172.17.0.1/16 dev docker0',
    'ip route add default via 172.18.0.1',
    'mkdir -p /etc/haproxy; cat >/etc/haproxy/haproxy.cfg',
  ];
  await host.must(
    ['sh', '-ec', script.join('\n')],
    'listen imap\n  bind :143\n  server dovecot 127.0.0.1:10143\n',
  );
});

afterAll(async () => {
  await host?.close();
});

async function logIn(address: string): Promise<void> {
  const time = `${new Date(Date.now() - 60_000).toISOString().slice(0, 19)}Z`;
  for (const user of ['u10', 'u11', 'u12'])
    await appendFile(`${host.folder}/mail.log`, dovecotLogin(time, user, address));
}

it('says nothing of clients', async () => {
  expect(await checked.check('clients')).toEqual([]);
});

it.each([
  { address: '172.18.0.1', what: 'the default gateway of this host' },
  { address: '172.17.0.5', what: 'in the network of docker0, a bridge of containers' },
])('warns of $address, $what, until its fix is pasted', async ({ address, what }) => {
  await logIn(address);
  const [finding] = await checked.check('clients');
  expect(finding).toMatchObject({
    level: 'WARN',
    text: expect.stringContaining(`3 users logged in from ${address}`),
  });
  expect(finding?.text).toContain(what);
  await checked.paste(finding?.fix);
  expect(await checked.check('clients')).toEqual([]);
});

it('warns of haproxy that hides its clients', async () => {
  await logIn('127.0.0.1');
  expect(await checked.check('clients')).toMatchObject([
    { level: 'WARN', text: expect.stringContaining('(/etc/haproxy/haproxy.cfg:3)') },
  ]);
});
