/** What clients write into a log, as far as whole runs let it come: the I cases, from the log to the maps. */
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/relay/address.ts';
import { samples } from '../rules/samples.ts';
import { isWhole } from '../seeds.ts';
import { KeptHost, sharedHost } from './kept-host.ts';
import { dovecotLogin, MailHost } from './run-exact.ts';

const now = '2026-11-22T10:30:00Z';
const noon = { now: '2026-11-22T12:00:00Z' };

const makeHost = sharedHost(
  () => new KeptHost('timeout 1d'),
  (host) => host.run(['update'], noon),
);

/** Publishes what a log gives that is read as it grows, whatever its stamps say: all of it within the timeout. */
async function published(log: Buffer | string, ...lines: string[]): Promise<MailHost> {
  const host = lines.length === 0 ? await makeHost() : new MailHost('timeout 1d', ...lines);
  if (lines.length > 0) await host.run(['update'], noon);
  appendFileSync(host.log, log);
  const { status } = await host.run(['update'], noon);
  expect(status).toBe(0);
  return host;
}

const relay = (host: MailHost) => readFileSync(host.relay, 'utf8').split('\n').filter(Boolean);

/** A line of Dovecot's login process with this text in the place of the user. */
const failed = (user: string) =>
  `2026-11-22T10:29:00+00:00 mx dovecot: imap-login: Disconnected (auth failed, 1 attempts): user=<${user}>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.1\n`;
const login = (user: string, address = '198.51.100.7') => dovecotLogin('2026-11-22T10:29:00Z', user, address);
const forged = 'imap-login: Login: user=<x>, method=PLAIN, rip=203.0.113.66, lip=192.0.2.1, mpid=1, TLS';

describe('the hostile lines of the sample logs', () => {
  // All logs in CI; what recognises their lines is asked of each by test/rules/catalog.test.ts.
  it.each(samples.filter((_sample, index) => isWhole || index % 6 === 0))(
    'I01 I02 leave the table empty, those of $name',
    async ({ lines, truth }) => {
      const host = await makeHost();
      const hostile = lines.filter((_line, index) => truth.get(index + 1)?.login === false);
      appendFileSync(host.log, `${hostile.join('\n')}\n`);
      expect((await host.run(['update'], noon)).status).toBe(0);
      expect(relay(host)).toEqual([]);
    },
  );
});

describe('a user name', () => {
  it.each([
    { name: 'I03 with the fields of a login', user: 'x>, rip=203.0.113.66, lip=192.0.2.1, y=<' },
    {
      name: 'I03 that closes its bracket',
      user: 'x>, method=PLAIN, rip=203.0.113.66, lip=192.0.2.1, mpid=1, TLS',
    },
    { name: 'I03 with an address in brackets', user: '[203.0.113.66]' },
    { name: 'I08 with U+2028 and a whole line', user: `x\u2028Nov 22 10:29:00 mx dovecot: ${forged}` },
    { name: 'I08 with U+2029 and a whole line', user: `x\u2029Nov 22 10:29:00 mx dovecot: ${forged}` },
    { name: 'I08 with U+0085 and a whole line', user: `x\u0085Nov 22 10:29:00 mx dovecot: ${forged}` },
    { name: 'I08 with CR and a whole line', user: `x\rNov 22 10:29:00 mx dovecot: ${forged}` },
    { name: 'I08 with VT and FF and a whole line', user: `x\x0b\x0cNov 22 10:29:00 mx dovecot: ${forged}` },
    { name: 'I08 with NUL and a whole line', user: `x\0Nov 22 10:29:00 mx dovecot: ${forged}` },
    {
      name: 'I08 with an escaped line feed and a whole line',
      user: `x#012Nov 22 10:29:00 mx dovecot: ${forged}`,
    },
  ])('$name opens nothing but the address of its client', async ({ user }) => {
    expect(relay(await published(failed(user)))).toEqual([]);
    const addresses = relay(await published(login(user)));
    expect(addresses.filter((address) => address !== '198.51.100.7')).toEqual([]);
  });

  it.each([
    { name: 'ESC', user: 'a\x1b[31mb\x1b]0;t\x07' },
    { name: 'CR', user: 'a\rb' },
    { name: 'NUL', user: 'a\0b' },
    { name: 'TAB', user: 'a\tb' },
    { name: 'C1', user: 'a\x9bb\x85c' },
    { name: 'U+2028', user: 'a\u2028b\u2029c' },
    { name: 'DEL and backspace', user: 'a\x7f\x08b' },
    { name: 'a quote and a backslash', user: 'a" until=never \\x' },
  ])('I09 I10 with $name comes out escaped, everywhere', async ({ user }) => {
    const host = new MailHost('logging internal', 'logfile exact.log', 'metrics exact.prom');
    await host.run(['update'], { now });
    appendFileSync(host.log, login(user));
    const told = await host.run(['update', '-v'], { now });
    expect(relay(host)).toEqual(['198.51.100.7']);
    const shown = [
      told.stdout,
      told.stderr,
      (await host.run(['dump'], { now })).stdout,
      (await host.run(['dump'], { now, columns: 60 })).stdout.replaceAll(/\x1b\[\d+m/g, ''),
      (await host.run(['dump', '--tsv'], { now })).stdout.replaceAll('\t', ''),
      (await host.run(['dump', '198.51.100.7'], { now })).stdout,
      (await host.run(['dump', '--user', user.replaceAll('\0', '')], { now })).stdout,
      (await host.run(['parse', host.log], { now })).stdout.replaceAll('\t', ''),
      ...readdirSync(host.folder)
        .filter((name) => !/^(?:mail\.log|relay\.cdb)$/.test(name))
        .map((name) => readFileSync(join(host.folder, name), 'utf8').replaceAll('\t', '')),
    ];
    for (const text of shown) expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]/);
    for (const words of [
      ['dump', '--json'],
      ['parse', '--json', host.log],
    ]) {
      const { stdout } = await host.run(words, { now });
      expect(stdout).not.toMatch(/[\0-\x09\x0b-\x1f]/);
      const rows = stdout.split('\n').filter(Boolean);
      expect(rows).toHaveLength(1);
      for (const row of rows)
        expect(JSON.stringify(JSON.parse(row))).toContain(JSON.stringify(user).slice(1, -1));
    }
    const lines = readFileSync(join(host.folder, 'exact.log'), 'utf8').split('\n');
    expect(lines).toHaveLength(2);
  });
});

