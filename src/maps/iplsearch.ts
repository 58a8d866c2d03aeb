/**
 * Map type `iplsearch`: lines that Exim's `iplsearch` looks addresses up in, IPv4 bare and IPv6 quoted, since a
 * colon ends a bare key; networks too, `"2001:db8:7::/64"`:
 *
 *     hosts = net-iplsearch;/var/lib/exact/relay.ipl
 *     condition = ${lookup{$sender_host_address}iplsearch{/var/lib/exact/relay.ipl}{yes}{no}}
 *
 * Without `net-`, `hosts = iplsearch;…` looks host names up and never matches. Exim 4.96 reads the file from its
 * start for each connection, so it sees a new one at the next; a large table wants a cdb.
 */
import { hasLine, readLineFile, writeLineFile } from './line-file.ts';
import type { MapType } from './map-type.ts';

function lineOf(form: string): string {
  return form.includes(':') ? `"${form}"` : form;
}

/** The map type `iplsearch`. */
export const iplsearchMap: MapType = {
  name: 'iplsearch',
  summary: 'Exim net-iplsearch and iplsearch lookups, networks too',
  hasKinds: false,
  holdsNetworks: true,
  options: [],
  publishedPath: (output) => output.path,
  write: (output) => writeLineFile(output, lineOf),
  read: (output) => readLineFile(output).map((line) => line.replace(/^"([^"]*)"$/, '$1')),
  has: (output, form) => hasLine(output, lineOf(form)),
};
