/**
 * What milters and content filters know of the table, by their own configuration. rspamd reads a list anew; the rest read
 * theirs when they start, so that a client which was revoked stays an own user until somebody restarts them (OpenDKIM 2.11,
 * OpenDMARC 1.4).
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from '../../host/read-text.ts';
import type { MtaFinding } from '../mta.ts';

/** A program that may have been told of a map of ours. */
interface Reader {
  readonly name: string;
  /** Its files, or folders of them. */
  readonly files: readonly string[];
  /** The words of a line behind which a file of hosts is named. */
  readonly setting: RegExp;
}

const readers: readonly Reader[] = [
  {
    name: 'OpenDKIM',
    files: ['/etc/opendkim.conf'],
    setting: /^\s*(?:InternalHosts|ExternalIgnoreList|PeerList)\s+(?:(?:re)?file:)?/im,
  },
  { name: 'OpenDMARC', files: ['/etc/opendmarc.conf'], setting: /^\s*IgnoreHosts\s+/im },
  { name: 'amavis', files: ['/etc/amavis/conf.d', '/etc/amavisd.conf'], setting: /^[^#\n]*?['"]/m },
];

/** Finds the programs that read a map, one of some published files, when they start and not again. */
export function checkReadersAtStart(maps: readonly string[]): MtaFinding[] {
  return readers.flatMap(({ name, files, setting }) =>
    files.flatMap(textsOf).flatMap(({ path, text }) =>
      maps
        .filter((map) => isSetTo(text, setting, map))
        .map((map): MtaFinding => {
          const what = `${path} names ${map}, which ${name} reads when it starts alone: who was revoked stays an own user`;
          return { level: 'WARN', text: what, fix: `man 7 exact-maps, 'BEYOND THE MTA'` };
        }),
    ),
  );
}

/** Reports whether a configuration sets something to a path, and not to a longer one. */
export function isSetTo(text: string, { source, flags }: RegExp, path: string): boolean {
  const literal = path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`${source}${literal}(?![\\w./-])`, flags).test(text);
}

/** Where Debian and rspamd's own packages have what an admin adds. */
const rspamdFolders = ['/etc/rspamd/local.d', '/etc/rspamd/override.d'];

/** Reports whether a milter is rspamd, and both leaves the clients of a map unscored and signs for them. */
export function knowsTable(milter: string, maps: readonly string[]): boolean {
  if (!/^inet:[^:]+:11332$|rspamd/.test(milter)) return false;
  const textOf = (file: string) =>
    rspamdFolders.flatMap((folder) => textsOf(join(folder, file)).map(({ text }) => text)).join('\n');
  return rspamdKnows(textOf('multimap.conf'), textOf('dkim_signing.conf'), maps);
}

/** Reports whether rspamd's lists of networks let a map's clients pass, and have their mail signed. */
export function rspamdKnows(multimap: string, signing: string, maps: readonly string[]): boolean {
  const names = (text: string, setting: RegExp) => maps.some((map) => isSetTo(text, setting, map));
  return (
    names(multimap, /^[^#\n]*\bmap\s*=\s*"?(?:file:\/\/)?/m) &&
    /^[^#\n]*\bprefilter\s*=\s*(?:true|yes|on)\b/m.test(multimap) &&
    names(signing, /^[^#\n]*\bsign_networks\s*=\s*"?(?:file:\/\/)?/m)
  );
}

/** Returns a file, or those of a folder; nothing where it cannot be read, since not everybody may. */
function textsOf(path: string): { readonly path: string; readonly text: string }[] {
  try {
    return namesIn(path).map((file) => ({ path: file, text: readText(file) }));
  } catch {
    return [];
  }
}

function namesIn(path: string): string[] {
  return path.endsWith('.d') ? readdirSync(path).map((name) => join(path, name)) : [path];
}
