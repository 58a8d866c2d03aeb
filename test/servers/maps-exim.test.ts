import { prepareExim, startExim } from './exim.ts';
import { localDomain } from './postfix.ts';
import { checkRelay, type Lookup, mapFolder } from './relay-checks.ts';

/** Each way, by a recipient of its own: one Exim has one ACL. */
function lookup(localPart: string, rest: Pick<Lookup, 'name' | 'output' | 'holdsNetworks'>): Lookup {
  return { port: 25, recipient: `${localPart}@remote.example`, ...rest };
}

checkRelay({
  name: 'Exim',
  refusal: 550,
  localRecipient: `me@${localDomain}`,
  lookups: [
    lookup('condition-cdb', { name: 'condition = …lookup…cdb', output: 'cdb relay.cdb' }),
    lookup('net-cdb', { name: 'hosts = net-cdb;…', output: 'cdb relay-net.cdb exim-net' }),
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
      'condition-cdb': `condition = \${lookup{$sender_host_address}cdb{${mapFolder}/relay.cdb}{yes}{no}}`,
      'net-cdb': `hosts = net-cdb;${mapFolder}/relay-net.cdb`,
      'net-iplsearch': `hosts = net-iplsearch;${mapFolder}/relay.ipl`,
      iplsearch: `condition = \${lookup{$sender_host_address}iplsearch{${mapFolder}/relay.ipl}{yes}{no}}`,
      plain: `hosts = ${mapFolder}/relay.txt`,
    }),
});
