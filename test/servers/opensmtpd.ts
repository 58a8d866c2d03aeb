/** A mail transfer agent: OpenSMTPD, one listener for each way to look up the relay table. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostAddress, type Namespace } from './namespace.ts';
import { localDomain } from './postfix.ts';
import { unpackPackages } from './unpacked.ts';

/** Lays OpenSMTPD over the system of a namespace, with the modes that its package sets; returns its version. */
export async function prepareOpensmtpd(host: Namespace): Promise<string> {
  const versions = await unpackPackages(host, ['opensmtpd'], ['opensmtpd', 'opensmtpq']);
  const folder = '/var/lib/opensmtpd/empty';
  await host.must(['install', '-d', '-m', '0711', '/var/spool/smtpd', folder]);
  await host.must(['sed', '-i', `s#^\\(opensmtpd:.*\\):/nonexistent:#\\1:${folder}:#`, '/etc/passwd']);
  // makemap(8) is the same program.
  await host.must(['chgrp', 'opensmtpq', '/usr/sbin/smtpctl']);
  await host.must(['chmod', '2755', '/usr/sbin/smtpctl']);
  return versions.opensmtpd ?? '';
}

/**
 * Starts smtpd.
 *
 * @param tables - As {@link smtpdConf} takes them.
 */
export async function startOpensmtpd(
  host: Namespace,
  tables: Readonly<Record<number, string>>,
): Promise<void> {
  const configuration = join(host.folder, 'smtpd.conf');
  await writeFile(configuration, smtpdConf(tables));
  await host.must(['chmod', '0600', configuration]);
  await host.must(['smtpd', '-f', configuration]);
}

/**
 * Returns smtpd.conf.
 *
 * @param tables - For each port its table and match in smtpd.conf, the match with the tag `P` and the port, and the
 *   action "outbound".
 */
export function smtpdConf(tables: Readonly<Record<number, string>>): string {
  return [
    ...Object.keys(tables).flatMap((port) =>
      Object.values(hostAddress).map((address) => `listen on ${address} port ${port} tag P${port}`),
    ),
    'action here mbox',
    'action "outbound" relay',
    `match from any for domain ${localDomain} action here`,
    ...Object.values(tables),
    '',
  ].join('\n');
}
