/** A syslog daemon, which writes what the mail servers log as Debian has it written, and in the older form too. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Namespace } from './namespace.ts';

/** For installPackages(). */
export const rsyslogPrograms = { rsyslogd: 'rsyslog' };

/** The files of one mail log in two forms. */
export interface Maillog {
  /** RFC 3339 stamps, the default of rsyslog since Debian 12. */
  readonly path: string;
  /** RFC 3164 stamps, without year and zone. */
  readonly traditional: string;
}

/** Starts rsyslogd behind the namespace's /dev/log; group adm may read what it writes, as on Debian. `more` is more of its configuration. */
export async function startRsyslog(host: Namespace, more = ''): Promise<Maillog> {
  const folder = join(host.folder, 'log');
  await mkdir(folder);
  const maillog = { path: join(folder, 'mail.log'), traditional: join(folder, 'mail-traditional.log') };
  const configuration = join(host.folder, 'rsyslog.conf');
  await writeFile(
    configuration,
    `
module(load="imuxsock" SysSock.Name="/dev/log")
global(workDirectory="${folder}")
mail.* action(type="omfile" file="${maillog.path}" template="RSYSLOG_FileFormat" fileGroup="adm" fileCreateMode="0640")
mail.* action(type="omfile" file="${maillog.traditional}" template="RSYSLOG_TraditionalFileFormat")
${more}
`,
  );
  await host.must(['rsyslogd', '-f', configuration, '-i', join(host.folder, 'rsyslogd.pid')]);
  return maillog;
}
