/**
 * Map type `cidr`: lines `NETWORK OK` or `ADDRESS OK` for Postfix lookups `cidr:` (cidr_table(5)), the type for
 * Postfix with `ipv6-prefix`:
 *
 *     check_client_access cidr:/var/lib/exact/relay.cidr, mynetworks = … cidr:/var/lib/exact/relay.cidr
 *
 * Postfix reads the file when a process starts, and not again: with 3.7 a change is seen after at most 100
 * connections or 100 idle seconds (max_use, max_idle), or at once after `postfix reload`, so that an expired
 * address may relay for so long. Where `cdb` can hold the table, it is the better type.
 */
import { hasLine, readLineFile, writeLineFile } from './line-file.ts';
import type { MapType } from './map-type.ts';

function lineOf(form: string): string {
  return `${form} OK`;
}

/** The map type `cidr`. */
export const cidrMap: MapType = {
  name: 'cidr',
  summary: 'Postfix cidr:, networks too; Postfix sees a change late',
  hasKinds: false,
  holdsNetworks: true,
  options: [],
  publishedPath: (output) => output.path,
  write: (output) => writeLineFile(output, lineOf),
  read: (output) => readLineFile(output).map((line) => line.split(/[\t ]/, 1)[0] ?? ''),
  has: (output, form) => hasLine(output, lineOf(form)),
};
