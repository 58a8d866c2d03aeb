/**
 * What the name of a rotated file tells: of which log it is, how old it is, and how it is compressed. The names are those
 * of logrotate, savelog, newsyslog and busybox, of metalog, multilog, svlogd and s6-log, of cronolog and of scripts.
 */
import { basename, extname } from 'node:path';
import { type Compression, compressionNamed } from './compressed.ts';

/** A name taken apart. */
export interface RotatedName {
  /** `numbered`: a greater rank is newer. `dated` too. Of `named` ones the time of the file tells. */
  readonly kind: 'numbered' | 'dated' | 'named';
  readonly rank: string;
  readonly compression?: Compression;
}

/** `.1`, `.0`: the larger number is the older file. */
const numbered = /^\.(\d{1,4})$/;
const date = String.raw`(?:\d{4}[-.]?\d{2}[-.]?\d{2}(?:[-._T:]?\d{1,10})*|(?:19|20)\d\d[-.]?(?:0[1-9]|1[0-2]))`;
/** `-20261122`, `.2026-11-22`, `-2026112213`, `-20261122-1795341600`, `-2026-11`: the later date is the newer file. */
const dated = new RegExp(`^[-._](${date})$`);
/** The one before, and a file for each day of the week. */
const named = /^[-._](?:old|bak|prev|(?:sun|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?)(?:day)?)$/i;

/** What multilog, svlogd, s6-log and metalog call the file that they write. */
const current = 'current';
/** TAI64N of multilog, svlogd and s6-log; `.u` was not written to its end. */
const archived = /^@([\da-f]{24})\.[su]$/;
/** `log-2026-11-22-10:04:26` of metalog. */
const metalogged = new RegExp(`^log-(${date})$`);

/** Returns what a name in the folder of the log at `path` tells; undefined where it is none of a rotated file of it. */
export function rotatedName(name: string, path: string): RotatedName | undefined {
  const log = basename(path);
  const { plain, compression } = withoutEnding(name);
  const age = log === current ? (archiveAge(plain) ?? ageOf(plain, log)) : ageOf(plain, log);
  return age && { ...age, ...(compression && { compression }) };
}

/**
 * Returns what a name tells in the folder of a file with a date in its own, to which a link leads that goes from one such
 * file to the next; undefined where it is no name of that form.
 */
export function datedName(name: string, target: string): RotatedName | undefined {
  const [stamp = ''] = new RegExp(`(?<!\\d)${date}(?!\\d)`).exec(basename(target)) ?? [];
  if (stamp === '') return undefined;
  const at = basename(target).indexOf(stamp);
  const before = basename(target).slice(0, at);
  const after = basename(target).slice(at + stamp.length);
  const { plain, compression } = withoutEnding(name);
  if (!plain.startsWith(before) || !plain.endsWith(after)) return undefined;
  const other = plain.slice(before.length, plain.length - after.length);
  // The same form, so that `mail-20261122.log` is not of `mail-2026-11.log`.
  if (other.replace(/\d/g, '0') !== stamp.replace(/\d/g, '0')) return undefined;
  return { kind: 'dated', rank: digitsOf(other), ...(compression && { compression }) };
}

type Age = Omit<RotatedName, 'compression'>;

function withoutEnding(name: string): { readonly plain: string; readonly compression?: Compression } {
  const compression = compressionNamed(name);
  return compression === undefined
    ? { plain: name }
    : { plain: name.slice(0, -compression.length - 1), compression };
}

function archiveAge(name: string): Age | undefined {
  const label = archived.exec(name)?.[1];
  if (label !== undefined) return { kind: 'dated', rank: label };
  const stamp = metalogged.exec(name)?.[1];
  return stamp === undefined ? undefined : { kind: 'dated', rank: digitsOf(stamp) };
}

function ageOf(name: string, log: string): Age | undefined {
  const suffix = suffixOf(name, log);
  if (suffix === undefined) return undefined;
  const number = numbered.exec(suffix)?.[1];
  if (number !== undefined) return { kind: 'numbered', rank: String(9999 - Number(number)).padStart(4, '0') };
  const stamp = dated.exec(suffix)?.[1];
  if (stamp !== undefined) return { kind: 'dated', rank: digitsOf(stamp) };
  return named.test(suffix) ? { kind: 'named', rank: suffix } : undefined;
}

/** Returns what follows the log's name in a rotated one; `mail-20261122.log` of `mail.log` is `-20261122` too. */
function suffixOf(name: string, log: string): string | undefined {
  if (name.startsWith(log)) return name.slice(log.length);
  const extension = extname(log);
  const stem = log.slice(0, log.length - extension.length);
  if (extension === '' || !name.startsWith(stem) || !name.endsWith(extension)) return undefined;
  return name.slice(stem.length, -extension.length);
}

function digitsOf(stamp: string): string {
  return stamp.replace(/\D/g, '');
}
