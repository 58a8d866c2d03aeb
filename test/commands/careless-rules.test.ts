/** What `exact update` tells of rules of the administrator's own that are unsafe: once, and again when it is over. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MailHost } from './run-exact.ts';

const minute = (number: number) => ({ now: `2026-11-22T10:${10 + number}:30Z` });

function hostWith(...stanza: string[]): {
  host: MailHost;
  write: (...lines: string[]) => void;
  log: (message: string) => void;
} {
  const host = new MailHost('serverdefs servers.conf');
  const file = join(host.folder, 'servers.conf');
  const write = (...lines: string[]) =>
    writeFileSync(file, `${['<server zpopd>', ...lines, '</server>'].join('\n')}\n`);
  write(...stanza);
  const log = (message: string) => appendFileSync(host.log, `2026-11-22T10:10:00Z mx zpopd[1]: ${message}\n`);
  log('starts');
  return { host, write, log };
}

it('tells once of a rule without program or anchors', async () => {
  const { host, write, log } = hostWith('match user=%{USER} ip=%{ADDRESS}');
  const first = await host.run(['update'], minute(0));
  expect(first.status).toBe(0);
  for (const what of ['no program', 'not anchored: ^', 'not anchored: $'])
    expect(first.stderr).toContain(`servers.conf:1: rule zpopd is unsafe: ${what}: `);
  // Without a new line nothing is known of rules.
  expect((await host.run(['update'], minute(1))).stderr).toBe('');
  log('again');
  expect((await host.run(['update'], minute(1))).stderr).toBe('');
  write('program zpopd', 'match ^user=%{USER} ip=%{ADDRESS}$');
  log('again');
  const last = await host.run(['update'], minute(2));
  expect(last.stderr.match(/recovered: .*rule zpopd is unsafe/g)).toHaveLength(3);
});

it('tells once of a rule that has taken a failed login, until the rule is another', async () => {
  const { host, write, log } = hostWith(
    'program zpopd',
    String.raw`match ^LOGIN \w+ u=%{USER} ip=%{ADDRESS}$`,
  );
  log('LOGIN OK u=failed ip=192.0.2.10');
  expect((await host.run(['update'], minute(0))).stderr).toBe('');
  log('LOGIN FAILED u=bob ip=192.0.2.11');
  const told = await host.run(['update'], minute(1));
  expect(told.stderr).toContain(
    'servers.conf:1: rule zpopd is unsafe: takes failed logins for logins, ^LOGIN ',
  );
  log('LOGIN OK u=bob ip=192.0.2.10');
  expect((await host.run(['update'], minute(2))).stderr).toBe('');
  write('program zpopd', 'match ^LOGIN OK u=%{USER} ip=%{ADDRESS}$');
  log('LOGIN OK u=bob ip=192.0.2.10');
  expect((await host.run(['update'], minute(3))).stderr).toContain('recovered: ');
});
