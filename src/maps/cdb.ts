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
import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { CdbError } from '../cdb-ts/cdb-error.ts';
import { CdbReader } from '../cdb-ts/reader.ts';
import { fileSource } from '../cdb-ts/source.ts';
import { CdbWriter } from '../cdb-ts/writer.ts';
import type { Output } from '../config/settings.ts';
import { ExitStatus } from '../exit-status.ts';
import { Failure, reasonOf, statusOf } from '../problem.ts';
import type { MapType, MapWriter } from './map-type.ts';
import { replaceOptionsOf } from './output-file.ts';
import { Replacement } from './replace-file.ts';

/** Never empty: on an empty value of a cdb Postfix's smtpd dies with signal 11, and clients hang. */
const value = Buffer.from('OK');

/** The key that Exim's net-cdb makes of an IPv6 address: eight groups of four digits, with dots. */
const eximForm = /^[0-9a-f]{4}(?:\.[0-9a-f]{4}){7}$/;

/** Returns the key of Exim's net-cdb for a canonical IPv6 address. */
function eximKey(address: string): string {
  const groups = (text: string) => text.split(':').filter(Boolean);
  const zeros = '0:'.repeat(8 - groups(address).length);
  return groups(address.replace('::', `:${zeros}`))
    .map((group) => group.padStart(4, '0'))
    .join('.');
}

function writeCdb(output: Output): MapWriter {
  const replacement = new Replacement(output.path, replaceOptionsOf(output));
  const digest = createHash('sha1');
  const writer = new CdbWriter({
    writeAt(bytes, position) {
      digest.update(bytes);
      replacement.writeAt(bytes, position);
    },
  });
  const isForExim = output.options.includes('exim-net');
  const put = (key: string) => {
    try {
      writer.addText(key, value);
    } catch (error) {
      throw error instanceof CdbError ? failureOf(error, output, 'cannot publish') : error;
    }
  };
  return {
    add(address) {
      put(address);
      if (isForExim && address.includes(':')) put(eximKey(address));
    },
    finish() {
      writer.finish();
      replacement.complete();
      return digest.digest('hex');
    },
    publish: () => replacement.commit(),
    discard: () => replacement.discard(),
  };
}

/** Gives the keys, but for Exim's spelling of one given already; a key that is no address comes as it is. */
function* readCdb(output: Output): Generator<string, void, undefined> {
  let fd: number | undefined;
  try {
    fd = openSync(output.path, 'r');
    for (const record of new CdbReader(fileSource(fd)).entries()) {
      const key = record.key.toString('latin1');
      if (!record.value.equals(value)) throw notOurs(key, record.value, output);
      if (!eximForm.test(key)) yield key;
    }
  } catch (error) {
    throw error instanceof Failure ? error : failureOf(error, output, 'cannot read');
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function failureOf(error: unknown, output: Output, what: string): Failure {
  return new Failure({
    status: error instanceof CdbError ? statusOfCdb(error) : statusOf(error, 'reading'),
    where: output.path,
    what,
    why: reasonOf(error),
  });
}

function statusOfCdb(error: CdbError): ExitStatus {
  return error.reason === 'too-large' ? ExitStatus.cannotCreate : ExitStatus.data;
}

function notOurs(key: string, found: Buffer, output: Output): Failure {
  return new Failure({
    status: ExitStatus.data,
    where: output.path,
    what: `value of '${key}' is '${found.toString('latin1')}' and not '${value}'`,
    consequence: 'an MTA may take it for something else than leave to relay',
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
};
