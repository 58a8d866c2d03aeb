/** The rotated generations of a log, as logrotate, savelog and newsyslog name them, oldest first. */
import { readdirSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import type { Compression } from './compressed.ts';

/** A rotated file of a log. */
export interface Generation {
  readonly path: string;
  readonly stat: Stats;
  /** How it is compressed; undefined: not at all. */
  readonly compression?: Compression;
}

/** `.1`, `.0`: the larger number is the older file. */
const numbered = /^\.(\d{1,4})$/;
/** `-20261122`, `.2026-11-22`, `-2026112213`, `-20261122-1795341600`: the later date is the newer file. */
const dated = /^[-._](\d{4}[-.]?\d{2}[-.]?\d{2}(?:[-._T]?\d{1,10})*)$/;
const compressed = /\.(gz|bz2|xz|zst)$/;

/** A name taken apart: what orders it among the names of its kind. */
interface Age {
  readonly kind: 'numbered' | 'dated';
  /** Greater is newer. */
  readonly rank: string;
}

/**
 * Returns the rotated generations of a log, oldest first: by the number or date in their names, and where a
 * directory holds both kinds, the two merged by modification time. Throws what readdir(2) gives.
 */
export function findGenerations(path: string): Generation[] {
  const directory = dirname(path);
  const found = new Map<string, Generation & { readonly age: Age }>();
  for (const name of readdirSync(directory)) {
    const suffix = suffixOf(name, basename(path));
    if (suffix === undefined) continue;
    const compression = compressed.exec(suffix)?.[1] as Compression | undefined;
    const age = ageOf(compression === undefined ? suffix : suffix.slice(0, -compression.length - 1));
    if (age === undefined) continue;
    const stat = statSync(join(directory, name), { throwIfNoEntry: false });
    if (!stat?.isFile()) continue;
    const generation = { path: join(directory, name), stat, age, ...(compression && { compression }) };
    const key = age.kind + age.rank;
    // While a compressor works, both stand there, and only the plain one is whole.
    if (compression === undefined || !found.has(key)) found.set(key, generation);
  }
  return inOrder([...found.values()]);
}

/** Returns what follows the log's name in a rotated one; `mail-20261122.log` of `mail.log` is `-20261122` too. */
function suffixOf(name: string, log: string): string | undefined {
  if (name.startsWith(log)) return name.slice(log.length);
  const extension = extname(log);
  const stem = log.slice(0, -extension.length);
  if (extension === '' || !name.startsWith(stem)) return undefined;
  const [, middle, end] = /^(.*?)(\.(?:gz|bz2|xz|zst))?$/.exec(name.slice(stem.length)) ?? [];
  return middle?.endsWith(extension) ? middle.slice(0, -extension.length) + (end ?? '') : undefined;
}

function ageOf(suffix: string): Age | undefined {
  const number = numbered.exec(suffix)?.[1];
  if (number !== undefined) {
    return { kind: 'numbered', rank: String(9999 - Number(number)).padStart(4, '0') };
  }
  const date = dated.exec(suffix)?.[1];
  return date === undefined ? undefined : { kind: 'dated', rank: date.replace(/\D/g, '') };
}

function inOrder(generations: readonly (Generation & { readonly age: Age })[]): Generation[] {
  const of = (kind: Age['kind']) =>
    generations
      .filter(({ age }) => age.kind === kind)
      .sort((a, b) => (a.age.rank < b.age.rank ? -1 : a.age.rank > b.age.rank ? 1 : 0));
  const byDate = of('dated');
  const merged: Generation[] = [];
  for (const one of of('numbered')) {
    while (byDate[0] && byDate[0].stat.mtimeMs < one.stat.mtimeMs) merged.push(...byDate.splice(0, 1));
    merged.push(one);
  }
  return [...merged, ...byDate];
}
