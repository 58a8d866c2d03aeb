/** The lines of exact-maps(7) by which a client that comes too soon is told to try again, and nobody else learns of it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type CheckedHost, openCheckedHost } from './checked-host.ts';
import { documented } from './documented.ts';
import { debianEximReply, prepareDebianExim } from './exim.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { prepareOpensmtpd, startOpensmtpd } from './opensmtpd.ts';
import { localDomain } from './postfix.ts';
import { replyToRecipient } from './smtp-probe.ts';

const stranger = '198.51.100.70';
const hosts: Namespace[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

/** Opens a host with an MTA, which `prepare` lays over it, and Exact. */
async function openHost(prepare: (host: Namespace) => Promise<unknown>): Promise<[Namespace, CheckedHost]> {
  const host = await openNamespace();
  hosts.push(host);
  await prepare(host);
  // Another MTA of the machine is not this host's.
  await host.must(['rm', '-f', '/usr/sbin/postconf']);
  return [host, await openCheckedHost(host)];
}

it('Exim', async () => {
  const [host, checked] = await openHost(prepareDebianExim);
  await checked.configure();
  const [found] = await checked.check('exim');
  await checked.paste(found?.fix);
  const replies = async () => [
    await debianEximReply(host, checked.client),
    await debianEximReply(host, stranger),
  ];
  expect(await replies()).toEqual([250, 550]);
  const template = '/etc/exim4/exim4.conf.template';
  const block = documented('not permitted yet').replaceAll('\n', '\\\n');
  await host.must(['sed', '-i', `0,/^ *require *$/s//${block.replaceAll('/', '\\/')}\\n&/`, template]);
  await host.must(['update-exim4.conf']);
  expect(await replies()).toEqual([250, 451]);
});

it('OpenSMTPD', async () => {
  const [host, checked] = await openHost(prepareOpensmtpd);
  await checked.configure('output opensmtpd db:/var/lib/exact/relay.db');
  const filter = documented('filter soon chain').replace('local.example', localDomain);
  const port = 2525;
  await startOpensmtpd(host, { [port]: documented('table exact db:') });
  const replies = (recipient?: string) => replyToRecipient(host, port, [checked.client, stranger], recipient);
  expect(await replies()).toEqual({ [checked.client]: 250, [stranger]: 550 });
  await host.must(['pkill', '-x', 'smtpd']);
  const configuration = join(host.folder, 'smtpd.conf');
  const text = await readFile(configuration, 'utf8');
  const table = text.match(/^table exact .*\n/m)?.[0] ?? '';
  const rest = text.replace(table, '').replace(/^listen on .*/gm, '$& filter soon');
  await writeFile(configuration, `${table}${filter}\n${rest}`);
  await host.must(['smtpd', '-f', configuration]);
  expect(await replies()).toEqual({ [checked.client]: 250, [stranger]: 450 });
  expect(await replies(`root@${localDomain}`)).toEqual({ [checked.client]: 250, [stranger]: 250 });
});
