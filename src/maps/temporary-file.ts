/**
 * The names of files on their way to another's place, and what is left of them when a run is killed. Nothing
 * reads such a file, and no map or log is ever named so.
 */
import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  unlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { accountById } from '../host/accounts.ts';
import { errnoOf, reasonOf } from '../problem.ts';
import { shellWord } from '../terminal/shell-word.ts';

/** Temporary files end in this, after a random part; after it comes at most a table's own suffix (`.db`). */
const temporarySuffix = '.exact-new';

/** Temporaries older than this were left by a run that was killed. Seconds. */
const abandonedAfter = 600;

/**
 * Returns a fresh name in the folder of `path` for its successor. It need only differ from others, not be a
 * secret: what is planted under it is never opened (O_EXCL, O_NOFOLLOW).
 */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${Math.random().toString(36).slice(2)}${temporarySuffix}`);
}

/** Makes a rename in a folder survive a loss of power. */
export function syncDirectory(path: string): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Returns why a file cannot be made at a path, in the parts of a problem; that its folder is not there has a fix. */
export function whyNotThere(error: unknown, path: string): { readonly why: string; readonly fix?: string } {
  const folder = dirname(path);
  return errnoOf(error) === 'ENOENT' && !existsSync(folder)
    ? {
        why: `there is no folder ${folder}`,
        fix: `install -d -o ${accountOfProcess()} -m 755 ${shellWord(folder)}`,
      }
    : { why: reasonOf(error) };
}

function accountOfProcess(): string {
  const uid = process.geteuid?.() ?? 0;
  return accountById(uid)?.name ?? String(uid);
}

/** Removes a file; that it is gone already is as good. */
export function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    // A temporary that cannot be removed now is removed as abandoned by a later run.
  }
}

/**
 * Removes what killed runs left in a folder: temporaries of the given files, older than ten minutes. `now` is
 * in Unix seconds.
 */
export function removeAbandoned(folder: string, now: number): void {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return; // The folder's own problem is met, and told, when something is written there.
  }
  for (const name of names) {
    if (!name.startsWith('.') || !name.includes(temporarySuffix)) continue;
    const path = join(folder, name);
    try {
      if (now - lstatSync(path).mtimeMs / 1000 > abandonedAfter) unlinkSync(path);
    } catch {
      // Gone in the meantime, or not ours to remove.
    }
  }
}
