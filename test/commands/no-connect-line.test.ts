/** What is said where a login waits for the line that tells its client, and that line never was there. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MailHost } from './run-exact.ts';

const at = (time: string) => ({ now: `2026-11-22T${time}Z` });

/** A host with a rule for a server whose logins stand on two lines. */
function openHost(): MailHost {
  const host = new MailHost('timezone UTC', 'serverdefs servers.conf');
  const stanza = ['<server pair>', 'program pair', 'connect ^peer %{ADDRESS}$', 'match ^user %{USER}$'];
  writeFileSync(join(host.folder, 'servers.conf'), [...stanza, '</server>', ''].join('\n'));
  return host;
}

/** As metalog writes it: nothing names a process. */
const unnamed = (time: string, text: string) => `Nov 22 ${time} [pair] ${text}\n`;
const named = (time: string, pid: number, text: string) => `Nov 22 ${time} mx pair[${pid}]: ${text}\n`;

it('of a login without one: that, by --check and for an address of which nothing is known', async () => {
  const host = openHost();
  appendFileSync(host.log, named('10:00:00', 811, 'user carol'));
  await host.run(['update'], at('10:01:00'));
  expect((await host.run(['dump', '192.0.2.12'], at('10:01:00'))).stdout).toBe(
    '192.0.2.12: no: no login from this address in the last 24 h\n' +
      '  1 login in the last 24 h had no line with the address: see exact update --check\n',
  );
  expect((await host.run(['update', '--check'], at('10:01:00'))).stdout).toContain(
    'note  rules    pair: 1 line refused: no connect line: the line with the address was lost, or the log begins after it; the next login counts\n',
  );
});

it('of a log that names no process, by parse, once: it may begin in the middle of a connection', async () => {
  const host = openHost();
  for (const [minute, user] of [
    ['00', 'alice'],
    ['01', 'bob'],
  ]) {
    appendFileSync(host.log, unnamed(`10:${minute}:00`, 'peer 192.0.2.12'));
    appendFileSync(host.log, unnamed(`10:${minute}:01`, `user ${user}`));
  }
  const { status, stdout, stderr } = await host.run(['parse'], at('10:05:00'));
  expect({ status, rows: stdout.trimEnd().split('\n').length }).toEqual({ status: 0, rows: 2 });
  expect(stderr).toBe(
    `exact: ${host.log}: rule pair: the log names no process: whoever logs in is taken for the only client that is ` +
      "connected; a client that connected before the log begins is not known; let 'exact update' read the log itself\n",
  );
  const other = openHost();
  appendFileSync(other.log, named('10:00:00', 811, 'peer 192.0.2.12'));
  appendFileSync(other.log, named('10:00:01', 811, 'user alice'));
  expect(await other.run(['parse'], at('10:05:00'))).toMatchObject({ status: 0, stderr: '' });
});
