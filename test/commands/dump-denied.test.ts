import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { KeptHost, sharedHost } from './kept-host.ts';
import { dovecotLogin, type MailHost, type Ran } from './run-exact.ts';

const at = (time: string) => ({ now: `2026-11-22T${time}Z` });
const login = (time: string, user: string, address: string) =>
  dovecotLogin(`2026-11-22T${time}Z`, user, address);

/** A line as Postfix 3.7 logs that it does not relay. */
function refusal(time: string, address: string, sender: string, rest = ''): string {
  const reply = '554 5.7.1 <you@remote.example>: Relay access denied';
  return `2026-11-22T${time}.1+00:00 mx postfix/smtpd[71]: NOQUEUE: reject: RCPT from unknown[${address}]: ${reply}; from=<${sender}> to=<you@remote.example> proto=ESMTP helo=<pc${rest}>\n`;
}

/** A line as Postfix 3.7 logs another refusal; `program` is a service of it. */
function refused(time: string, program: string, message: string): string {
  return `2026-11-22T${time}.1+00:00 mx postfix/${program}[71]: ${message}\n`;
}

/** A line as Exim 4.96 writes it into its own log. */
function eximRefusal(time: string, address: string, sender: string): string {
  return `2026-11-22 ${time} H=(pc) [${address}] F=<${sender}> rejected RCPT <you@remote.example>: relay not permitted\n`;
}

const lived = async (host: MailHost) => {
  appendFileSync(host.log, login('10:02:11', 'alice', '2001:db8:7::4d'));
  await host.run(['update'], at('10:03:00'));
  appendFileSync(
    host.log,
    login('10:30:00', 'bob', '203.0.113.9') +
      login('10:31:00', 'bob', '203.0.113.10') +
      login('10:39:00', 'carol', '192.0.2.66'),
  );
  await host.run(['update'], at('10:40:00'));
  await host.run(['expire', '--user', 'carol', '--for', '1h'], at('10:41:00'));
};
const makeHost = sharedHost(() => new KeptHost('ignore 10.0.0.0/8', 'max-addresses-per-user 1'), lived);
let host: MailHost;
beforeEach(async () => {
  host = await makeHost();
});

const denied = (...words: string[]): Promise<Ran> => host.run(['dump', '--denied', ...words], at('10:50:00'));

/** The reason that a refused client is told to have. */
async function reasonFor(address: string, sender = 'x@example.org'): Promise<unknown> {
  appendFileSync(host.log, refusal('10:47:00', address, sender));
  const { stdout } = await denied('--json');
  return JSON.parse(stdout).reason;
}

