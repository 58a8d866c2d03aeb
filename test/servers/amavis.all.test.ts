/**
 * exact-maps(7), "amavis": mail of a client that Exact permits goes to a port of amavis where it counts as an own user's,
 * and leaves signed and unscored; a stranger's is scored as before. amavis and SpamAssassin are Debian's.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type CheckedHost, openCheckedHost } from './checked-host.ts';
import { documented } from './documented.ts';
import { installPackages } from './install.ts';
import { send } from './mail-path.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { localDomain, postfixPrograms, startPostfix } from './postfix.ts';
import { tellRefusals } from './refusal-results.ts';
import { unpackPackages } from './unpacked.ts';

const stranger = '198.51.100.70';
const newcomer = '198.51.100.71';
const mail = ['From: <alice@local.example>', 'To: <somebody@remote.example>', 'Subject: hello', '', 'hello'];

let host: Namespace;
let checked: CheckedHost;
let arrived: string;

/** As amavis' own README.postfix has them. */
const master = `smtp unix - - n - - smtp
smtp-amavis unix - - n - 2 smtp
127.0.0.1:10025 inet n - n - - smtpd
  -o content_filter=
  -o smtpd_data_restrictions=
  -o smtpd_relay_restrictions=permit_mynetworks,reject
`;

const settings = `use strict;
$myhostname = 'mx.${localDomain}';
@local_domains_acl = ('${localDomain}');
@bypass_virus_checks_maps = (1);
@bypass_spam_checks_maps = ();
$sa_local_tests_only = 1;
$sa_tag_level_deflt = -999;
$max_servers = 1;
$enable_dkim_signing = 1;
dkim_key('${localDomain}', 'mail', '/etc/amavis/dkim.pem');
`;

beforeAll(async () => {
  installPackages({ ...postfixPrograms, openssl: 'openssl' });
  host = await openNamespace();
  await unpackPackages(host, ['amavisd-new', 'spamassassin'], ['amavis', 'debian-spamd']);
  checked = await openCheckedHost(host);
  await checked.configure();
  await host.must(['openssl', 'genrsa', '-out', '/etc/amavis/dkim.pem', '2048']);
  const folders = ['', '/tmp', '/db', '/virusmails'].map((name) => `/var/lib/amavis${name}`);
  await host.must(['install', '-d', '-o', 'amavis', '-g', 'amavis', ...folders, '/run/amavis']);
  await host.must(['chown', 'amavis', '/etc/amavis/dkim.pem']);
  arrived = join(host.folder, 'arrived');
  await host.must(['install', '-d', '-m', '777', arrived]);
  const sink = `smtp-sink -u nobody -d ${arrived}/mail. 127.0.0.1:2600 100 >/dev/null 2>&1 &`;
  await host.must(['sh', '-c', sink]);
  await host.must(
    ['sh', '-c', 'cat >/etc/amavis/conf.d/50-user'],
    `${settings}${documented('$inet_socket_port')}\n1;\n`,
  );
  await host.must(['amavisd', 'start']);
  await host.must(['timeout', '300', 'sh', '-c', 'until ss -ltn | grep -q :10028; do sleep 0.5; done']);
  await startPostfix(host, { 25: [] }, master);
  await host.must([
    'postconf',
    '-e',
    'smtpd_relay_restrictions=permit_mynetworks check_client_access cdb:/var/lib/exact/relay reject_unauth_destination',
    'default_transport=smtp:[127.0.0.1]:2600',
    'local_transport=$default_transport',
    'smtp_host_lookup=native',
    'content_filter=smtp-amavis:[127.0.0.1]:10024',
  ]);
  await host.must(['postfix', 'reload']);
}, 600_000);

afterAll(async () => {
  await host?.close();
});

/** Sends a mail to a user here, and returns what amavis made of it. */
async function madeOf(client: string): Promise<{ isScored: boolean; isSigned: boolean }> {
  expect(await send(host, [client], { mail, recipient: `me@${localDomain}` })).toEqual([250]);
  const text = await vi.waitFor(
    async () => {
      const [name = ''] = await readdir(arrived);
      const found = await readFile(join(arrived, name), 'utf8');
      expect(found).toMatch(/\nhello\s*$/);
      await host.must(['rm', join(arrived, name)]);
      return found;
    },
    { timeout: 120_000, interval: 200 },
  );
  return { isScored: /^X-Spam-Status: /m.test(text), isSigned: /^DKIM-Signature: /m.test(text) };
}

const asStranger = { isScored: true, isSigned: false };
const asOwn = { isScored: false, isSigned: true };

it('takes a client of the table for an own user, live', async () => {
  expect(await madeOf(checked.client)).toEqual(asStranger);
  const notes = async () => (await checked.check('postfix')).filter(({ level }) => level === 'note');
  expect(await notes()).toMatchObject([{ text: expect.stringContaining('content_filter: smtp-amavis:') }]);
  await host.must(['sh', '-c', 'cat >>/etc/postfix/main.cf'], `${documented(':10028}')}\n`);
  await host.must(['postfix', 'reload']);
  expect(await madeOf(checked.client)).toEqual(asOwn);
  expect(await notes()).toEqual([]);
  expect(await madeOf(stranger)).toEqual(asStranger);
  expect(await send(host, [stranger], { mail })).toEqual([554]);
  await checked.permit(newcomer);
  expect(await madeOf(newcomer)).toEqual(asOwn);
  await checked.revoke(newcomer);
  expect(await send(host, [newcomer], { mail })).toEqual([554]);
  expect(await madeOf(newcomer)).toEqual(asStranger);
  tellRefusals([{ by: 'amavis', before: 'unsigned, scored', after: 'signed, unscored', stranger: 'scored' }]);
}, 900_000);

it('is found to read a list when it starts alone', async () => {
  const line = "@mynetworks_maps = (read_hash('/var/lib/exact/relay.txt'));\n";
  await host.must(['sh', '-c', 'cat >/etc/amavis/conf.d/60-networks'], line);
  expect(await checked.check('postfix')).toContainEqual({
    level: 'WARN',
    subject: 'postfix',
    text: '/etc/amavis/conf.d/60-networks names /var/lib/exact/relay.txt, which amavis reads when it starts alone: who was revoked stays an own user',
    fix: "man 7 exact-maps, 'BEYOND THE MTA'",
  });
});
