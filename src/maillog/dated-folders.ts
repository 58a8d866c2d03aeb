/**
 * Files of one log in folders that have dates for names, where a link leads from each to the next:
 * `/var/log/2026/11/30/mail.log`, `/var/log/2026-11-30/mx/mail.log`. Found are those in folders of the same form, under
 * the same name, perhaps with an ending that tells of compression.
 */
import { readdirSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Compression, compressionNamed } from './compressed.ts';
import { statIfSeen } from './regular-file.ts';
import { datedName } from './rotated-name.ts';

/** What is older than so many files has been read long ago, and is not looked for. */
const mostFiles = 64;

/** Year, month, day and hour, each in a folder of its own or together in one. */
const date = /^(?:19|20)\d\d(?:[-._]?\d\d){0,3}$/;
const mostFolders = 4;

/** A file of the log. */
interface DatedFile {
  readonly path: string;
  readonly stat: Stats;
  /** How it is compressed, by its name; undefined: not at all. */
  readonly compression?: Compression;
}

/** Returns the files of which `target` is one, oldest first; undefined where none of its folders is a date. */
export function findInDatedFolders(target: string): DatedFile[] | undefined {
  const folders = dirname(target).split('/');
  for (let count = mostFolders; count >= 1; count--) {
    for (let at = folders.length - count; at > 0; at--) {
      const dated = folders.slice(at, at + count);
      if (!date.test(dated.join('-'))) continue;
      const base = folders.slice(0, at).join('/') || '/';
      return newestIn(base, dated, { below: folders.slice(at + count).join('/'), target });
    }
  }
  return undefined;
}

/** What is the same in all of these folders: the way from there to the file, and a file to compare names with. */
interface Place {
  readonly below: string;
  readonly target: string;
}

function newestIn(base: string, dated: readonly string[], place: Place): DatedFile[] {
  const found: DatedFile[] = [];
  const look = (folder: string, depth: number) => {
    const form = dated[depth];
    if (form === undefined) {
      found.push(...filesIn(join(folder, place.below), place.target));
      return;
    }
    const names = namesIn(folder).filter((name) => formOf(name) === formOf(form));
    for (const name of names.sort().reverse()) {
      if (found.length >= mostFiles) return;
      look(join(folder, name), depth + 1);
    }
  };
  look(base, 0);
  return found.reverse();
}

/** Returns the files of the log in one folder, newest first. */
function filesIn(folder: string, target: string): DatedFile[] {
  const names = namesIn(folder);
  const ranked = names.flatMap((name) => {
    const age = datedName(name, target) ?? sameName(name, basename(target));
    // While a compressor works, both stand there, and only the plain one is whole.
    const isDouble = age?.compression !== undefined && names.includes(plainOf(name, age.compression));
    return age === undefined || isDouble ? [] : [{ ...age, path: join(folder, name) }];
  });
  ranked.sort((a, b) => (a.rank < b.rank ? 1 : a.rank > b.rank ? -1 : 0));
  return ranked.flatMap(({ path, compression }) => {
    const stat = statIfSeen(path);
    return stat?.isFile() ? [{ path, stat, ...(compression && { compression }) }] : [];
  });
}

function sameName(name: string, log: string) {
  const compression = compressionNamed(name);
  if (name === log) return { rank: '' };
  return compression !== undefined && plainOf(name, compression) === log
    ? { rank: '', compression }
    : undefined;
}

function plainOf(name: string, compression: string): string {
  return name.slice(0, -compression.length - 1);
}

function formOf(name: string): string {
  return name.replace(/\d/g, '0');
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A date whose folder lacks what others have, or that may not be entered, has no file of the log.
    return [];
  }
}
