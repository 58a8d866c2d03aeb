/** A map that names users: whose login let an address in, for what the MTA logs of a mail. */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CdbReader } from '../../src/cdb-ts/reader.ts';
import { memorySource } from '../../src/cdb-ts/source.ts';
import { dovecotLogin, MailHost } from './run-exact.ts';

const now = '2026-11-22T10:10:00Z';
const login = (user: string, address: string, time = '2026-11-22T10:05:00Z') =>
  dovecotLogin(time, user, address);

function usersOf(host: MailHost): Record<string, string> {
  const records = new CdbReader(memorySource(readFileSync(join(host.folder, 'users.cdb')))).entries();
  return Object.fromEntries([...records].map(({ key, value }) => [String(key), String(value)]));
}

it('names all whose logins count, and changes when one of them comes or goes', async () => {
  const host = new MailHost('output cdb users.cdb users');
  for (const user of ['bob', 'alice']) appendFileSync(host.log, login(user, '198.51.100.7'));
  appendFileSync(host.log, login('carol', '198.51.100.8', '2026-11-22T09:45:00Z'));
  expect(await host.run(['update'], { now })).toMatchObject({ status: 0, stderr: '' });
  expect(usersOf(host)).toEqual({
    '198.51.100.7': 'INFO login=alice,bob',
    '198.51.100.8': 'INFO login=carol',
  });
  expect((await host.run(['dump', '--maps'], { now })).stdout).toMatch(/users\.cdb: agrees, 2 addresses$/m);
  const permit = ['update', '--permit', '198.51.100.9', '--user', 'erin', '--for', '1h'];
  await host.run(permit, { now });
  appendFileSync(host.log, login('dave', '198.51.100.7', '2026-11-22T10:15:00Z'));
  await host.run(['update'], { now: '2026-11-22T10:16:00Z' });
  await host.run(['expire', '--user', 'bob'], { now: '2026-11-22T10:17:00Z' });
  expect(usersOf(host)).toEqual({
    '198.51.100.7': 'INFO login=alice,dave',
    '198.51.100.9': 'INFO login=erin',
  });
  expect(readFileSync(host.relay, 'utf8')).toBe('198.51.100.7\n198.51.100.9\n');
});

it('names nobody whose login a limit holds back, and all users of a network', async () => {
  const host = new MailHost('output cdb users.cdb users', 'max-addresses-per-user 1', 'ipv6-prefix 64');
  appendFileSync(host.log, login('alice', '198.51.100.1', '2026-11-22T10:01:00Z'));
  for (const user of ['alice', 'bob']) appendFileSync(host.log, login(user, '198.51.100.7'));
  appendFileSync(host.log, login('carol', '2001:db8:1:2::5'));
  appendFileSync(host.log, login('dave', '2001:db8:1:2::6'));
  await host.run(['update'], { now });
  expect(usersOf(host)).toEqual({
    '198.51.100.1': 'INFO login=alice',
    '198.51.100.7': 'INFO login=bob',
    '2001:db8:1:2': 'INFO login=carol,dave',
  });
});