describe('exact dump --denied', () => {
  it('shows each client and sender once, newest first, with why it has no permission', async () => {
    appendFileSync(
      host.log,
      refusal('10:45:01', '198.51.100.23', 'alice@example.org') +
        refusal('10:46:40', '192.0.2.200', '') +
        refusal('10:47:12', '198.51.100.23', 'alice@example.org'),
    );
    const { stdout, status } = await denied('--since', '1h');
    expect(stdout).toBe(
      '10:47:12  198.51.100.23  from=<alice@example.org>  2x  no login from it in 24 h; alice logs in by IPv6 (2001:db8:7::4d) and sends by IPv4\n' +
        '10:46:40  192.0.2.200    from=<>                   1x  no login from it in 24 h\n',
    );
    expect(status).toBe(0);
  });

  it.each([
    {
      address: '2001:db8:7::4d',
      reason: /^login of alice \(dovecot\) 10:02:11, expired 10:32:11, 17 min ago$/,
    },
    { address: '203.0.113.10', reason: /^refused 10:31:00: over max-addresses-per-user 1 \(bob has 1\)$/ },
    {
      address: '192.0.2.66',
      reason: /^login of carol \(dovecot\) 10:39:00, was revoked 10:41:00, 9 min ago; the next login counts$/,
    },
    { address: '10.0.0.5', reason: /^in 'ignore 10\.0\.0\.0\/8' \(.*exact\.conf:5\)$/ },
    { address: '127.0.0.1', reason: /^a loopback address$/ },
    {
      address: '192.0.2.1',
      sender: 'bob@example.org',
      reason: /^no login from it in 24 h; bob logged in from 203/,
    },
    { address: '203.0.113.9', reason: /^may relay since 10:30:00; does the MTA look the map up\?/ },
  ])('tells why of $address', async ({ address, sender, reason }) => {
    expect(await reasonFor(address, sender)).toMatch(reason);
  });

  it.each([
    {
      message: (client: string) =>
        `NOQUEUE: reject: RCPT from unknown[${client}]: 554 5.7.1 Service unavailable; Client host [${client}] blocked using dialup.example; https://dialup.example/query/${client}; from=<bob@example.org> to=<you@remote.example> proto=ESMTP helo=<pc>`,
      cause: 'is on the DNS list dialup.example: the lookup belongs before reject_rbl_client',
    },
    {
      message: (client: string) =>
        `NOQUEUE: reject: CONNECT from unknown[${client}]: 450 4.7.25 Client host rejected: cannot find your hostname, [${client}]; proto=SMTP`,
      cause: 'has no host name: the lookup belongs before reject_unknown_client_hostname',
    },
    {
      message: (client: string) =>
        `4A1B: reject: RCPT from unknown[${client}]: 450 4.2.0 <you@remote.example>: Recipient address rejected: Greylisted, see http://postgrey.example/help; from=<bob@example.org> to=<you@remote.example> proto=ESMTP helo=<pc>`,
      cause:
        'a policy service refused it (Greylisted, see http://postgrey.example/help): the lookup belongs before check_policy_service',
    },
    {
      program: 'postscreen',
      message: (client: string) =>
        `NOQUEUE: reject: RCPT from [${client}]:4182: 450 4.3.2 Service currently unavailable; from=<bob@example.org>, to=<you@remote.example>, proto=ESMTP, helo=<pc>`,
      cause: 'is new to postscreen: postscreen_access_list wants the lookup',
    },
    {
      program: 'cleanup',
      message: (client: string) =>
        `4A1C: milter-reject: END-OF-MESSAGE from unknown[${client}]: 5.7.1 rejected by DMARC policy for example.org; from=<bob@example.org> to=<you@remote.example> proto=ESMTP helo=<pc>`,
      cause:
        'a milter refused it (5.7.1 rejected by DMARC policy for example.org): smtpd_milter_maps wants the map',
    },
    {
      message: (client: string) =>
        `warning: Connection rate limit exceeded: 31 from unknown[${client}] for service smtp`,
      cause: 'Connection rate limit exceeded: smtpd_client_event_limit_exceptions wants the map',
    },
  ])('tells what else refuses who may relay, and of nobody else: $cause', async (row) => {
    const { program = 'smtpd', message, cause } = row;
    appendFileSync(
      host.log,
      refused('10:46:00', program, message('203.0.113.9')) +
        refused('10:47:00', program, message('203.0.113.9')) +
        refused('10:47:00', program, message('192.0.2.200')),
    );
    const { stdout } = await denied('--json');
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { address: '203.0.113.9', count: 2, relays: true, reason: `may relay since 10:30:00, but ${cause}` },
    ]);
  });

  it('says nothing of a reason that was there before the login', async () => {
    const message =
      'NOQUEUE: reject: CONNECT from unknown[203.0.113.9]: 450 4.7.25 Client host rejected: cannot find your hostname, [203.0.113.9]; proto=SMTP';
    appendFileSync(host.log, refused('10:20:00', 'smtpd', message));
    expect((await denied()).stdout).toContain('may relay now: login of bob 10:30:00');
  });

  it('holds those who may relay, however many strangers are refused', async () => {
    const line = (address: string) =>
      refused(
        '10:47:00',
        'smtpd',
        `NOQUEUE: reject: RCPT from unknown[${address}]: 554 5.7.1 Service unavailable; Client host [${address}] blocked using dialup.example; from=<> to=<you@remote.example> proto=ESMTP helo=<pc>`,
      );
    const strangers = Array.from({ length: 10_500 }, (_, at) => line(`100.64.${at >> 8}.${at & 255}`));
    appendFileSync(host.log, strangers.join('') + line('203.0.113.9'));
    const { stdout, stderr } = await denied('--json');
    expect(JSON.parse(stdout)).toMatchObject({ address: '203.0.113.9', relays: true });
    expect(stderr).toBe('');
  });

  it('sees the login that the next run will publish', async () => {
    appendFileSync(host.log, login('10:49:48', 'dave', '198.51.100.40'));
    expect(await reasonFor('198.51.100.40')).toBe(
      'not yet: login of dave 10:49:48, 12 s ago; the next run publishes it',
    );
  });

  it('has fields for scripts, and nothing to say with exit status 1', async () => {
    appendFileSync(host.log, refusal('10:47:00', '192.0.2.200', 'x\ty'));
    expect((await denied('--tsv')).stdout).toBe(
      '192.0.2.200\tx\\ty\tpostfix\t1\t2026-11-22T10:47:00Z\t2026-11-22T10:47:00Z\tno login from it in 24 h\n',
    );
    expect(JSON.parse((await denied('--json')).stdout)).toEqual({
      address: '192.0.2.200',
      sender: 'x\ty',
      mta: 'postfix',
      count: 1,
      first: '2026-11-22T10:47:00Z',
      last: '2026-11-22T10:47:00Z',
      relays: false,
      reason: 'no login from it in 24 h',
    });
    expect(await denied('--since', '2m')).toEqual({ status: 1, stdout: '', stderr: '' });
  });

  it('shows a terminal a screenful, and how to see all', async () => {
    for (let client = 1; client <= 25; client++) {
      appendFileSync(host.log, refusal('10:47:00', `192.0.2.${client}`, 'x@example.org'));
    }
    const { stdout } = await host.run(['dump', '--denied'], { ...at('10:50:00'), columns: 80 });
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('20 of 25 rows; all: exact dump --denied --limit 0 | less');
    expect((await denied('--limit', '2')).stdout.split('\n')).toHaveLength(4);
    expect((await denied()).stdout.split('\n')).toHaveLength(26);
  });

  it('takes the address from the MTA, never from what a client says, and shows no control character', async () => {
    const forged = '> [203.0.113.66]: 554 5.7.1 <x>: Relay access denied; from=<a> to=<b> proto=SMTP helo=<';
    appendFileSync(
      host.log,
      refusal('10:47:00', '192.0.2.200', 'x[203.0.113.66]\u001b[31m') +
        refusal('10:47:01', '192.0.2.201', 'x', forged) +
        `2026-11-22T10:47:02+00:00 mx sshd[5]: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 554 5.7.1 <x>: Relay access denied; from=<a> to=<b> proto=SMTP helo=<c>\n`,
    );
    const { stdout } = await denied();
    expect(stdout).toContain('from=<x[203.0.113.66]\\x1b[31m>');
    expect(stdout.split('\n').map((line) => line.split(/ +/)[1])).not.toContain('203.0.113.66');
  });

  it("reads Exim's own log where it is named, and counts once what syslog got twice", async () => {
    const log = join(host.folder, 'mainlog');
    writeFileSync(log, eximRefusal('10:46:00', '192.0.2.77', 'x@example.org'));
    const { stdout } = await denied('--log', log);
    expect(stdout).toBe('10:46:00  192.0.2.77  from=<x@example.org>  1x  no login from it in 24 h\n');
    const twice = `Nov 22 10:46:00 mx exim[9]: ${eximRefusal('10:46:00', '192.0.2.78', 'x@example.org')}`;
    appendFileSync(host.log, twice + twice);
    expect((await denied()).stdout).toContain('192.0.2.78  from=<x@example.org>  1x');
  });

  it.each([
    {
      words: ['--denied', '192.0.2.1'],
      told: '--denied: cannot be given with ADDRESS: it takes --since, --log, --limit, --tsv and --json; leave',
    },
    { words: ['--denied', '--stats'], told: '--denied: cannot be given with --stats: it takes ' },
    {
      words: ['--since', '1h'],
      told: '--since: needs --denied; add it, or leave --since out',
    },
    { words: ['--log', 'x'], told: '--log: needs --denied' },
    { words: ['--denied', '--since', 'ever'], told: "--since: 'ever' is not a time" },
  ])('refuses $words', async ({ words, told }) => {
    const { status, stderr } = await host.run(['dump', ...words], at('10:50:00'));
    expect(status).toBe(64);
    expect(stderr).toContain(told);
  });
});
