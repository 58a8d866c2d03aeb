/** A mail transfer agent: Exim, one ACL statement for each way to look up the relay table. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Inside } from './commands-inside.ts';
import type { Namespace } from './namespace.ts';
import { localDomain } from './postfix.ts';
import { unpackPackages } from './unpacked.ts';

/** Lays Exim over the system of a namespace, and returns its version. */
export async function prepareExim(host: Namespace): Promise<string> {
  const versions = await unpackPackages(host, ['exim4-daemon-heavy'], ['Debian-exim']);
  return versions['exim4-daemon-heavy'] ?? '';
}

/**
 * Starts Exim on port 25.
 *
 * @param statements - Statements of the ACL, each beginning with "accept", by the local part of the recipients that
 *   they are for.
 */
export async function startExim(
  host: Namespace,
  statements: Readonly<Record<string, string>>,
): Promise<void> {
  const configuration = join(host.folder, 'exim.conf');
  await writeFile(configuration, configurationOf(statements));
  await host.must(['install', '-d', '-o', 'Debian-exim', '/var/spool/exim4', '/var/log/exim4']);
  await host.must(['exim4', '-C', configuration, '-bd', '-oX', '25']);
}

/** Routers and transports with which every recipient is taken, and nothing is delivered. */
export const takesAll = `begin routers
nowhere:
  driver = accept
  transport = nowhere
begin transports
nowhere:
  driver = appendfile
  file = /dev/null
  user = Debian-exim
`;

/** No name server answers in a namespace, and nothing is to be delivered. */
function configurationOf(statements: Readonly<Record<string, string>>): string {
  const accepting = Object.entries(statements)
    .map(([localPart, statement]) => `${statement.replace(/^accept/, `accept local_parts = ${localPart}`)}\n`)
    .join('');
  return `
primary_hostname = mx.${localDomain}
domainlist local_domains = ${localDomain}
host_lookup =
queue_only
smtp_accept_max = 200
acl_smtp_rcpt = check_rcpt
begin acl
check_rcpt:
  accept domains = +local_domains
${accepting}
  deny message = relay not permitted
${takesAll}`;
}

/** Returns the reply that Debian's Exim would give to RCPT from a client, for a domain elsewhere; no server is started. */
export async function debianEximReply(host: Namespace, address: string): Promise<number> {
  const lines = 'EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<somebody@remote.example>\r\nQUIT\r\n';
  const { stdout } = await host.run(['exim4', '-bh', address], lines);
  const replies = stdout.match(/^\d{3} /gm) ?? [];
  // To the connection, EHLO, MAIL and RCPT; then that of QUIT.
  if (replies.length !== 5) throw new Error(stdout);
  return Number(replies[3]);
}

/** Lays Debian's Exim over the system of a namespace, with the configuration that its installer makes. */
export async function prepareDebianExim(host: Namespace, isSplit = false): Promise<void> {
  await unpackPackages(host, ['exim4-daemon-light', 'exim4-config', 'exim4-base'], ['Debian-exim']);
  const folders = ['/var/spool/exim4', '/var/log/exim4', '/var/lib/exim4'];
  await host.must(['install', '-d', '-o', 'Debian-exim', ...folders]);
  await host.must(['sh', '-c', 'echo mx.local.example >/etc/mailname']);
  await configureDebianExim(host, isSplit);
}

/** Answers what Debian's installer asks (update-exim4.conf(8)). */
export async function configureDebianExim(host: Inside, isSplit: boolean): Promise<void> {
  const settings = [
    "dc_eximconfig_configtype='internet'",
    "dc_other_hostnames='local.example'",
    `dc_use_split_config='${isSplit}'`,
    "CFILEMODE='644'",
    '',
  ];
  await host.must(['sh', '-c', 'cat >/etc/exim4/update-exim4.conf.conf'], settings.join('\n'));
  await host.must(['update-exim4.conf']);
}
