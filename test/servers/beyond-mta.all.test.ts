/**
 * The blocks of exact-maps(7), "BEYOND THE MTA", pasted into a Postfix with what people run beside it: before, a client
 * that Exact permits is refused, or its mail goes out unsigned; with the block it arrives, signed and complete, and
 * strangers are refused as before. OpenDKIM, OpenDMARC, postgrey and policyd-spf are Debian's.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CheckedHost, openCheckedHost } from './checked-host.ts';
import { documented } from './documented.ts';
import { installPackages } from './install.ts';
import { type Sending, send } from './mail-path.ts';
import { listedName, startNameServer } from './name-server.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { localDomain, postfixPrograms, startPostfix } from './postfix.ts';
import { tellRefusals } from './refusal-results.ts';
import { addRspamdLines, restartRspamd, rspamdAccount, rspamdMilter, startRspamd } from './rspamd.ts';
import { unpackPackages } from './unpacked.ts';

const stranger = '198.51.100.70';
const newcomer = '198.51.100.71';
const lookup = 'cdb:/var/lib/exact/relay';
const toLocal = { recipient: `me@${localDomain}` };
const mail = ['From: <alice@local.example>', 'To: <somebody@remote.example>', 'Subject: hello', '', 'hello'];

let host: Namespace;
let checked: CheckedHost;
let arrived: string;

beforeAll(async () => {
  installPackages({ ...postfixPrograms, openssl: 'openssl' });
  host = await openNamespace();
  const packages = ['opendkim', 'opendmarc', 'postgrey', 'postfix-policyd-spf-python', 'rspamd'];
  await unpackPackages(host, packages, ['opendkim', 'opendmarc', 'postgrey', rspamdAccount]);
  checked = await openCheckedHost(host);
  await checked.configure();
  // Its folders may be written by nobody else, which OpenDKIM insists on.
  const key = '/etc/dkim.pem';
  await host.must(['openssl', 'genrsa', '-out', key, '2048']);
  await host.must(['chmod', '600', key]);
  const publicKey = (await host.must(['openssl', 'rsa', '-in', key, '-pubout'])).replace(
    /-----.*-----|\s/g,
    '',
  );
  const isListed = { A: '127.0.0.2' };
  await startNameServer(host, {
    [localDomain]: { TXT: 'v=spf1 ip4:192.0.2.1 -all', MX: `mx.${localDomain}` },
    [`mail._domainkey.${localDomain}`]: { TXT: `v=DKIM1; k=rsa; p=${publicKey}` },
    [`_dmarc.${localDomain}`]: { TXT: 'v=DMARC1; p=reject' },
    ...Object.fromEntries(
      [checked.client, stranger, newcomer].map((address) => [
        listedName(address, 'dialup.example'),
        isListed,
      ]),
    ),
  });
  arrived = join(host.folder, 'arrived');
  await host.must(['install', '-d', '-m', '777', arrived]);
  await startDaemons(key);
  await startPostfix(host, { 25: [] }, master);
  await set(
    `smtpd_relay_restrictions=permit_mynetworks permit_sasl_authenticated check_client_access ${lookup} reject_unauth_destination`,
    'default_transport=smtp:[127.0.0.1]:2600',
    'smtp_host_lookup=native',
    'milter_default_action=tempfail',
  );
});

afterAll(async () => {
  await host?.close();
});

const master = `smtp unix - - n - - smtp
policyd-spf unix - n n - 0 spawn user=nobody argv=/usr/bin/policyd-spf
dnsblog unix - - n - 0 dnsblog
smtpd pass - - n - - smtpd
2501 inet n - n - 1 postscreen
`;

async function startDaemons(key: string): Promise<void> {
  const milter = `Socket inet:8891@127.0.0.1\nDomain ${localDomain}\nSelector mail\nKeyFile ${key}\nMode sv\nSyslog no\n`;
  const dmarc = 'Socket inet:8893@127.0.0.1\nRejectFailures true\nSPFSelfValidate true\nSyslog no\n';
  await host.must(['sh', '-c', 'cat >/etc/opendkim.conf'], milter);
  await host.must(['sh', '-c', 'cat >/etc/opendmarc.conf'], dmarc);
  await host.must(['opendkim', '-x', '/etc/opendkim.conf']);
  await host.must(['opendmarc', '-c', '/etc/opendmarc.conf']);
  const data = join(host.folder, 'postgrey');
  await host.must(['install', '-d', '-o', 'postgrey', data]);
  await host.must(['postgrey', `--dbdir=${data}`, '--inet=127.0.0.1:10023', '--daemonize']);
  await host.must([
    'sh',
    '-c',
    `smtp-sink -u nobody -d ${arrived}/mail. 127.0.0.1:2600 100 >/dev/null 2>&1 &`,
  ]);
}

/** Sets parameters of main.cf. */
async function set(...parameters: readonly string[]): Promise<void> {
  if (parameters.length > 0) await host.must(['postconf', '-e', ...parameters]);
  await host.must(['postfix', 'reload']);
}

