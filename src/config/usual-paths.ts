/** Where things lie that no configuration, or no option, names. */

/** The folder of the state and the maps. In a default it stands for the one that locate.ts finds. */
export const systemFolder = '/var/lib/exact';

/** Where the configuration is looked for, where neither `--config` nor `$EXACT_CONFIG` names one; the first is used. */
export const configPaths: readonly string[] = [
  '/etc/exact/exact.conf',
  '/etc/exact.conf',
  '/usr/local/etc/exact.conf',
];

/** Where systems keep the mail log: Debian; FreeBSD and Red Hat; SUSE, by way of two names. */
export const maillogPaths: readonly string[] = [
  '/var/log/mail.log',
  '/var/log/maillog',
  '/var/log/mail/mail.log',
  '/var/log/mail',
];

/** Where else servers are found to log: those that use another facility than mail, and those that have a file of their own. */
export const otherLogPaths: readonly string[] = [
  '/var/log/syslog',
  '/var/log/messages',
  '/var/log/daemon.log',
  '/var/log/auth.log',
  '/var/log/user.log',
  '/var/log/dovecot.log',
  '/var/log/dovecot-info.log',
];
