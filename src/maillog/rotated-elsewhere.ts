/**
 * Rotated files that do not stand beside their log under a name that tells so: in logrotate's olddir, or under a name of
 * a script's own making. Other logs have rotated files of the same names, so no place counts for its name alone: a file
 * is believed whose bytes are those that a run has read of the log, and where one stands, so do the others.
 */
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { FileCursor } from '../state/maillog-cursor.ts';
import { findGenerations, type Generation } from './generations.ts';
import { statIfSeen } from './regular-file.ts';

/** Where logrotate(8) has its directives. */
const logrotateFiles = ['/etc/logrotate.conf', '/etc/logrotate.d'];

/** A folder with more than that holds something else. */
const mostFolders = 200;

/** Returns where generations of the log at `path` may stand, each folder's by itself, oldest first. */
export function findElsewhere(path: string, directives = logrotateFiles): Generation[][] {
  const own = dirname(path);
  const folders = new Set([...foldersIn(own), ...olddirsOf(own, directives)]);
  folders.delete(own);
  return [...folders].map((folder) => generationsIn(folder, path)).filter(({ length }) => length > 0);
}

/** Returns the generations of a log in another folder; none where that cannot be listed. */
export function generationsIn(folder: string, path: string): Generation[] {
  try {
    return findGenerations(join(folder, basename(path)));
  } catch {
    return [];
  }
}

/**
 * Returns the file beside the log that has a cursor's inode under whatever name; undefined where there is none, and where
 * the log is a symbolic link: that another file is led to does not say that the one before was its log.
 */
export function findRenamed(path: string, { inode }: FileCursor): Generation | undefined {
  try {
    if (lstatSync(path).isSymbolicLink()) return undefined;
    const { dev } = statSync(path);
    for (const entry of readdirSync(dirname(path), { withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const other = join(dirname(path), entry.name);
      const stat = statIfSeen(other);
      if (stat?.ino === inode && stat.dev === dev) return { path: other, stat };
    }
  } catch {
    // A folder that cannot be listed has been told of.
  }
  return undefined;
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .slice(0, mostFolders)
      .map(({ name }) => join(folder, name));
  } catch {
    return [];
  }
}

/** logrotate(8): `olddir DIRECTORY`, relative to that of the log. */
function olddirsOf(folder: string, directives: readonly string[]): string[] {
  return directives
    .flatMap(filesAt)
    .flatMap((file) =>
      [...textOf(file).matchAll(/^[ \t]*olddir[ \t=]+"?([^"\s]+)/gm)].map(([, olddir = '']) =>
        resolve(folder, olddir),
      ),
    );
}

function filesAt(path: string): string[] {
  if (!statIfSeen(path)?.isDirectory()) return [path];
  try {
    return readdirSync(path).map((name) => join(path, name));
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
