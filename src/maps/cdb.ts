/**
 * Map type `cdb`: a constant database with the value `OK` for each address, made without any program of an
 * MTA. Keys are IPv4 and compressed lower-case IPv6, without a NUL; no networks. It serves
 *
 *     Postfix     check_client_access cdb:/var/lib/exact/relay, mynetworks = … cdb:/var/lib/exact/relay
 *     Exim        condition = ${lookup{$sender_host_address}cdb{/var/lib/exact/relay.cdb}{yes}{no}}
 *     Exim        hosts = net-cdb;/var/lib/exact/relay.cdb     IPv6 with the option `exim-net` only
 *
 * Both see a new file at the next connection, not within an open SMTP session (Postfix 3.7, Exim 4.96).
 * Sendmail has no cdb; tcpserver reads another value, and wants a map of its own.
 */

import { ExitStatus } from '../exit-status.ts';
import { Failure } from '../problem.ts';
import { lookUpCdbFile, readCdbFile, writeCdbFile } from './cdb-file.ts';
import { groupsOf } from './ipv6-groups.ts';
import type { MapType, MapWriter } from './map-type.ts';
import type { Output } from './output.ts';

/** Never empty: on an empty value of a cdb Postfix's smtpd dies with signal 11, and clients hang. */
const value = Buffer.from('OK');

/** The key that Exim's net-cdb makes of an IPv6 address: eight groups of four digits, with dots. */
const eximForm = /^[0-9a-f]{4}(?:\.[0-9a-f]{4}){7}$/;

/** Returns the key of Exim's net-cdb for a canonical IPv6 address. */
export function eximKey(address: string): string {
  return groupsOf(address)
    .map((group) => group.padStart(4, '0'))
    .join('.');
}

function writeCdb(output: Output): MapWriter {
  const file = writeCdbFile(output);
  const isForExim = output.options.includes('exim-net');
  return {
    add(address) {
      file.put(address, value);
      if (isForExim && address.includes(':')) file.put(eximKey(address), value);
    },
    ...(isForExim ? {} : { addLines: (addresses: Uint8Array) => file.putLines(addresses, value) }),
    finish: file.finish,
    publish: file.publish,
    discard: file.discard,
  };
}

/** Gives the keys, but for Exim's spelling of one given already; a key that is no address comes as it is. */
function* readCdb(output: Output): Generator<string, void, undefined> {
  for (const record of readCdbFile(output)) {
    const key = record.key.toString('latin1');
    if (!record.value.equals(value)) throw notOurs(key, record.value, output);
    if (!eximForm.test(key)) yield key;
  }
}

function notOurs(key: string, found: Buffer, output: Output): Failure {
  return new Failure({
    status: ExitStatus.data,
    where: output.path,
    what: `value of '${key}' is '${found.toString('latin1')}' and not '${value}'`,
    consequence: 'an MTA may not take it for permission to relay',
  });
}

/** The map type `cdb`. */
export const cdbMap: MapType = {
  name: 'cdb',
  summary: 'Postfix cdb:, Exim cdb lookups and net-cdb; needs no program of the MTA',
  hasKinds: false,
  holdsNetworks: false,
  options: ['exim-net'],
  publishedPath: (output) => output.path,
  write: writeCdb,
  read: readCdb,
  has: (output, address) => lookUpCdbFile(output, address)?.equals(value) === true,
};
