import { prepareOpensmtpd, startOpensmtpd } from './opensmtpd.ts';
import { localDomain } from './postfix.ts';
import { checkRelay, mapFolder } from './relay-checks.ts';

checkRelay({
  name: 'OpenSMTPD',
  refusal: 550,
  localRecipient: `root@${localDomain}`,
  lookups: [
    { name: 'table relay db:…', output: 'opensmtpd db:relay.db', port: 2501, holdsNetworks: true },
    {
      name: 'table relay file:…',
      output: 'opensmtpd file:relay.list',
      port: 2502,
      holdsNetworks: true,
      refresh: {
        name: 'smtpctl update table',
        command: ['smtpctl', 'update', 'table', 'relay2502'],
        each: true,
      },
    },
  ],
  prepare: prepareOpensmtpd,
  start: (host) =>
    startOpensmtpd(host, { 2501: `db:${mapFolder}/relay.db`, 2502: `file:${mapFolder}/relay.list` }),
});
