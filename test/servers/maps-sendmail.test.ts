import { checkMerge, ruled } from './merge-check.ts';
import { localDomain } from './postfix.ts';
import { checkRelay, mapFolder } from './relay-checks.ts';
import { prepareSendmail, startSendmail } from './sendmail.ts';

/** A K map, asked by a ruleset that says yes to what it finds. */
function krelay(kind: string, path: string): string {
  return `MAILER(smtp)
LOCAL_CONFIG
Krelay ${kind} -o ${path}
LOCAL_RULESETS
SLocal_check_rcpt
R$*\t\t$: $(relay $&{client_addr} $: <?> $)
R<?>\t\t$@ NOTFOUND
ROK\t\t$# OK
`;
}

const own = '/etc/mail/access';

const accessDb = (name: string) =>
  `FEATURE(\`access_db', \`hash -T<TMPF> ${mapFolder}/${name}')dnl\nMAILER(smtp)`;

checkRelay(
  {
    name: 'Sendmail',
    refusal: 550,
    localRecipient: `root@${localDomain}`,
    // Sendmail looks at a file, opens it, and takes neither if they differ (db_map_open: "file changed after open").
    lookups: [
      { name: 'Krelay hash', output: 'makemap hash:relay-hash', port: 2501, atTimes: '220 250 250 550' },
      { name: 'Krelay btree', output: 'makemap btree:relay-btree', port: 2502, atTimes: '220 250 250 550' },
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
        2501: krelay('hash', `${mapFolder}/relay-hash`),
        2502: krelay('btree', `${mapFolder}/relay-btree`),
        2503: accessDb('access'),
        2504: accessDb('merged'),
      }),
  },
  (running) => {
    const merged = { own, map: 'merged.db', port: 2504, refusal: 550 };
    checkMerge(running, merged, (relays) =>
      [`Connect:${ruled.denied}\tREJECT`, ...(relays ? [`Connect:${ruled.relays}\tRELAY`] : []), ''].join(
        '\n',
      ),
    );
  },
);
