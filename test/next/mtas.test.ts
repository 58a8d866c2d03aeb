/** New releases of MTAs: who has logged in may relay, nobody else. */
import { expect, it, vi } from 'vitest';
import { logIn } from '../servers/mail-login.ts';
import { replyToRecipient } from '../servers/smtp-probe.ts';
import { allPackages } from './all-packages.ts';
import { mtas } from './mtas.ts';
import { entered } from './results.ts';
import { openSid, passwords } from './sid.ts';

const [clients, others] = [
  ['198.51.100.23', '2001:db8:7::4d'],
  ['198.51.100.24', '198.51.100.2', '2001:db8:7::4', '2001:db8:8::4d'],
];

it.each(mtas)('$name', (mta) =>
  entered('MTA', mta.name, async () => {
    const sid = await openSid(`rsyslog dovecot-imapd ${mta.packages}`, allPackages);
    /** Waits until clients hear these codes. */
    const hear = (sources: readonly string[], code: number) =>
      vi.waitFor(
        async () =>
          expect(await replyToRecipient(sid.clients, 25, sources)).toEqual(
            Object.fromEntries(sources.map((source) => [source, code])),
          ),
        { timeout: 30_000, interval: 1000 },
      );
    try {
      const output = mta.output === undefined ? '' : `echo 'output ${mta.output}' >>/etc/exact/exact.conf`;
      await sid.sh(`rsyslogd
        ${output}
        echo 'auth_allow_cleartext = yes' >/etc/dovecot/conf.d/99-test.conf
        dovecot
        exact update`);
      await mta.start(sid);
      await hear([...clients, ...others], mta.refusal);
      const logins = clients.map(
        (source) => ({ protocol: 'imap', source, user: 'alice', password: passwords.alice }) as const,
      );
      expect(await logIn(sid.clients, logins)).toEqual(clients.map(() => true));
      const isPublished = async () => {
        await sid.exact('update');
        expect((await sid.exact('dump', ...clients)).match(/: yes: /g)).toHaveLength(clients.length);
      };
      await vi.waitFor(isPublished, { timeout: 20_000, interval: 1000 });
      if (mta.refresh !== undefined) await sid.sh(mta.refresh);
      await hear(clients, 250);
      await hear(others, mta.refusal);
      await sid.exact('expire', '--user', 'alice');
      if (mta.refresh !== undefined) await sid.sh(mta.refresh);
      await hear([...clients, ...others], mta.refusal);
      return [
        await sid.versionOf(mta.packages.split(' ')[0] ?? ''),
        'who logged in relays, nobody else, and not when it is ended',
      ];
    } finally {
      await sid.close();
    }
  }),
);
