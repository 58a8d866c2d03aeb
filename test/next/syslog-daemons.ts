/** Syslog daemons of the unstable release, each with the configuration that its package brings. */

/** A syslog daemon that is tried. */
export interface SyslogDaemon {
  readonly name: string;
  /** The first is the one whose version is told; divided by blanks. */
  readonly packages: string;
  /** Lines of a shell, run as root, after which it listens at /dev/log. */
  readonly start: string;
  /** The files that it writes what the servers log to; undefined: Exact finds the log itself. */
  readonly files?: readonly string[];
  readonly isOfSystemd?: boolean;
  /** Whether its lines have no process number, so that not each login of a server that logs it in two lines is found. */
  readonly hasNoPids?: boolean;
}

/** The packages of the servers that log to each. */
export const daemonServers = 'dovecot-imapd popa3d';

/** Every one that the release has and Exact reads. */
export const syslogDaemons: readonly SyslogDaemon[] = [
  { name: 'rsyslog', packages: 'rsyslog', start: 'rsyslogd', files: ['/var/log/syslog'] },
  {
    name: 'syslog-ng',
    packages: 'syslog-ng-core',
    start: 'syslog-ng',
    files: ['/var/log/mail.log', '/var/log/syslog'],
  },
  { name: 'inetutils-syslogd', packages: 'inetutils-syslogd', start: 'syslogd', files: ['/var/log/syslog'] },
  {
    name: 'busybox-syslogd',
    packages: 'busybox-syslogd',
    start: 'busybox syslogd',
    files: ['/var/log/syslog'],
  },
  {
    name: 'socklog and multilog',
    packages: 'socklog daemontools',
    start:
      'mkdir /var/log/sock; (socklog unix /dev/log 2>&1 </dev/null | multilog t /var/log/sock) >/dev/null 2>&1 &',
    files: ['/var/log/sock/current'],
  },
  {
    name: 'metalog',
    packages: 'metalog',
    start: 'metalog -B',
    files: ['/var/log/syslog/current'],
    hasNoPids: true,
  },
  { name: 'systemd-journald', packages: 'systemd', start: '', isOfSystemd: true },
];
