/** Which program is OpenSMTPD here, and its configuration: Postfix has a program of that name, in a folder of its own. */
import { saidTo } from '../../host/ask.ts';
import { errnoOf } from '../../problem.ts';
import { readStatements, type Statement } from './smtpd-conf.ts';

/** Where systems have it: Debian, OpenBSD, Fedora, Alpine, FreeBSD. */
const configurations = [
  '/etc/smtpd.conf',
  '/etc/mail/smtpd.conf',
  '/etc/opensmtpd/smtpd.conf',
  '/etc/smtpd/smtpd.conf',
  '/usr/local/etc/mail/smtpd.conf',
];

/** What has smtpd read its configuration anew, if it has no fault: it has no reload. */
export const restart = 'smtpd -n && systemctl restart opensmtpd';

/** OpenSMTPD as it is installed. */
export interface Opensmtpd {
  readonly file: string;
  /** What stands in it; undefined where this account cannot read it. */
  readonly statements: readonly Statement[] | undefined;
}

/** Finds it; undefined where it is not installed. */
export function findOpensmtpd(): Opensmtpd | undefined {
  if (saidTo('smtpd', ['-h'], '')?.stderr.includes('OpenSMTPD') !== true) return undefined;
  for (const file of configurations) {
    try {
      return { file, statements: readStatements(file) };
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') return { file, statements: undefined };
    }
  }
  return undefined;
}
