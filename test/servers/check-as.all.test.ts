/**
 * `exact update --check --as ADDRESS` with Postfix, Exim and Sendmail: each step of a client's conversation is told as the
 * server has it, and what refuses, before and after a DNS list is put in the way; no mail is sent.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CheckedHost, openCheckedHost } from './checked-host.ts';
import { prepareExim } from './exim.ts';
import { installPackages } from './install.ts';
import { listedName, startNameServer } from './name-server.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { postfixPrograms, startPostfix } from './postfix.ts';
import { prepareMakefile, prepareSendmail } from './sendmail.ts';
import { unpackPackages } from './unpacked.ts';

const list = 'dialup.example';
const lookup = 'cdb:/var/lib/exact/relay';
const remote = '<somebody@remote.example>';

let host: Namespace;
let checked: CheckedHost;

beforeEach(async () => {
  host = await openNamespace();
});

afterEach(async () => {
  await host?.close();
});

/** Opens the host, whose client is on a DNS list. */
async function open(...lines: readonly string[]): Promise<void> {
  checked = await openCheckedHost(host);
  await checked.configure(...lines);
  await startNameServer(host, { [listedName(checked.client, list)]: { A: '127.0.0.2' } });
}

/** Returns the steps of the client, and the last one of the made-up address, each as `STEP VERDICT REPLY: BY`. */
async function played(...options: readonly string[]) {
  const { status, rows } = await checked.playAs(checked.client, ...options);
  const lineOf = ({ step, verdict, reply = '', by = '' }: (typeof rows)[number]) =>
    [`${step} ${verdict}`, reply.replace(/^(\d+ ).*ESMTP.*$/, '$1ESMTP'), by].filter(Boolean).join(' | ');
  const ofClient = rows.filter(({ as }) => as === checked.client);
  const stranger = rows.filter(({ as }) => as !== checked.client).at(-1);
  return {
    status,
    ways: [...new Set(rows.map(({ mta, way }) => `${mta}: ${way}`))],
    client: ofClient.map(lineOf),
    stranger: stranger && lineOf(stranger),
  };
}

describe('Postfix', () => {
  beforeEach(async () => {
    installPackages(postfixPrograms);
    await unpackPackages(host, [], []);
    await open();
    await startPostfix(host, { 25: [] });
    await set(
      `smtpd_relay_restrictions=permit_mynetworks check_client_access ${lookup} reject_unauth_destination`,
      `smtpd_client_restrictions=permit_mynetworks reject_rbl_client ${list}`,
    );
  });

  async function set(...parameters: readonly string[]): Promise<void> {
    await host.must(['postconf', '-e', ...parameters]);
    await host.must(['postfix', 'reload']);
  }

  it('is asked itself where it lets this host speak for others, or else its lists are read', async () => {
    expect(await played()).toEqual({
      status: 0,
      ways: ['postfix: 25/inet, its lists read'],
      client: [
        `client may be refused | smtpd_client_restrictions: reject_rbl_client ${list}`,
        'HELO accepted',
        'MAIL accepted',
        'RCPT accepted',
      ],
      stranger: 'RCPT refused | smtpd_relay_restrictions: reject_unauth_destination',
    });
    await set('smtpd_authorized_xclient_hosts=127.0.0.1');
    const refused = {
      reply: `554 5.7.1 Service unavailable; Client host [${checked.client}] blocked using ${list}`,
      by: `is on the DNS list ${list}: the lookup belongs before reject_rbl_client`,
    };
    expect(await played()).toEqual({
      status: 1,
      ways: ['postfix: 25/inet, by XCLIENT'],
      client: [
        'client accepted | 220 ESMTP',
        'HELO accepted | 250 mx.local.example',
        'MAIL accepted | 250 2.1.0 Ok',
        `RCPT refused | ${refused.reply} | ${refused.by}`,
      ],
      stranger: `RCPT refused | 554 5.7.1 ${remote}: Relay access denied | smtpd_relay_restrictions: it may not relay`,
    });
    await set('smtpd_delay_reject=no');
    expect((await played()).client).toEqual([`client refused | ${refused.reply} | ${refused.by}`]);
    await set(
      `smtpd_client_restrictions=permit_mynetworks check_client_access ${lookup} reject_rbl_client ${list}`,
    );
    const { status, client } = await played('--helo', 'pc.example', '--sender', 'alice@local.example');
    expect([status, client.at(-1)]).toEqual([0, 'RCPT accepted | 250 2.1.5 Ok']);
    // It has said so much, and sent nothing.
    expect(await host.must(['postqueue', '-p'])).toBe('Mail queue is empty\n');
  });

  it('says of an address that is not in the table that it is not, and of an open relay that it is one', async () => {
    await set('smtpd_authorized_xclient_hosts=127.0.0.1', 'smtpd_client_restrictions=');
    const { status, text } = await checked.readAs('198.51.100.70');
    expect(status).toBe(1);
    expect(text).toContain(
      'as 198.51.100.70, which may not relay (no login from this address in the last 24 h): postfix',
    );
    expect(text).toContain('198.51.100.70 is refused at RCPT by postfix: it is not in the relay table\n');
    await set('mynetworks=127.0.0.1/32 203.0.113.0/24');
    const open = await checked.readAs(checked.client);
    expect([open.status, open.text]).toEqual([
      1,
      expect.stringContaining(', which is made up, may send: an open relay\n'),
    ]);
  });
});

