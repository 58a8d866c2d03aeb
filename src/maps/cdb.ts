/**
 * Map type `cdb`: a constant database with the value `OK` for each address, made without any program of an
 * MTA. Keys are IPv4 and compressed lower-case IPv6, without a NUL, and of networks what postfix-keys.ts has. It serves
 *
 *     Postfix     check_client_access cdb:/var/lib/exact/relay, mynetworks = … cdb:/var/lib/exact/relay
 *     Exim        condition = ${lookup{$sender_host_address}cdb{/var/lib/exact/relay.cdb}{yes}{no}}
 *     Exim        hosts = net-cdb;/var/lib/exact/relay.cdb     IPv6 with the option `exim-net` only
 *     Exim        hosts = net64-cdb;/var/lib/exact/relay.cdb   the same, with `ipv6-prefix 64`
 *     Postfix     check_client_access cdb:/var/lib/exact/relay-users  with the option `users`: for the log
 *
 * Networks are found by check_client_access and net64-cdb alone: all else asks for whole addresses.
 * Both see a new file at the next connection, not within an open SMTP session (Postfix 3.7, Exim 4.96).
 * Sendmail has no cdb; tcpserver reads another value, and wants a map of its own.
 */

import { ExitStatus } from '../exit-status.ts';
import { Failure } from '../problem.ts';
import { lookUpCdbFile, readCdbFile, writeCdbFile } from './cdb-file.ts';
import { groupsOf, groupsRefusal } from './ipv6-groups.ts';
import type { MapType, MapWriter } from './map-type.ts';
import { holdsFamily, type Output } from './output.ts';
import { formOfPostfixKey, postfixKeys } from './postfix-keys.ts';
import { isUserValue, namesUsers, usersOption, userValue } from './user-values.ts';

/** Never empty: on an empty value of a cdb Postfix's smtpd dies with signal 11, and clients hang. */
const leave = Buffer.from('OK');

/** The key that Exim's net-cdb makes of an IPv6 address: eight groups of four digits, with dots. */
const eximForm = /^[0-9a-f]{4}(?:\.[0-9a-f]{4}){7}(?:\/\d+)?$/;

/** Returns the key of Exim's net-cdb for a canonical IPv6 address, and that of its net64-cdb for a network. */
export function eximKey(form: string): string {
  const [, prefix] = form.split('/');
  const groups = groupsOf(form);
  const all = [...groups, ...new Array<string>(8 - groups.length).fill('0')];
  const key = all.map((group) => group.padStart(4, '0')).join('.');
  return prefix === undefined ? key : `${key}/${prefix}`;
}

function writeCdb(output: Output): MapWriter {
  const file = writeCdbFile(output);
  const isForExim = output.options.includes('exim-net');
  const isPlain = !isForExim && !namesUsers(output);
  return {
    add(form, users) {
      const value = users === undefined ? leave : Buffer.from(userValue(users));
      if (form.includes('/')) for (const key of postfixKeys(form)) file.put(key, value);
      else file.put(form, value);
      if (isForExim && form.includes(':')) file.put(eximKey(form), value);
    },
    ...(isPlain ? { addLines: (addresses: Uint8Array) => file.putLines(addresses, leave) } : {}),
    finish: file.finish,
    publish: file.publish,
    discard: file.discard,
  };
}

/** Gives what keys name, but for further spellings of what is given already; a key that is no address comes as it is. */
function* readCdb(output: Output): Generator<string, void, undefined> {
  for (const record of readCdbFile(output)) {
    const key = record.key.toString('latin1');
    if (!isOurs(record.value, output)) throw notOurs(key, record.value, output);
    const form = eximForm.test(key) ? undefined : formOfPostfixKey(key);
    if (form !== undefined) yield form;
  }
}

/** Whether a value is one that this map has for whoever may relay. */
function isOurs(value: Buffer, output: Output): boolean {
  return namesUsers(output) ? isUserValue(value.toString('latin1')) : value.equals(leave);
}

function notOurs(key: string, found: Buffer, output: Output): Failure {
  return new Failure({
    status: ExitStatus.data,
    where: output.path,
    what: `value of '${key}' is '${found.toString('latin1')}' and not '${namesUsers(output) ? userValue(['user']) : leave}'`,
    consequence: 'an MTA may not take it for permission to relay',
  });
}

/** The map type `cdb`. */
export const cdbMap: MapType = {
  name: 'cdb',
  summary: 'Postfix cdb:, Exim cdb lookups and net-cdb; needs no program of the MTA',
  hasKinds: false,
  holdsNetworks: true,
  options: ['exim-net', usersOption],
  publishedPath: (output) => output.path,
  refusal: (output, ipv6Prefix) => (holdsFamily(output, 'ipv6') ? groupsRefusal(ipv6Prefix) : undefined),
  write: writeCdb,
  read: readCdb,
  has(output, form) {
    const value = lookUpCdbFile(output, postfixKeys(form)[0]);
    return value !== undefined && isOurs(value, output);
  },
};
