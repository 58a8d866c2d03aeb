/** New releases of POP and IMAP servers, under rsyslog: who was let in is found, and nobody else. */
import { it } from 'vitest';
import { allPackages } from './all-packages.ts';
import { expectFound, tryToLogIn } from './login-tries.ts';
import { popServers } from './pop-servers.ts';
import { entered } from './results.ts';
import { openSid } from './sid.ts';

it.each(popServers)('$name', (server) =>
  entered('server', server.name, async () => {
    const sid = await openSid(`rsyslog ${server.packages}`, allPackages);
    try {
      await sid.sh(`rsyslogd\n${server.start}\nsleep 2`);
      const tried = await tryToLogIn(sid, server);
      // All but what is for root: popa3d and solid-pop3d do not log as mail.
      const verdict = await expectFound(sid, [tried], ['/var/log/syslog']);
      return [await sid.versionOf(server.packages.split(' ')[0] ?? ''), verdict];
    } finally {
      await sid.close();
    }
  }),
);
