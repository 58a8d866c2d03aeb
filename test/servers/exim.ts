/** A mail transfer agent: Exim, one ACL statement for each way to look up the relay table. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
begin routers
nowhere:
  driver = accept
  transport = nowhere
begin transports
nowhere:
  driver = appendfile
  file = /dev/null
  user = Debian-exim
`;
}
