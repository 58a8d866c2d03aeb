/**
 * What refuses mail in a Postfix as people run it, beside README's line: each port refuses a client that Exact permits,
 * `exact update --check` says so, and its fix, pasted, has the client's mail taken. Whoever is not in the table is
 * refused as before.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CheckedHost, openCheckedHost } from './checked-host.ts';
import { documented } from './documented.ts';
import { dovecotPrograms, startDovecot } from './dovecot.ts';
import { installPackages } from './install.ts';
import { type Sending, send } from './mail-path.ts';
import { listedName, startNameServer } from './name-server.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { localDomain, postfixPrograms, startPostfix } from './postfix.ts';
import { type RefusalResult, tellRefusals } from './refusal-results.ts';
import { unpackPackages } from './unpacked.ts';

const stranger = '198.51.100.70';
const lookup = 'cdb:/var/lib/exact/relay';
const lists = 'dialup.example';
const line = `permit_mynetworks permit_sasl_authenticated check_client_access ${lookup} reject_unauth_destination`;

/** A way to refuse. */
interface Row {
  readonly port: number;
  readonly set: readonly string[];
  readonly sending?: Sending;
  /** Whether it is the second mail that is refused. */
  readonly isSecond?: boolean;
  /** The reply to both. */
  readonly before: number;
  /** What is said, behind the name of the service. */
  readonly text: string;
  readonly level?: 'WARN' | 'note';
  /** What the stranger is told, if it is another reply. */
  readonly strangers?: number;
}

const mail = ['Subject: hello', '', 'hello'];

const rows: readonly Row[] = [
  {
    port: 2501,
    set: [`smtpd_client_restrictions = permit_mynetworks, reject_rbl_client ${lists}`],
    before: 554,
    text: `/smtpd_client_restrictions: does not look up ${lookup}: reject_rbl_client ${lists} refuses`,
  },
  {
    port: 2502,
    set: [
      `smtpd_recipient_restrictions = reject_unauth_pipelining, $dnslists, permit_mynetworks, check_client_access ${lookup}, reject_unauth_destination`,
    ],
    before: 554,
    text: `/smtpd_recipient_restrictions: looks up too late ${lookup}: reject_rbl_client ${lists} (in $dnslists) refuses before`,
  },
  {
    port: 2503,
    set: [
      `smtpd_relay_restrictions = permit_mynetworks, reject_rbl_client ${lists}, check_client_access ${lookup}, reject_unauth_destination`,
    ],
    before: 554,
    text: `/smtpd_relay_restrictions: looks up too late ${lookup}: reject_rbl_client ${lists} refuses before`,
  },
  {
    port: 2504,
    set: ['smtpd_delay_reject = no', `smtpd_client_restrictions = reject_rbl_client ${lists}`],
    before: 554,
    text: `/smtpd_client_restrictions: does not look up ${lookup}: reject_rbl_client ${lists} refuses`,
  },
  {
    port: 2505,
    set: ['smtpd_client_restrictions = permit_mynetworks reject_unknown_client_hostname'],
    before: 450,
    text: `/smtpd_client_restrictions: does not look up ${lookup}: reject_unknown_client_hostname refuses`,
  },
  {
    port: 2506,
    set: ['smtpd_helo_restrictions = permit_mynetworks, reject_non_fqdn_helo_hostname'],
    sending: { helo: 'laptop' },
    before: 504,
    text: `/smtpd_helo_restrictions: does not look up ${lookup}: reject_non_fqdn_helo_hostname refuses`,
  },
  {
    port: 2507,
    set: [
      'smtpd_recipient_restrictions = permit_mynetworks, check_policy_service { unix:private/greylist, timeout=9 }, reject_unknown_sender_domain',
    ],
    sending: { recipient: `me@${localDomain}` },
    before: 450,
    level: 'WARN',
    text: `/smtpd_recipient_restrictions: does not look up ${lookup}: check_policy_service { unix:private/greylist, timeout=9 } may refuse`,
  },
  {
    port: 2508,
    set: ['smtpd_sasl_auth_enable = yes', 'smtpd_sender_restrictions = reject_sender_login_mismatch'],
    before: 553,
    text: `/smtpd_sender_restrictions: does not look up ${lookup}: reject_sender_login_mismatch refuses`,
  },
  {
    port: 2509,
    set: ['smtpd_data_restrictions = strict'],
    sending: { mail, recipient: `me@${localDomain}` },
    before: 554,
    text: `/smtpd_data_restrictions: does not look up ${lookup}: reject_rbl_client ${lists} (in strict) refuses`,
  },
  {
    port: 2510,
    set: ['smtpd_client_message_rate_limit = 1'],
    isSecond: true,
    sending: { mail, recipient: `me@${localDomain}` },
    before: 450,
    level: 'WARN',
    text: `/smtpd_client_message_rate_limit = 1 limits clients of ${lookup} too`,
  },
  {
    port: 2511,
    set: [`smtpd_milter_maps = ${lookup}`],
    before: 451,
    strangers: 554,
    text: `/smtpd_milter_maps names ${lookup}: Postfix takes 'OK' for a milter, and defers all mail of its clients`,
  },
  {
    port: 465,
    // As Debian's master.cf has it.
    set: [
      'smtpd_tls_wrappermode = yes',
      'smtpd_sasl_auth_enable = yes',
      'smtpd_reject_unlisted_recipient = no',
      'smtpd_client_restrictions =',
      'smtpd_helo_restrictions =',
      'smtpd_sender_restrictions =',
      'smtpd_relay_restrictions =',
      'smtpd_recipient_restrictions = permit_sasl_authenticated,reject',
    ],
    sending: { tls: true },
    before: 554,
    level: 'note',
    text: ` wants a password from clients of ${lookup} too, which is right; the fix is for who wants it otherwise`,
  },
  {
    port: 587,
    set: ['smtpd_sasl_auth_enable = yes', 'smtpd_relay_restrictions = permit_sasl_authenticated,reject'],
    before: 554,
    level: 'note',
    text: ` wants a password from clients of ${lookup} too, which is right; the fix is for who wants it otherwise`,
  },
];

