/**
 * Map type `text`: one address a line, in the order of the relay table, with a final newline. For people and
 * scripts, and for a plain host list of Exim, which takes IPv4, bare IPv6 in any spelling, and networks:
 *
 *     hosts = /var/lib/exact/relay.txt
 *
 * Exim 4.96 reads the file anew for each connection. Not for Postfix: in `mynetworks` a bare IPv6 line reads as a
 * table type, and every client gets 451.
 */
import { bareLine, hasLine, readLineFile, writeLineFile } from './line-file.ts';
import type { MapType } from './map-type.ts';

/** The map type `text`. */
export const textMap: MapType = {
  name: 'text',
  summary: "one address a line: people, scripts, Exim's plain host list",
  hasKinds: false,
  holdsNetworks: true,
  options: [],
  publishedPath: (output) => output.path,
  write: (output) => writeLineFile(output, bareLine),
  read: readLineFile,
  has: hasLine,
};
