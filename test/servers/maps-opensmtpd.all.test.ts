import { documented } from './documented.ts';
import { prepareOpensmtpd, startOpensmtpd } from './opensmtpd.ts';
import { localDomain } from './postfix.ts';
import { checkRelay } from './relay-checks.ts';

/** A table and its match, which are to be for one listener alone. */
function ofPort(port: number, lines: string): string {
  return lines
    .replaceAll('exact', `exact${port}`)
    .replaceAll(`/exact${port}/`, '/exact/')
    .replace('match', `match tag P${port}`);
}

const lines = documented('table exact db:');

checkRelay({
  name: 'OpenSMTPD',
  refusal: 550,
  localRecipient: `root@${localDomain}`,
  lookups: [
    { name: 'table exact db:…', output: 'opensmtpd db:relay.db', port: 2501, holdsNetworks: true },
    {
      name: 'table exact file:…',
      output: 'opensmtpd file:relay.list',
      port: 2502,
      holdsNetworks: true,
      refresh: {
        name: 'smtpctl update table',
        command: ['smtpctl', 'update', 'table', 'exact2502'],
        each: true,
      },
    },
  ],
  prepare: prepareOpensmtpd,
  start: (host) =>
    startOpensmtpd(host, {
      2501: ofPort(2501, lines),
      2502: ofPort(2502, lines.replace('db:', 'file:').replace('relay.db', 'relay.list')),
    }),
});
