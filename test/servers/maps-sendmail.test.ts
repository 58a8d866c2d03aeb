import { expect, it } from 'vitest';
import { documented } from './documented.ts';
import { checkMerge, ruled } from './merge-check.ts';
import { localDomain } from './postfix.ts';
import { checkRelay } from './relay-checks.ts';
import { prepareSendmail, startSendmail } from './sendmail.ts';

const kmap = `MAILER(smtp)\n${documented('client_addr} $: <?> $)')}`;
const kmapOfNetworks = `MAILER(smtp)\n${documented('R<?>IPv6:')}`;

const accessDb = `${documented('FEATURE(`access_db')}\nMAILER(smtp)`;

const own = '/etc/mail/access';

checkRelay(
  {
    name: 'Sendmail',
    program: 'sendmail -bt',
    refusal: 550,
    localRecipient: `root@${localDomain}`,
    // Sendmail looks at a file, opens it, and takes neither if they differ (db_map_open: "file changed after open").
    lookups: [
      { name: 'Kexact hash', output: 'makemap hash:relay-sendmail', port: 2501, atTimes: '220 250 250 550' },
      { name: 'Kexact btree', output: 'makemap btree:relay-btree', port: 2502, atTimes: '220 250 250 550' },
      {
        name: 'Kexact hash, and networks',
        output: 'makemap hash:relay-sendmail',
        port: 2505,
        holdsNetworks: true,
        atTimes: '220 250 250 550',
      },
      {
        name: 'FEATURE(access_db)',
        output: 'sendmail-access access',
        port: 2503,
        holdsNetworks: true,
        atTimes: '220 250 451 451',
      },
    ],
    moreOutputs: [`sendmail-access merged merge=${own}`],
    async prepare(host) {
      const version = await prepareSendmail(host);
      await host.must(['touch', own]);
      return version;
    },
    start: (host) =>
      startSendmail(host, {
        2501: kmap,
        2502: kmap.replace('hash', 'btree').replace('relay-sendmail', 'relay-btree'),
        2503: accessDb,
        2505: kmapOfNetworks,
        2504: accessDb.replace('exact/access', 'exact/merged'),
      }),
  },
  (running) => {
    const merged = { own, map: 'merged.db', port: 2504, refusal: 550 };
    checkMerge(running, merged, (relays) =>
      [`Connect:${ruled.denied}\tREJECT`, ...(relays ? [`Connect:${ruled.relays}\tRELAY`] : []), ''].join(
        '\n',
      ),
    );

    it('says what this host lacks, and publishes the rest', async () => {
      const { host, exact, configure, replay } = running();
      const unfinished = () => host.must(['find', '/var/lib/exact', '-name', '.*', '-o', '-name', 'smtpd*']);
      const before = await unfinished();
      const outputs = ['opensmtpd db:smtpd.db', 'courier courier.dat', 'makemap hash:good'];
      const wrong = ['-c', await configure('wrong.conf', outputs), ...replay()];
      const { stdout } = await exact.run('update', '--check', ...wrong);
      expect(stdout).toContain(
        "makemap of this host is Sendmail's; use output opensmtpd file:/var/lib/exact/smtpd.db",
      );
      expect(stdout).toContain('this host has no makedat; it comes with Courier');
      const { status, stderr } = await exact.run('update', '--logins', '/dev/null', ...wrong);
      expect(status).toBe(69);
      expect(stderr).toContain(
        'makedat /var/lib/exact/courier.dat: no such program; the old map stays in use',
      );
      expect(stderr).toMatch(
        /makemap -t set \/var\/lib\/exact\/smtpd.db: exit \d+: '.*'; the old map stays in use/,
      );
      await host.must(['test', '-e', '/var/lib/exact/good.db']);
      expect(await unfinished()).toBe(before);
    });
  },
);