/** Pastes a block of the page into main.cf, or with another name into that file. */
async function paste(block: string, file = 'main.cf'): Promise<void> {
  await host.must(['sh', '-c', `cat >>/etc/postfix/${file}`], `${block}\n`);
  await host.must(['postfix', 'reload']);
}

/** Takes parameters out of main.cf again. */
async function unset(...names: readonly string[]): Promise<void> {
  await host.must(['postconf', '-X', ...names]);
  await host.must(['postfix', 'reload']);
}

/** Returns the replies to the client, and to a stranger. */
function replies(sending: Sending): Promise<number[]> {
  return send(host, [checked.client, stranger], sending);
}

/** Returns the mail that has arrived at the second host, of which there is one, and takes it away. */
async function arrivedMail(): Promise<string> {
  return vi.waitFor(
    async () => {
      const [name = '', ...others] = await readdir(arrived);
      expect(others).toEqual([]);
      const text = await readFile(join(arrived, name), 'utf8');
      expect(text).toMatch(/\nhello\s*$/);
      await host.must(['rm', join(arrived, name)]);
      return text;
    },
    { timeout: 60_000, interval: 200 },
  );
}

it('postscreen', async () => {
  const rest = ['postscreen_dnsbl_sites=dialup.example', 'postscreen_dnsbl_action=enforce'];
  await set(...rest);
  expect(await replies({ port: 2501 })).toEqual([550, 550]);
  await paste(documented('postscreen_access_list ='));
  expect(await replies({ port: 2501 })).toEqual([250, 550]);
  // It has the map open, and sees a new one all the same.
  expect(await send(host, [newcomer], { port: 2501 })).toEqual([550]);
  await checked.permit(newcomer);
  expect(await send(host, [newcomer], { port: 2501 })).toEqual([250]);
  await checked.revoke(newcomer);
  expect(await send(host, [newcomer], { port: 2501 })).toEqual([550]);
  tellRefusals([{ by: '`postscreen_dnsbl_sites`', before: 550, after: 250, stranger: 550 }]);
});

it('limits', async () => {
  await set('smtpd_client_message_rate_limit=1');
  await replies({ mail, ...toLocal });
  expect(await replies({ mail, ...toLocal })).toEqual([450, 450]);
  await paste(documented('smtpd_client_event_limit_exceptions ='));
  await replies({ mail, ...toLocal });
  expect(await replies({ mail, ...toLocal })).toEqual([250, 450]);
  await unset('smtpd_client_message_rate_limit');
});

it('submission', async () => {
  const service = '587 inet n - n - - smtpd\n  -o smtpd_relay_restrictions=\n';
  const add = (text: string) => host.must(['sh', '-c', 'cat >>/etc/postfix/master.cf'], text);
  await add(`${service}  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject\n`);
  await set();
  expect(await replies({ port: 587 })).toEqual([554, 554]);
  await host.must(['postconf', '-MX', '587/inet']);
  await add(`${service}${documented('-o { smtpd_recipient').replace(/^/gm, '  ')}\n`);
  await set();
  expect(await replies({ port: 587 })).toEqual([250, 554]);
});

it('greylisting and SPF', async () => {
  const lists = {
    postgrey: 'check_policy_service inet:127.0.0.1:10023',
    spf: 'check_policy_service unix:private/policyd-spf',
  };
  await set(`smtpd_recipient_restrictions=permit_mynetworks ${lists.postgrey}`);
  expect(await replies(toLocal)).toEqual([450, 450]);
  expect(await checked.check('postfix')).toContainEqual({
    level: 'WARN',
    subject: 'postfix',
    text: `smtpd_recipient_restrictions: does not look up ${lookup}: ${lists.postgrey} may refuse`,
    fix: `postconf -e 'smtpd_recipient_restrictions=permit_mynetworks check_client_access ${lookup} ${lists.postgrey}' && postfix reload`,
    undo: `postconf -e 'smtpd_recipient_restrictions=permit_mynetworks ${lists.postgrey}' && postfix reload`,
  });
  await set(`smtpd_recipient_restrictions=permit_mynetworks ${lists.spf}`);
  expect(await replies(toLocal)).toEqual([550, 550]);
  await paste(documented('check_policy_service inet:127.0.0.1:10023'));
  const [client = 0, other = 0] = await replies(toLocal);
  expect([client, other >= 450]).toEqual([250, true]);
  await unset('smtpd_recipient_restrictions');
  tellRefusals([
    { by: 'postgrey', before: 450, after: 250, stranger: other },
    { by: 'policyd-spf', before: 550, after: 250, stranger: other },
  ]);
});

