/** Every list of packages that the tests of this folder install, each beside nothing that it conflicts with. */
import { mtas } from './mtas.ts';
import { popServers } from './pop-servers.ts';
import { daemonServers, syslogDaemons } from './syslog-daemons.ts';

/** For openSid(). */
export const allPackages: readonly string[] = [
  ...popServers.map(({ packages }) => `rsyslog ${packages}`),
  ...syslogDaemons.map(({ packages }) => `${packages} ${daemonServers}`.trim()),
  ...mtas.map(({ packages }) => `rsyslog dovecot-imapd ${packages}`),
];
