/**
 * Tables that a program of the MTA makes from lines of text. Such programs write in place: killed, or on a full
 * disk, they leave a broken table (measured with postmap of Postfix 3.7: 10 of 30). So the table is built under
 * another name in the same folder, synced, and renamed.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  openSync,
  renameSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { Failure, statusOf } from '../problem.ts';
import { BufferedOutput, writeAll } from './buffered-output.ts';
import type { MapWriter } from './map-type.ts';
import type { Output } from './output.ts';
import { replaceOptionsOf } from './output-file.ts';
import { giveAway } from './replace-file.ts';
import { removeIfThere, syncDirectory, temporaryName, whyNotThere } from './temporary-file.ts';

/** How lines become a table. */
export interface TableRecipe {
  /** The file that the MTA opens. */
  readonly path: string;
  /** What the table's name has after that of the file of lines. */
  readonly suffix: string;
  /** Lines before those of the addresses, each with its newline, one byte a character; none if undefined. */
  readonly preface?: string;
  /** Returns the line for an address without its newline, or undefined to leave it out; `users` as {@link MapWriter.add} has them. */
  line(address: string, users?: ReadonlySet<string>): string | undefined;
  /** Has the program make a table of the file of lines; throws a {@link Failure} if it fails. */
  make(source: string, table: string): void;
  /** Further names under which the table is published. */
  readonly furtherPaths?: readonly string[];
}

/** Begins a table: lines are gathered in a file, and {@link MapWriter.finish} has the program make it. */
export function writeBuiltTable(output: Output, recipe: TableRecipe): MapWriter {
  const options = replaceOptionsOf(output);
  const source = temporaryName(recipe.path);
  const table = source + recipe.suffix;
  // Copies, not hard links: Postfix does not notice a new table while the old one has a second name.
  const copies = (recipe.furtherPaths ?? []).map((path) => ({ path, temporary: temporaryName(path) }));
  let fd: number | undefined;
  const discard = () => {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
    for (const path of [source, table, ...copies.map((copy) => copy.temporary)]) removeIfThere(path);
  };
  const attempt = <T>(whileDoing: 'creating' | 'writing', step: () => T): T => {
    try {
      return step();
    } catch (error) {
      discard();
      if (error instanceof Failure) throw error;
      throw new Failure({
        status: statusOf(error, whileDoing),
        where: recipe.path,
        what: 'cannot publish',
        ...(options.consequence === undefined ? {} : { consequence: options.consequence }),
        ...whyNotThere(error, recipe.path),
      });
    }
  };
  const exclusive = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW;
  const opened = attempt('creating', () => openSync(source, exclusive, 0o600));
  fd = opened;
  const digest = createHash('sha1');
  const lines = new BufferedOutput((bytes) => {
    digest.update(bytes);
    attempt('writing', () => writeAll(opened, bytes));
  });
  if (recipe.preface !== undefined) lines.bytes(Buffer.from(recipe.preface, 'latin1'));
  return {
    add(address, users) {
      const line = recipe.line(address, users);
      if (line === undefined) return;
      lines.latin1(line);
      lines.latin1('\n');
    },
    finish() {
      lines.flush();
      fd = undefined;
      attempt('writing', () => closeSync(opened));
      attempt('writing', () => recipe.make(source, table));
      attempt('writing', () => {
        settle(table, output);
        const { atime, mtime } = statSync(table);
        for (const copy of copies) {
          copyFileSync(table, copy.temporary, constants.COPYFILE_EXCL);
          // Postfix takes PATH for the source of PATH.db, and warns of a source that is the newer one.
          utimesSync(copy.temporary, atime, mtime);
          settle(copy.temporary, output);
        }
      });
      removeIfThere(source);
      return digest.digest('hex');
    },
    publish() {
      attempt('writing', () => {
        for (const copy of copies) {
          renameSync(copy.temporary, copy.path);
          syncDirectory(dirname(copy.path));
        }
        renameSync(table, recipe.path);
        syncDirectory(dirname(table));
      });
    },
    discard,
  };
}

/** Gives the table that a program made its mode and group, and makes it durable before it is renamed. */
function settle(table: string, output: Output): void {
  const fd = openSync(table, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    giveAway(fd, table, replaceOptionsOf(output));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
