/** New releases of syslog daemons, under a server that logs a login in one line and one that does so in two. */
import { it } from 'vitest';
import { allPackages } from './all-packages.ts';
import { expectFound, tryToLogIn } from './login-tries.ts';
import { entered } from './results.ts';
import { openSid } from './sid.ts';
import { daemonServers, syslogDaemons } from './syslog-daemons.ts';

it.each(syslogDaemons)('$name', ({ name, packages, start, files = [], isOfSystemd, hasNoPids }) =>
  entered('daemon', name, async () => {
    const sid = await openSid(
      `${packages} ${daemonServers}`,
      allPackages,
      isOfSystemd ? 'systemd' : 'nothing',
    );
    try {
      await sid.sh(`${start}
        echo 'auth_allow_cleartext = yes' >/etc/dovecot/conf.d/99-test.conf
        until test -S /dev/log; do sleep 0.1; done
        dovecot
        popa3d -D
        sleep 2`);
      const tried = [
        await tryToLogIn(sid, { name: 'dovecot', protocols: ['imap'], hasIpv6: true }),
        ...(hasNoPids
          ? []
          : [await tryToLogIn(sid, { name: 'popa3d', protocols: ['pop3'], hasIpv6: false })]),
      ];
      const verdict = await expectFound(sid, tried, files);
      return [await sid.versionOf(packages.split(' ')[0] ?? ''), verdict];
    } finally {
      await sid.close();
    }
  }),
);