describe('Exim', () => {
  it('is asked by -bh, which names the statement', async () => {
    await prepareExim(host);
    await host.must(['rm', '-f', '/usr/sbin/postconf']);
    await open();
    const ours = `accept condition = \${lookup{$sender_host_address}cdb{/var/lib/exact/relay.cdb}{yes}{no}}`;
    const listed = `deny dnslists = ${list}`;
    await configure(listed, ours);
    expect(await played()).toEqual({
      status: 1,
      ways: ['exim: exim4 -bh'],
      client: [
        'client accepted | 220 ESMTP',
        'HELO accepted | 250 mx.local.example Hello laptop [198.51.100.7]',
        'MAIL accepted | 250 OK',
        `RCPT refused | 550 Administrative prohibition | 'deny' in /etc/exim4/exim4.conf, line 6 of ACL r: dnslists = ${list}`,
      ],
      stranger: "RCPT refused | 550 relay not permitted | 'deny' in /etc/exim4/exim4.conf, line 8 of ACL r",
    });
    await configure(ours, listed);
    const { status, client } = await played();
    expect([status, client.at(-1)]).toEqual([0, 'RCPT accepted | 250 Accepted']);
  });

  function configure(...statements: readonly string[]): Promise<string> {
    const lines = [
      'primary_hostname = mx.local.example',
      'acl_smtp_rcpt = r',
      'begin acl',
      'r:',
      '',
      ...statements,
      'deny message = relay not permitted',
      '',
    ];
    return host.must(['sh', '-c', 'cat >/etc/exim4/exim4.conf'], lines.join('\n'));
  }
});

describe('Sendmail', () => {
  it('is asked by its rules, of which it names the one', async () => {
    await prepareSendmail(host);
    await host.must(['rm', '-f', '/usr/sbin/postconf']);
    await prepareMakefile(host);
    await host.must(
      ['sh', '-c', 'cat >>/etc/mail/sendmail.mc'],
      `FEATURE(\`dnsbl', \`${list}')dnl\nMAILER(\`smtp')dnl\n`,
    );
    await open('output makemap hash:/var/lib/exact/relay-sendmail');
    await checked.paste(
      (await checked.check('sendmail')).find(({ text }) => text.includes('does not look up'))?.fix,
    );
    expect(await played()).toEqual({
      status: 1,
      ways: ['sendmail: sendmail -bt'],
      client: [
        `client refused | 550 5.7.1 Rejected: ${checked.client} listed at ${list} | ruleset SBasic_check_relay of /etc/mail/sendmail.cf`,
      ],
      stranger: expect.stringMatching(
        /^RCPT refused \| 550 5\.7\.1 Relaying denied\..* \| ruleset SRelay_ok of/,
      ),
    });
    await host.must([
      'sed',
      '-i',
      `s/^FEATURE(.dnsbl.*/FEATURE(\`dnsbl', \`${list}')FEATURE(\`delay_checks')dnl/`,
      '/etc/mail/sendmail.mc',
    ]);
    await host.must(['make', '-C', '/etc/mail']);
    const { status, client } = await played();
    expect([status, client]).toEqual([
      0,
      ['client accepted', 'HELO accepted', 'MAIL accepted', 'RCPT accepted | 250 OK'],
    ]);
  });
});
