/** The rotated generations of a log beside it, oldest first. */
import { readdirSync, type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Compression } from './compressed.ts';
import { findInDatedFolders } from './dated-folders.ts';
import { datedName, type RotatedName, rotatedName } from './rotated-name.ts';

/** A rotated file of a log. */
export interface Generation {
  readonly path: string;
  readonly stat: Stats;
  /** How it is compressed, by its name; undefined: not at all. */
  readonly compression?: Compression;
}

/** A generation, and what its name tells. */
type Named = Generation & { readonly age: RotatedName };

/**
 * Returns the rotated generations of a log, oldest first: by the number or date in their names, and what has neither,
 * and kinds of names among each other, by modification time. Throws what readdir(2) gives.
 */
export function findGenerations(path: string): Generation[] {
  return generationsBy(path, rotatedName);
}

/**
 * Returns the files of which `target` is one, where a link leads from one to the next, oldest first by the date in their
 * names or those of their folders: none where there is no date. Throws what readdir(2) gives.
 */
export function findDatedFiles(target: string): Generation[] {
  return findInDatedFolders(target) ?? generationsBy(target, datedName);
}

/** Returns lists of generations, each oldest first, as one: by modification time, and each in its own order. */
export function mergeGenerations(lists: readonly (readonly Generation[])[]): Generation[] {
  let merged: Generation[] = [];
  for (const list of lists) {
    const others = merged;
    merged = [];
    for (const one of list) {
      while (others[0] && others[0].stat.mtimeMs < one.stat.mtimeMs) merged.push(...others.splice(0, 1));
      merged.push(one);
    }
    merged.push(...others);
  }
  return merged;
}

function generationsBy(
  path: string,
  ageOf: (name: string, path: string) => RotatedName | undefined,
): Generation[] {
  const directory = dirname(path);
  const found = new Map<string, Named>();
  for (const name of readdirSync(directory)) {
    const age = ageOf(name, path);
    if (age === undefined) continue;
    const stat = statSync(join(directory, name), { throwIfNoEntry: false });
    if (!stat?.isFile()) continue;
    const { compression } = age;
    const generation = { path: join(directory, name), stat, age, ...(compression && { compression }) };
    const key = age.kind + age.rank;
    // While a compressor works, both stand there, and only the plain one is whole.
    if (compression === undefined || !found.has(key)) found.set(key, generation);
  }
  return inOrder([...found.values()]);
}

function inOrder(generations: readonly Named[]): Generation[] {
  const of = (kind: RotatedName['kind'], compare: (a: Named, b: Named) => number) =>
    generations.filter(({ age }) => age.kind === kind).sort(compare);
  const byRank = (a: Named, b: Named) => (a.age.rank < b.age.rank ? -1 : a.age.rank > b.age.rank ? 1 : 0);
  const byTime = (a: Named, b: Named) => a.stat.mtimeMs - b.stat.mtimeMs;
  return mergeGenerations([of('dated', byRank), of('numbered', byRank), of('named', byTime)]);
}
