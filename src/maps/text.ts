/**
 * Map type `text`: one address a line, in the order of the relay table, with a final newline. For people and
 * scripts, and for a plain host list of Exim (`hosts = /var/lib/exact/relay.txt`), which takes IPv4, bare IPv6
 * in any spelling, and networks, and reads the file anew for each connection.
 *
 * Not for Postfix: in `mynetworks` a bare IPv6 line reads as a table type, and every client gets 451.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Output } from '../config/settings.ts';
import { BufferedOutput } from './buffered-output.ts';
import type { MapType, MapWriter } from './map-type.ts';
import { replaceOptionsOf } from './output-file.ts';
import { Replacement } from './replace-file.ts';

function writeText(output: Output): MapWriter {
  const replacement = new Replacement(output.path, replaceOptionsOf(output));
  const digest = createHash('sha1');
  const lines = new BufferedOutput((bytes) => {
    digest.update(bytes);
    replacement.append(bytes);
  });
  return {
    add(address) {
      lines.latin1(address);
      lines.latin1('\n');
    },
    finish() {
      lines.flush();
      replacement.complete();
      return digest.digest('hex');
    },
    publish: () => replacement.commit(),
    discard: () => replacement.discard(),
  };
}

/** The map type `text`. */
export const textMap: MapType = {
  name: 'text',
  summary: "one address a line: people, scripts, Exim's plain host list",
  hasKinds: false,
  holdsNetworks: true,
  options: [],
  publishedPath: (output) => output.path,
  write: writeText,
  read: (output) => readFileSync(output.path, 'latin1').split('\n').filter(Boolean),
};
