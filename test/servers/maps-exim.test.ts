import { documented } from './documented.ts';
import { prepareExim, startExim } from './exim.ts';
import { localDomain } from './postfix.ts';
import { checkRelay } from './relay-checks.ts';
import type { Lookup } from './tested-mta.ts';

/** Each way, by a recipient of its own: one Exim has one ACL. */
function lookup(localPart: string, rest: Pick<Lookup, 'name' | 'output' | 'holdsNetworks'>): Lookup {
  return { port: 25, recipient: `${localPart}@remote.example`, ...rest };
}

const netIplsearch = documented('hosts = net-iplsearch;');

checkRelay({
  name: 'Exim',
  program: 'exim -be',
  refusal: 550,
  localRecipient: `me@${localDomain}`,
  lookups: [
    lookup('condition', { name: 'condition = …lookup…cdb', output: 'cdb relay.cdb exim-net' }),
    lookup('net-cdb', { name: 'hosts = net-cdb;…', output: 'cdb relay.cdb exim-net' }),
    lookup('net64-cdb', {
      name: 'hosts = net64-cdb;… : net-cdb;…',
      output: 'cdb relay.cdb exim-net',
      holdsNetworks: true,
    }),
    lookup('net-iplsearch', {
      name: 'hosts = net-iplsearch;…',
      output: 'iplsearch relay.ipl',
      holdsNetworks: true,
    }),
    lookup('iplsearch', {
      name: 'condition = …lookup…iplsearch',
      output: 'iplsearch relay.ipl',
      holdsNetworks: true,
    }),
    lookup('plain', { name: 'hosts = /…/relay.txt', output: 'text relay.txt', holdsNetworks: true }),
  ],
  prepare: prepareExim,
  start: (host) =>
    startExim(host, {
      condition: documented('{/var/lib/exact/relay.cdb}{yes}{no}}\n'),
      'net-cdb': documented('hosts = net-cdb;'),
      'net64-cdb': documented('hosts = net64-cdb;'),
      'net-iplsearch': netIplsearch,
      iplsearch: netIplsearch.replace(
        /hosts = net-iplsearch;(.*)/,
        'condition = $${lookup{$$sender_host_address}iplsearch{$1}{yes}{no}}',
      ),
      plain: documented('hosts = /var/lib/exact/relay.txt'),
    }),
});
