/**
 * exact-maps(7), "Whose mail it is": the log line of a mail says whose login let its client in. User names are what
 * clients have typed, so one of them tries to be more than a name.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type CheckedHost, openCheckedHost } from './checked-host.ts';
import { documented } from './documented.ts';
import { prepareExim, takesAll } from './exim.ts';
import { installPackages } from './install.ts';
import { send } from './mail-path.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { localDomain, postfixPrograms, startPostfix } from './postfix.ts';
import { unpackPackages } from './unpacked.ts';

const stranger = '198.51.100.70';
const hostile = '198.51.100.72';
const mail = ['Subject: hello', '', 'hello'];
const output = documented('relay-users.cdb users');

let host: Namespace;
let checked: CheckedHost;

beforeEach(async () => {
  installPackages(postfixPrograms);
  host = await openNamespace();
});

afterEach(async () => {
  await host?.close();
});

/** Exact with the output of the page, a second user at the address of the first, and one with a name of its own. */
async function openHost(): Promise<void> {
  checked = await openCheckedHost(host);
  await checked.configure('output cdb /var/lib/exact/relay.cdb', output);
  await checked.permit(checked.client);
  await checked.permit(hostile, 'x REJECT\tBcc: y@remote.example');
}

/** Sends a mail to a user here, whom everybody may send to, as each of these clients; returns the log. */
async function logAfterMail(path: string, clients: readonly string[]): Promise<string> {
  const replies = await send(host, clients, { mail, recipient: `me@${localDomain}` });
  expect(replies).toEqual(clients.map(() => 250));
  return vi.waitFor(
    async () => {
      const log = await readFile(path, 'utf8');
      expect(log.match(/<= alice@|qmgr.*from=<alice@/g)?.length).toBeGreaterThanOrEqual(clients.length);
      return log;
    },
    { timeout: 60_000, interval: 200 },
  );
}

it('stands in the log of Postfix, with the queue id', async () => {
  await unpackPackages(host, [], []);
  await openHost();
  await startPostfix(host, { 25: [] }, 'postlog unix-dgram n - n - 1 postlogd\n');
  const log = join(host.folder, 'postfix.log');
  await host.must(['sh', '-c', 'cat >>/etc/postfix/main.cf'], `${documented('relay-users\n')}\n`);
  await host.must(['postconf', '-e', `maillog_file=${log}`, `maillog_file_prefixes=${host.folder}`]);
  await host.must(['postfix', 'stop']);
  await host.must(['postfix', 'start']);
  const text = await logAfterMail(log, [checked.client, stranger, hostile]);
  const infos = [...text.matchAll(/: (\S+): info: END-OF-MESSAGE from unknown\[(.*?)\]: (.*?); from=/g)];
  expect(infos.map(([, , client, said]) => [client, said])).toEqual([
    [checked.client, 'login=alice,bob'],
    [hostile, 'login=?'],
  ]);
  for (const [, id = ''] of infos) expect(text).toMatch(new RegExp(`qmgr\\[\\d+\\]: ${id}: from=<alice@`));
  await checked.revoke(checked.client);
  expect((await logAfterMail(log, [checked.client])).match(/login=alice/g)).toHaveLength(1);
}, 300_000);

it('stands in the log of Exim, with the message id', async () => {
  await prepareExim(host);
  await openHost();
  await host.must(['install', '-d', '-o', 'Debian-exim', '/var/spool/exim4', '/var/log/exim4']);
  const log = join(host.folder, 'exim-log');
  await host.must(['install', '-d', '-o', 'Debian-exim', log]);
  await host.must(['sh', '-c', 'cat >/etc/exim4/exim4.conf'], configurationWith(log));
  await host.must(['exim4', '-bd', '-oX', '25']);
  const text = await logAfterMail(join(log, 'main'), [checked.client, stranger, hostile]);
  const said = [...text.matchAll(/ (\S+) INFO login=(\S+) host=(\S+) from=<alice@local\.example>$/gm)];
  expect(said.map(([, , login, client]) => [client, login])).toEqual([
    [checked.client, 'alice,bob'],
    [hostile, '?'],
  ]);
  for (const [, id = ''] of said) expect(text).toContain(` ${id} <= alice@local.example`);
  await checked.revoke(checked.client);
  expect((await logAfterMail(join(log, 'main'), [checked.client])).match(/login=alice/g)).toHaveLength(1);
}, 300_000);

/** With the statement of the page in the ACL for DATA; nothing is delivered. */
function configurationWith(log: string): string {
  return `
primary_hostname = mx.${localDomain}
log_file_path = ${log}/%s
host_lookup =
queue_only
acl_smtp_rcpt = check_rcpt
acl_smtp_data = check_data
begin acl
check_rcpt:
  accept
check_data:
${documented('set acl_m_login')}
  accept
${takesAll}`;
}