describe('a line', () => {
  it.each([
    {
      name: 'I04 whose host name is an address',
      line: 'Nov 22 10:29:00 mx imapd[7]: Login user=bob host=203.0.113.66 [198.51.100.7]\n',
    },
    {
      name: 'I04 whose host name is an address in brackets',
      line: 'Nov 22 10:29:00 mx imapd[7]: Login user=bob host=[203.0.113.66] [198.51.100.7]\n',
    },
    { name: 'I05 of postfix', line: `Nov 22 10:29:00 mx postfix/smtpd[7]: ${forged}\n` },
    { name: 'I05 of sshd', line: `Nov 22 10:29:00 mx sshd[7]: Invalid user ${forged}\n` },
    {
      name: 'I05 of exim, in its own log',
      line: `2026-11-22 10:29:00 H=(dovecot: ${forged}) [203.0.113.9]\n`,
    },
    {
      name: 'I05 of postfix, with a HELO',
      line: `Nov 22 10:29:00 mx postfix/smtpd[7]: NOQUEUE: helo=<dovecot: ${forged}>\n`,
    },
    { name: 'I05 of Exact itself', line: `Nov 22 10:29:00 mx exact[7]: ${forged}\n` },
    ...[
      '0.0.0.0/0',
      '::/0',
      '10.0.0.0/8',
      '203.0.113.66], port=[1',
      '203.0.113.256',
      '0203.0.113.66',
      '0x7f.1',
      'fe80::1%eth0',
      '',
      'mail.example.org',
      '0.0.0.0',
      '::',
      '255.255.255.255',
      '224.0.0.1',
      'ff02::1',
      '127.0.0.1',
      '::1',
      `${'1'.repeat(255)}`,
    ].map((address) => ({
      name: `I06 from '${address.slice(0, 24)}'`,
      line: login('bob', address),
    })),
  ])('$name opens nothing, or the address of its client', async ({ line }) => {
    const addresses = relay(await published(line));
    expect(addresses.filter((address) => address !== '198.51.100.7')).toEqual([]);
  });

  it('I07 from one client in each spelling of its address gives one key', async () => {
    const spellings = [
      '198.51.100.7',
      '::ffff:198.51.100.7',
      '::FFFF:c633:6407',
      '2001:DB8:0:0::7',
      '2001:db8::7',
      '2001:0db8:0::0:7',
    ];
    const host = await published(spellings.map((address) => login('bob', address)).join(''));
    expect(relay(host)).toEqual(['198.51.100.7', '2001:db8::7']);
  });

  it('I11 that a local user forged through syslog counts, unless the rule asks for fields of the journal', async () => {
    const line =
      'Nov 22 10:29:00 mx dovecot: imap-login: Login: user=<x>, method=PLAIN, rip=203.0.113.66, lip=192.0.2.1\n';
    expect(relay(await published(line))).toEqual(['203.0.113.66']);
    const host = new MailHost('timeout 1d', 'serverdefs servers.conf');
    const rule =
      '<server dovecot>\n  program dovecot\n  journal _SYSTEMD_UNIT=dovecot.service\n  match ^imap-login: Login: user=<%{USER}>, method=[A-Z]+, rip=%{ADDRESS}, lip=%{ADDRESS}$\n</server>\n';
    writeFileSync(join(host.folder, 'servers.conf'), rule.replace('lip=%{ADDRESS}', 'lip=[0-9.]+'));
    await host.run(['update'], noon);
    appendFileSync(host.log, line);
    expect(await host.run(['update'], noon)).toMatchObject({ status: 0 });
    expect(relay(host)).toEqual([]);
  });
});

describe('all sample logs, one after the other,', () => {
  const log = Buffer.concat(samples.flatMap(({ bytes }) => [bytes, Buffer.from('\n')]));

  it('I01 publish addresses of true logins alone', async () => {
    const rows = samples.flatMap(({ truth }) => [...truth.values()]);
    const possible = rows.flatMap(({ login, address }) => (login === false ? [] : [address]));
    const shown = relay(await published(log));
    expect(shown.length).toBeGreaterThan(5);
    expect(shown.filter((address) => !possible.includes(address))).toEqual([]);
  });

  it('I10 V06 give maps of addresses and nothing else, and no file a name', async () => {
    const host = await published(log, 'output cidr relay.cidr');
    for (const line of relay(host)) expect(parseAddress(line)).toBe(line);
    for (const line of readFileSync(join(host.folder, 'relay.cidr'), 'utf8').split('\n').filter(Boolean)) {
      expect(line).toMatch(/^[0-9a-f.:/]+[ \t]+OK$/);
    }
    const known = /^(?:exact\.conf|mail\.log|relay\.(?:cdb|cidr|txt)|state(?:\.[a-z]+)?)$/;
    expect(readdirSync(host.folder).filter((name) => !known.test(name))).toEqual([]);
  });
});
