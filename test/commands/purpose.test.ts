/** What a table of addresses cannot tell apart, and what an admin can do about it: cases U, and paths under cron. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { dovecotLogin, MailHost } from './run-exact.ts';

const now = '2026-11-22T10:10:00Z';
const login = (user: string, address: string) => dovecotLogin('2026-11-22T10:05:00Z', user, address);

it('U01 of an address that many share dump tells each user', async () => {
  const host = new MailHost();
  for (const user of ['alice', 'bob', 'carol']) appendFileSync(host.log, login(user, '198.51.100.7'));
  await host.run(['update'], { now });
  const { stdout } = await host.run(['dump', '--json'], { now });
  const { users }: { users: { user: string }[] } = JSON.parse(stdout);
  expect(users.map(({ user }) => user)).toEqual(['alice', 'bob', 'carol']);
});

it.each([
  { line: '', want: '2001:db8:1:2:3::4\tOK\n2001:db8:1:2:5::6\tOK\n' },
  { line: 'ipv6-prefix 64', want: '2001:db8:1:2::/64\tOK\n' },
])("U03 clients that change their IPv6 address: '$line'", async ({ line, want }) => {
  const host = new MailHost('output cidr relay.cidr', line);
  const text = readFileSync(host.config, 'utf8');
  writeFileSync(host.config, text.replace(/output (?:text|cdb) .*\n/g, ''));
  for (const address of ['2001:db8:1:2:3::4', '2001:db8:1:2:5::6'])
    appendFileSync(host.log, login('alice', address));
  expect(await host.run(['update'], { now })).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(join(host.folder, 'relay.cidr'), 'utf8').replaceAll(/[ \t]+/g, '\t')).toBe(want);
});

it('L09 U06 a stolen password opens no more than max-addresses-per-user', async () => {
  const host = new MailHost('max-addresses-per-user 2');
  for (let number = 1; number < 200; number++) {
    appendFileSync(
      host.log,
      dovecotLogin(
        `2026-11-22T10:0${Math.floor(number / 60)}:${String(number % 60).padStart(2, '0')}Z`,
        'alice',
        `198.51.100.${number}`,
      ),
    );
  }
  appendFileSync(host.log, login('bob', '192.0.2.10'));
  await host.run(['update'], { now });
  expect(readFileSync(host.relay, 'utf8')).toBe('192.0.2.10\n198.51.100.1\n198.51.100.2\n');
});

it('G10 relative paths begin at the configuration, wherever cron starts the run', async () => {
  const host = new MailHost();
  appendFileSync(host.log, login('alice', '192.0.2.10'));
  const before = process.cwd();
  onTestFinished(() => process.chdir(before));
  process.chdir('/');
  await host.run(['update'], { now });
  expect(readFileSync(host.relay, 'utf8')).toBe('192.0.2.10\n');
});