/** The port of a service with the list of exact-maps(7), from which DNS lists keep strangers. */
const asDocumented = 2500;

/** The port of postscreen. */
const screened = 2512;

const screen: Row = {
  port: screened,
  set: [],
  // Nobody is remembered, so that each client is a new one.
  before: 450,
  text: `postscreen_access_list: does not look up ${lookup}: postscreen_pipelining_enable may refuse`,
};

let host: Namespace;
let checked: CheckedHost;

beforeAll(async () => {
  installPackages({ ...postfixPrograms, ...dovecotPrograms, openssl: 'openssl' });
  host = await openNamespace();
  await unpackPackages(host, [], []);
  checked = await openCheckedHost(host);
  await checked.configure();
  const isListed = { A: '127.0.0.2' };
  const names = [checked.client, stranger].map((address) => listedName(address, lists));
  await startNameServer(host, Object.fromEntries(names.map((name) => [name, isListed])));
  const sockets = join(host.folder, 'passwords');
  await startDovecot(host, { alice: 'secret' }, sockets);
  await host.must(
    `openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=mx.local.example -keyout ${join(host.folder, 'key.pem')} -out ${join(host.folder, 'cert.pem')}`.split(
      ' ',
    ),
  );
  await writeFile(join(host.folder, 'greylist'), greylist, { mode: 0o755 });
  const ports = Object.fromEntries(rows.map(({ port, set }) => [port, set]));
  const right = documented('smtpd_client_restrictions =').replace(/\s+/g, ' ');
  await startPostfix(host, { 25: [], [asDocumented]: right, ...ports }, moreServices(host));
  await host.must([
    'postconf',
    '-e',
    `smtpd_relay_restrictions=${line}`,
    `dnslists=reject_rbl_client ${lists}`,
    'smtpd_restriction_classes=strict',
    `strict=warn_if_reject reject_rbl_client other.example, reject_rbl_client ${lists}`,
    'smtpd_sasl_type=dovecot',
    `smtpd_sasl_path=${sockets}`,
    `smtpd_sender_login_maps=inline:{alice@${localDomain}=alice}`,
    `smtpd_tls_cert_file=${join(host.folder, 'cert.pem')}`,
    `smtpd_tls_key_file=${join(host.folder, 'key.pem')}`,
  ]);
  await host.must(['postfix', 'reload']);
});

afterAll(async () => {
  await host?.close();
});

/** A policy service that knows nobody yet, whoever asks. */
const greylist = `#!/bin/sh
while IFS= read -r line; do [ -n "$line" ] || printf 'action=defer_if_permit greylisted\\n\\n'; done
`;

function moreServices({ folder }: Namespace): string {
  return `
greylist unix - n n - 0 spawn user=nobody argv=${join(folder, 'greylist')}
tlsmgr unix - - n 1000? 1 tlsmgr
dnsblog unix - - n - 0 dnsblog
smtpd pass - - n - - smtpd
${screened} inet n - n - 1 postscreen
  -o postscreen_pipelining_enable=yes
  -o postscreen_cache_map=
  -o postscreen_greet_wait=1s
`;
}

/** As the table of results names it. */
function nameOf({ port, set }: Row): string {
  if (port === 465 || port === 587) return `port ${port}, which wants a password`;
  const settings = port === screened ? ['postscreen_pipelining_enable = yes'] : set;
  return settings.map((setting) => `\`${setting.replace(lookup, 'cdb:relay')}\``).join(' and ');
}

