/** What is said of an address with too many users, and of a table that is full. */
import { appendFileSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dovecotLogin, MailHost } from './run-exact.ts';

const at = (time: string) => ({ now: `2026-11-22T${time}Z` });
const relay = (host: MailHost) => readFileSync(host.relay, 'utf8');

function logIn(host: MailHost, time: string, user: string, address: string): void {
  appendFileSync(host.log, dovecotLogin(`2026-11-22T${time}Z`, user, address));
}

/** Three users, in one case or another, at a gateway, and one of them at home. */
async function gateway(...lines: string[]): Promise<MailHost> {
  const host = new MailHost(...lines);
  for (const user of ['u10', 'U10', 'u11', 'u12']) logIn(host, '10:00:00', user, '172.18.0.1');
  logIn(host, '10:00:00', 'u12', '192.0.2.12');
  return host;
}

describe('exact with max-users-per-address', () => {
  it('does not publish an address with more users, and tells of it once, with their number', async () => {
    const host = await gateway('max-users-per-address 2');
    const { stdout, stderr, status } = await host.run(['update', '-v'], at('10:01:00'));
    expect(status).toBe(0);
    expect(relay(host)).toBe('192.0.2.12\n');
    expect(stderr).toBe(
      'exact: address 172.18.0.1: not published: 3 users log in from it, max-users-per-address is 2; ' +
        'a proxy, a webmail host, a gateway?; ' +
        'see exact update --check; if it is one, write ignore 172.18.0.1 into exact.conf\n',
    );
    expect(stdout).toContain(
      'refused    172.18.0.1  u11 (dovecot)  over max-users-per-address 2 (3 users)\n',
    );
    // Neither an idle run nor one with news of others says it again.
    expect(await host.run(['update'], at('10:02:00'))).toMatchObject({ stdout: '', stderr: '' });
    logIn(host, '10:02:30', 'bob', '192.0.2.13');
    expect(await host.run(['update'], at('10:03:00'))).toMatchObject({ stdout: '', stderr: '' });
    expect(relay(host)).toBe('192.0.2.12\n192.0.2.13\n');
  });

  it('takes an address out when one more user joins, and lets it in again when one has left', async () => {
    const host = new MailHost('max-users-per-address 2');
    for (const address of ['192.0.2.1', '198.51.100.5', '203.0.113.9']) {
      logIn(host, '10:00:00', 'alice', address);
      logIn(host, '10:10:00', 'bob', address);
    }
    await host.run(['update'], at('10:11:00'));
    expect(relay(host)).toBe('192.0.2.1\n198.51.100.5\n203.0.113.9\n');
    logIn(host, '10:11:30', 'carol', '198.51.100.5');
    await host.run(['update'], at('10:12:00'));
    expect(relay(host)).toBe('192.0.2.1\n203.0.113.9\n');
    const { stderr } = await host.run(['update'], at('10:30:30'));
    expect(stderr).toMatch(/^exact: recovered: address 198\.51\.100\.5: not published: no longer/);
    expect(relay(host)).toBe('192.0.2.1\n198.51.100.5\n203.0.113.9\n');
  });

  it('says why in every answer', async () => {
    const host = await gateway('max-users-per-address 2');
    await host.run(['update'], at('10:01:00'));
    const reason = 'over max-users-per-address 2 (3 users)';
    const dump = (...words: string[]) => host.run(['dump', ...words], at('10:02:00'));
    expect(await dump('172.18.0.1')).toMatchObject({
      status: 1,
      stdout: `172.18.0.1: no: refused 10:00:00: ${reason}\n`,
    });
    expect((await dump()).stdout).toMatch(
      /^192\.0\.2\.12 .*\n172\.18\.0\.1: no: over max-users-per-address 2 \(3 users\)\n/m,
    );
    expect((await dump('--user', 'u11')).stdout).toContain(`172.18.0.1  refused: ${reason}`);
    const { stdout } = await dump('--stats');
    expect(stdout).toContain('addresses    1; 1 more not published: over max-users-per-address\n');
    expect(stdout).toContain('refused      24 h: 4 too many users\n');
    appendFileSync(
      host.log,
      '2026-11-22T10:02:00+00:00 mx postfix/smtpd[71]: NOQUEUE: reject: RCPT from unknown[172.18.0.1]: 554 5.7.1 <you@remote.example>: Relay access denied; from=<u10@example.org> to=<you@remote.example> proto=ESMTP helo=<pc>\n',
    );
    expect((await host.run(['dump', '--denied'], at('10:03:00'))).stdout).toContain(reason);
  });

  it('is off by default', async () => {
    const host = await gateway();
    expect((await host.run(['update'], at('10:01:00'))).stderr).toBe('');
    expect(relay(host)).toContain('172.18.0.1\n');
  });
});

describe('exact with max-entries', () => {
  it('tells at once that the table is full and who fills it, and when it is over', async () => {
    const host = new MailHost('max-entries 4');
    for (let last = 1; last <= 6; last++) logIn(host, '10:00:00', 'Mallory', `203.0.113.${last}`);
    logIn(host, '10:00:00', 'bob', '192.0.2.1');
    const { stderr, status } = await host.run(['update'], at('10:01:00'));
    expect(status).toBe(0);
    expect(stderr).toBe(
      'exact: max-entries 4: the relay table is full: most entries: mallory 6, bob 1; 3 entries left out; ' +
        'the users with most entries give way to others; ' +
        'see exact dump --by-user; raise max-entries, or set max-addresses-per-user\n',
    );
    expect(relay(host)).toBe('192.0.2.1\n203.0.113.1\n203.0.113.2\n203.0.113.3\n');
    expect((await host.run(['update'], at('10:02:00'))).stderr).toBe('');
    const over = await host.run(['update'], at('10:31:00'));
    expect(over.stderr).toMatch(/^exact: recovered: max-entries 4: the relay table is full: no longer/);
  });

  it('takes a user who has none in it, and says of the other why, before and after', async () => {
    const host = new MailHost('max-entries 3');
    for (let last = 1; last <= 3; last++) logIn(host, `10:00:0${last}`, 'mallory', `203.0.113.${last}`);
    await host.run(['update'], at('10:01:00'));
    logIn(host, '10:01:30', 'alice', '192.0.2.1');
    logIn(host, '10:01:40', 'mallory', '203.0.113.4');
    const reason = 'max-entries 3 is reached';
    const before = await host.run(['dump', '203.0.113.4'], at('10:01:50'));
    expect(before.stdout).toContain(`the next run refuses it: ${reason}`);
    const { stdout } = await host.run(['update', '-v'], at('10:02:00'));
    expect(relay(host)).toBe('192.0.2.1\n203.0.113.1\n203.0.113.2\n');
    expect(stdout).toContain(`refused    203.0.113.4  mallory (dovecot)  ${reason}\n`);
    expect(stdout).toContain(`refused    203.0.113.3  mallory (dovecot)  ${reason}\n`);
    expect((await host.run(['dump', '203.0.113.3'], at('10:02:00'))).stdout).toContain(reason);
  });
});
