/** Who may earn the relay by a login, and what is said of those who may not. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dovecotLogin, MailHost } from './run-exact.ts';

const at = (time: string) => ({ now: `2026-11-22T${time}Z` });

/** A host where three users have logged in, each from another address; its configuration has ten lines at most. */
function hostWith(...lines: string[]): MailHost {
  const host = new MailHost(...lines);
  for (const [user, address] of Object.entries(clients)) {
    appendFileSync(host.log, dovecotLogin('2026-11-22T10:00:00Z', user, address));
  }
  return host;
}

const clients = {
  alice: '192.0.2.10',
  'Scanner7@example.org': '192.0.2.20',
  'bob@example.org': '198.51.100.30',
} as const;

const cases = [
  {
    line: 'not-users mallory scanner?@example.org',
    relaying: ['192.0.2.10', '198.51.100.30'],
    address: '192.0.2.20',
    user: 'Scanner7@example.org',
    reason: "user is one of 'not-users scanner?@example.org' (CONFIG:5)",
  },
  {
    line: 'users *@EXAMPLE.org',
    relaying: ['192.0.2.20', '198.51.100.30'],
    address: '192.0.2.10',
    user: 'alice',
    reason: "user is none of 'users' (CONFIG:5)",
  },
  {
    line: 'only 192.0.2.0/24 2001:db8::/32',
    relaying: ['192.0.2.10', '192.0.2.20'],
    address: '198.51.100.30',
    user: 'bob@example.org',
    reason: "in no network of 'only' (CONFIG:5)",
  },
];

describe.each(cases)('exact with $line', ({ line, relaying, address, user, ...told }) => {
  const reasonAt = (host: MailHost) => told.reason.replace('CONFIG', host.config);

  it('publishes nobody else, and update -v says why', async () => {
    const host = hostWith(line);
    const { stdout, stderr } = await host.run(['update', '-v'], at('10:01:00'));
    expect(stderr).toBe('');
    expect(readFileSync(host.relay, 'utf8').trimEnd().split('\n')).toEqual(relaying);
    expect(stdout).toContain(`refused    ${address}  ${user} (dovecot)  ${reasonAt(host)}\n`);
    // Whether it is a login is not in question.
    const parsed = await host.run(['parse', host.log], at('10:01:00'));
    expect(parsed.stdout).toContain(address);
  });

  it('says why to dump ADDRESS, before the run and after it, to dump --denied and in the sums', async () => {
    const host = hostWith(line);
    const before = await host.run(['dump', address], at('10:00:30'));
    expect(before.status).toBe(1);
    expect(before.stdout).toContain(reasonAt(host));
    await host.run(['update'], at('10:01:00'));
    expect((await host.run(['dump', address], at('10:02:00'))).stdout).toContain(reasonAt(host));
    appendFileSync(
      host.log,
      `2026-11-22T10:02:00+00:00 mx postfix/smtpd[71]: NOQUEUE: reject: RCPT from unknown[${address}]: 554 5.7.1 <you@remote.example>: Relay access denied; from=<bob@example.org> to=<you@remote.example> proto=ESMTP helo=<pc>\n`,
    );
    expect((await host.run(['dump', '--denied'], at('10:03:00'))).stdout).toContain(reasonAt(host));
    const { stdout } = await host.run(['dump', '--stats', '--json'], at('10:03:00'));
    expect(Object.values(JSON.parse(stdout).refused)).toEqual([1]);
  });

  it('takes out who is in the table when the line comes, and lets who comes back in when it goes', async () => {
    const host = hostWith();
    await host.run(['update'], at('10:01:00'));
    const without = readFileSync(host.config, 'utf8');
    writeFileSync(host.config, without + line);
    const { stdout } = await host.run(['update', '-v'], at('10:02:00'));
    expect(stdout).toContain(`refused    ${address}  ${user}`);
    expect(readFileSync(host.relay, 'utf8').trimEnd().split('\n')).toEqual(relaying);
    writeFileSync(host.config, without);
    appendFileSync(host.log, dovecotLogin('2026-11-22T10:02:30Z', user, address));
    await host.run(['update'], at('10:03:00'));
    expect(readFileSync(host.relay, 'utf8')).toContain(`${address}\n`);
  });

  it('holds by the last good settings, and is told with its line by dump --settings', async () => {
    const host = hostWith(line);
    await host.run(['update'], at('10:01:00'));
    const { stdout } = await host.run(['dump', '--settings'], at('10:01:00'));
    const [name, ...values] = line.split(' ');
    for (const value of values) {
      expect(stdout).toMatch(new RegExp(`^${name} +${value.replace(/[*?.]/g, '\\$&')} +# \\S+:5$`, 'm'));
    }
    writeFileSync(host.config, 'output text relay.txt\nnonsense\n');
    appendFileSync(join(host.folder, 'state'), '');
    expect((await host.run(['update'], at('10:02:00'))).status).toBe(78);
    expect(readFileSync(host.relay, 'utf8').trimEnd().split('\n')).toEqual(relaying);
  });
});

describe('exact with several of these lines', () => {
  it('wants a user that one line names and no other shuts out', async () => {
    const host = hostWith('users *@example.org', 'users alice', 'not-users SCANNER*');
    await host.run(['update'], at('10:01:00'));
    expect(readFileSync(host.relay, 'utf8')).toBe('192.0.2.10\n198.51.100.30\n');
  });
});