/** What main.cf and master.cf say. */
async function configuration(): Promise<string> {
  const services = await host.must(['postconf', '-P']);
  // As it is set by -P, a list has commas and no blanks.
  return (await host.must(['postconf', '-n'])) + services.replace(/[ ,]+/g, ',');
}

async function replies({ port, sending, isSecond = false }: Row): Promise<number[]> {
  const both = () => send(host, [checked.client, stranger], { port, ...sending });
  if (isSecond) await both();
  return both();
}

it('finds each, its fix has the mail taken, and what takes the fix back is printed too', async () => {
  const old = await configuration();
  for (const row of [...rows, screen]) {
    const { text, before, strangers = before } = row;
    expect([text, ...(await replies(row))]).toEqual([text, before, strangers]);
  }
  const found = await checked.check('postfix');
  const wanted = rows.map(({ port, level = 'FAIL', text }) => ({ level, text: `${port}/inet${text}` }));
  expect(found.map(({ level, text }) => ({ level, text })).sort(byText)).toEqual(
    [...wanted, { level: 'FAIL', text: screen.text }].sort(byText),
  );
  await checked.paste(atOnce(found.map(({ fix }) => fix)));
  const results: RefusalResult[] = [];
  for (const row of [...rows, screen]) {
    const { text, before, strangers = before } = row;
    const [after = 0, stranger = 0] = await replies(row);
    expect([text, after, stranger]).toEqual([text, 250, strangers]);
    results.push({ by: nameOf(row), before, after, stranger });
  }
  tellRefusals(results);
  const after = await checked.check('postfix');
  expect(after).toEqual([{ level: 'ok', subject: 'postfix', text: `main.cf looks up ${lookup}` }]);
  await checked.paste(atOnce(found.map(({ undo }) => undo)));
  expect(await configuration()).toBe(old);
});

it('finds the table itself in the list of postscreen, which has no effect there', async () => {
  const list = `${screened}/inet/postscreen_access_list`;
  await host.must(['postconf', '-P', `${list}=permit_mynetworks,${lookup}`]);
  await host.must(['postfix', 'reload']);
  expect(await replies(screen)).toEqual([450, 450]);
  const found = (await checked.check('postfix')).find(({ text }) => text.startsWith(list));
  expect(found).toMatchObject({
    level: 'FAIL',
    text: `${list} names ${lookup}: postscreen knows no 'OK', and lets nobody pass by it`,
    fix: `postconf -P '${list}=permit_mynetworks,pipemap:{${lookup},inline:{OK=permit}}' && postfix reload`,
    undo: `postconf -P ${list}=permit_mynetworks,${lookup} && postfix reload`,
  });
  await checked.paste(found?.fix);
  expect(await replies(screen)).toEqual([250, 450]);
});

it('finds nothing in the list of exact-maps(7), and the page has how to see it', async () => {
  const row: Row = { port: asDocumented, set: [], before: 450, text: '' };
  expect(await replies(row)).toEqual([250, 450]);
  const found = await checked.check('postfix');
  expect(found.filter(({ text }) => text.startsWith(`${asDocumented}`))).toEqual([]);
  const shown = await host.must(['sh', '-c', documented('postconf -P')]);
  expect(shown).toContain(`smtpd_relay_restrictions = ${line}\n`);
  expect(shown).toContain(`${asDocumented}/inet/smtpd_client_restrictions = permit_mynetworks`);
});

it('notes a content filter, unless the mail of the table goes elsewhere', async () => {
  const service = `${asDocumented}/inet`;
  await host.must(['postconf', '-P', `${service}/content_filter=smtp:[127.0.0.1]:10024`]);
  const notes = async () => {
    const found = await checked.check('postfix');
    return found.filter(({ text }) => text.startsWith(`${service}/content_filter`));
  };
  expect(await notes()).toMatchObject([{ level: 'note', fix: "man 7 exact-maps, 'BEYOND THE MTA'" }]);
  const handedIn = documented('FILTER smtp:').replace(/^[\s\S]*smtpd_data_restrictions =\s*/, '');
  await host.must(['postconf', '-e', `handed_in=${handedIn.replace(/\s+/g, ' ')}`]);
  await host.must(['postconf', '-P', `${service}/smtpd_data_restrictions=$handed_in`]);
  expect(await notes()).toEqual([]);
});

function byText(one: { readonly text: string }, other: { readonly text: string }): number {
  return one.text < other.text ? -1 : 1;
}

/** Postfix is reloaded once, after all. */
function atOnce(commands: readonly (string | undefined)[]): string {
  const reload = ' && postfix reload';
  return commands.map((each) => each?.replace(reload, '')).join(' && ') + reload;
}