it('headers', async () => {
  await set();
  expect(await send(host, [checked.client], { mail })).toEqual([250]);
  expect(await arrivedMail()).not.toMatch(/^(?:Date|Message-Id):/im);
  await paste(documented('local_header_rewrite_clients ='));
  expect(await send(host, [checked.client], { mail })).toEqual([250]);
  const text = await arrivedMail();
  for (const header of [/^Date: /m, /^Message-Id: /im]) expect(text).toMatch(header);
  await unset('local_header_rewrite_clients');
  tellRefusals([{ by: 'no Date, no Message-ID', before: 'left so', after: 'completed', stranger: '–' }]);
});

it('rspamd', async () => {
  await startRspamd(host, localDomain, '/etc/dkim.pem');
  await checked.configure('output cdb /var/lib/exact/relay.cdb', documented('relay-networks.txt prefix'));
  await set(`smtpd_milters=${rspamdMilter}`, 'local_transport=$default_transport');
  const mailFrom = async (client: string, to: Sending = {}) => {
    expect(await send(host, [client], { mail, ...to })).toEqual([250]);
    const text = await arrivedMail();
    return { isSpam: /^X-Spam: Yes/m.test(text), isSigned: /^DKIM-Signature: /m.test(text) };
  };
  const asStranger = { isSpam: true, isSigned: false };
  expect(await mailFrom(checked.client)).toEqual(asStranger);
  await addRspamdLines(host, 'multimap.conf', documented('EXACT_RELAY'));
  await addRspamdLines(host, 'dkim_signing.conf', documented('sign_networks'));
  await restartRspamd(host);
  const asOwn = { isSpam: false, isSigned: true };
  expect(await mailFrom(checked.client)).toEqual(asOwn);
  expect(await mailFrom(stranger, toLocal)).toEqual(asStranger);
  expect(await send(host, [stranger], { mail })).toEqual([554]);
  // It looks for a new list every half a minute or so.
  const seen = { timeout: 240_000, interval: 1000 };
  await checked.permit(newcomer);
  await vi.waitFor(async () => expect(await mailFrom(newcomer)).toEqual(asOwn), seen);
  await checked.revoke(newcomer);
  expect(await send(host, [newcomer], { mail })).toEqual([554]);
  await vi.waitFor(async () => expect(await mailFrom(newcomer, toLocal)).toEqual(asStranger), seen);
  await unset('local_transport', 'smtpd_milters');
  tellRefusals([{ by: 'rspamd', before: 'unsigned, X-Spam', after: 'signed, unscored', stranger: 'X-Spam' }]);
}, 900_000);

describe('milters', () => {
  it('leave the mail unsigned, or reject it', async () => {
    await set('smtpd_milters=inet:127.0.0.1:8891');
    expect(await send(host, [checked.client], { mail })).toEqual([250]);
    expect(await arrivedMail()).not.toContain('DKIM-Signature:');
    await set('smtpd_milters=inet:127.0.0.1:8891 inet:127.0.0.1:8893');
    expect(await replies({ mail, ...toLocal })).toEqual([550, 550]);
    expect((await checked.check('postfix')).map(({ text }) => text)).toContain(
      'smtpd_milters: inet:127.0.0.1:8891 inet:127.0.0.1:8893 takes clients of the table for strangers: no DKIM signature, scores of spam, DMARC',
    );
  });

  it('take the mail of the table for that of an own host, when it is handed in again', async () => {
    await paste(documented('smtpd_milter_maps ='));
    await paste(documented('127.0.0.1:10026 inet'), 'master.cf');
    expect(await send(host, [checked.client], { mail })).toEqual([250]);
    const text = await arrivedMail();
    expect(text).toMatch(/^DKIM-Signature: /m);
    for (const header of [/^Date: /m, /^Message-Id: /im]) expect(text).toMatch(header);
    const file = join(host.folder, 'signed');
    await writeFile(file, text.replace(/\r?\n/g, '\r\n'));
    await host.must(['sh', '-c', 'printf "Mode v\\nNameservers 127.0.0.1\\n" >/etc/opendkim-verify.conf']);
    const verdict = await host.run(['opendkim', '-x', '/etc/opendkim-verify.conf', '-vv', '-t', file]);
    expect(verdict.stdout + verdict.stderr).toContain('dkim=pass');
    expect(await replies({ mail, ...toLocal })).toEqual([250, 550]);
    expect((await checked.check('postfix')).map(({ level }) => level)).toEqual(['ok']);
    tellRefusals([
      { by: 'OpenDKIM', before: 'unsigned', after: 'signed', stranger: '–' },
      { by: 'OpenDMARC', before: 550, after: 250, stranger: 550 },
    ]);
  });

  it('do not sign for a client that has been revoked, which may not relay either', async () => {
    await checked.revoke(checked.client);
    expect(await replies({ mail })).toEqual([554, 554]);
    expect(await replies({ mail, ...toLocal })).toEqual([550, 550]);
  });
});
