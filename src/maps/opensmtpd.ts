/**
 * Map type `opensmtpd KIND:PATH`: a table of OpenSMTPD, named in smtpd.conf as here, `db` or `file`:
 *
 *     table exact db:/var/lib/exact/relay.db
 *     match from src <exact> for any action "outbound"
 *
 * Either holds IPv4, IPv6 and networks. A `db`, made by OpenSMTPD's makemap(8), is seen by version 6.8 at the next
 * connection. A `file` is read when smtpd starts and when root runs `smtpctl update table exact`, so an expired
 * address relays until then. With an empty file smtpd does not start ("may not be used for from lookups"), so each
 * has a line that is no client's address.
 */
import { statSync, utimesSync } from 'node:fs';
import { isProgram, listsWord, runHelper } from '../host/helper-program.ts';
import { writeBuiltTable } from './built-table.ts';
import { bareLine, readLineFile, writeLineFile } from './line-file.ts';
import type { MapType, MapWriter } from './map-type.ts';
import type { Output } from './output.ts';
import { keptInUse, notKnown } from './output-file.ts';

/** The broadcast address: no connection comes from it. */
const noClient = '255.255.255.255';

const kinds = ['db', 'file'];

function writeDb(output: Output): MapWriter {
  return writeBuiltTable(output, {
    path: output.path,
    suffix: '.db',
    line: (form) => form,
    make(source, table) {
      runHelper({
        program: 'makemap',
        args: ['-t', 'set', '-o', table, source],
        where: `makemap -t set ${output.path}`,
        consequence: keptInUse,
        fix: `use output opensmtpd file:${output.path}`,
      });
      makeNewer(table, output.path);
    },
  });
}

/**
 * Gives a table a later second than the one that it replaces has: smtpd looks at nothing else to see whether its
 * table is another (table_db.c), and would not see the second of two changes within a second.
 */
function makeNewer(table: string, old: string): void {
  const secondsOf = (path: string) =>
    Math.floor((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) / 1000);
  const time = Math.max(secondsOf(table), secondsOf(old) + 1);
  utimesSync(table, time, time);
}

function readDb(output: Output): string[] {
  const listing = runHelper({
    program: 'makemap',
    args: ['-U', output.path],
    where: `makemap -U ${output.path}`,
    consequence: notKnown,
  });
  return listing.split('\n').flatMap((line) => line.split('\t', 1)[0] || []);
}

/** Sendmail has a makemap too, which makes no sets; unlike OpenSMTPD's it lists its kinds. */
function hostRefusal({ kind, path }: Output): string | undefined {
  if (kind !== 'db') return undefined;
  const instead = `use output opensmtpd file:${path}`;
  if (!isProgram('makemap')) return `this host has no makemap; it comes with OpenSMTPD; ${instead}`;
  return listsWord('makemap', ['-l'], 'hash') ? `makemap of this host is Sendmail's; ${instead}` : undefined;
}

/** The map type `opensmtpd`. */
export const opensmtpdMap: MapType = {
  name: 'opensmtpd',
  summary: 'table of OpenSMTPD, db or file, networks too',
  hasKinds: true,
  usualKind: 'db',
  holdsNetworks: true,
  options: [],
  publishedPath: (output) => output.path,
  refusal: ({ kind }) =>
    kinds.includes(kind) ? undefined : `opensmtpd kind '${kind}' is not one of ${kinds.join(', ')}`,
  hostRefusal,
  write: (output) =>
    output.kind === 'db' ? writeDb(output) : writeLineFile(output, bareLine, `${noClient}\n`),
  read: (output) =>
    output.kind === 'db' ? readDb(output) : readLineFile(output).filter((line) => line !== noClient),
};
