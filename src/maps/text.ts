/**
 * Map type `text`: one address a line, in the order of the relay table, with a final newline. For people and
 * scripts, and for a plain host list of Exim, which takes IPv4, bare IPv6 in any spelling, and networks:
 *
 *     hosts = /var/lib/exact/relay.txt
 *
 * Exim 4.96 reads the file anew for each connection. Not for Postfix: in `mynetworks` a bare IPv6 line reads as a
 * table type, and every client gets 451.
 *
 * With the option `prefix-length` each line has one: `198.51.100.7/32`, `2001:db8:7::4d/128`. A program that takes an
 * address without one for `/32`, IPv4 or not, would let 2001:db8::/32 in with 2001:db8:7::4d.
 */
import { bareLine, hasLine, readLineFile, writeLineFile } from './line-file.ts';
import type { MapType } from './map-type.ts';
import type { Output } from './output.ts';

const withLengths = 'prefix-length';

/** The length of a single address, with the slash before it. */
function wholeLength(form: string): string {
  return form.includes(':') ? '/128' : '/32';
}

function lengthened(form: string): string {
  return form.includes('/') ? form : form + wholeLength(form);
}

function shortened(line: string): string {
  const length = wholeLength(line);
  return line.endsWith(length) ? line.slice(0, -length.length) : line;
}

function lineFor({ options }: Output): (form: string) => string {
  return options.includes(withLengths) ? lengthened : bareLine;
}

/** The map type `text`. */
export const textMap: MapType = {
  name: 'text',
  summary: "one address a line: people, scripts, Exim's plain host list",
  hasKinds: false,
  holdsNetworks: true,
  options: [withLengths],
  publishedPath: (output) => output.path,
  write: (output) => writeLineFile(output, lineFor(output)),
  read: (output) =>
    output.options.includes(withLengths) ? readLineFile(output).map(shortened) : readLineFile(output),
  has: (output, form) => hasLine(output, lineFor(output)(form)),
};
