/**
 * Map type `postmap KIND:PATH`: a table made by this host's postmap(1), for Postfix lookups `hash:`, `btree:`,
 * `lmdb:` and the like. Keys are IPv4 and compressed lower-case IPv6, values `OK`; no networks. Postfix
 * notices the new file at the next connection.
 *
 * postmap writes hash and btree tables in place: killed, or on a full disk, it leaves a broken one (measured
 * with Postfix 3.7: 10 of 30). So the table is built under another name and renamed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, constants, copyFileSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Output } from '../config/settings.ts';
import { ExitStatus } from '../exit-status.ts';
import { errnoOf, Failure, reasonOf, statusOf } from '../problem.ts';
import { BufferedOutput, writeAll } from './buffered-output.ts';
import type { MapType, MapWriter } from './map-type.ts';
import { replaceOptionsOf } from './output-file.ts';
import { giveAway } from './replace-file.ts';
import { removeIfThere, syncDirectory, temporaryName } from './temporary-file.ts';

/** What postmap appends to the name of each kind that is one file (DATABASE_README). */
const suffixes: Readonly<Record<string, string>> = { hash: '.db', btree: '.db', lmdb: '.lmdb', cdb: '.cdb' };

/** Milliseconds after which a postmap that does not end is given up. */
const patience = 60_000;

/** cron's PATH is /usr/bin:/bin; postmap lies in sbin. */
const environment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

function publishedPath(output: Output): string {
  return output.path + (suffixes[output.kind] ?? '');
}

/**
 * Returns the further names that the table is published under. `authtype db` of EXACT 1.41 wrote its table
 * under the very name of `authfile`; Postfix and Exim look for that name with `.db` or without.
 */
function furtherPaths(output: Output): string[] {
  return output.options.flatMap((word) => (word.startsWith('also=') ? [word.slice('also='.length)] : []));
}

/** Runs postmap; the table's name is an argument of its own, and no shell sees it. */
function runPostmap(output: Output, args: readonly string[]): string {
  const run = spawnSync('postmap', args, { encoding: 'utf8', env: environment, timeout: patience });
  if (run.status === 0) return run.stdout;
  const why =
    errnoOf(run.error) === 'ENOENT'
      ? 'no such program'
      : run.signal !== null
        ? `ended by ${run.signal}`
        : `exit ${run.status}: '${run.stderr.trim().split('\n').at(-1) ?? ''}'`;
  throw new Failure({
    status: ExitStatus.unavailable,
    where: `postmap ${output.kind}:${output.path}`,
    what: why,
    consequence: 'the old map stays in use',
    fix: 'use output cdb',
  });
}

/** Where postmap's work is done: the source, and the table it becomes. */
function writePostmap(output: Output): MapWriter {
  const options = replaceOptionsOf(output);
  const source = temporaryName(output.path);
  const table = source + (suffixes[output.kind] ?? '');
  // Copies, not hard links: Postfix does not notice a new table while the old one has a second name.
  const copies = furtherPaths(output).map((path) => ({ path, temporary: temporaryName(path) }));
  const discard = () => {
    for (const name of [source, table, ...copies.map((copy) => copy.temporary)]) removeIfThere(name);
  };
  const attempt = <T>(whileDoing: 'creating' | 'writing', step: () => T): T => {
    try {
      return step();
    } catch (error) {
      discard();
      if (error instanceof Failure) throw error;
      throw new Failure({
        status: statusOf(error, whileDoing),
        where: publishedPath(output),
        what: 'cannot publish',
        why: reasonOf(error),
        ...(options.consequence === undefined ? {} : { consequence: options.consequence }),
      });
    }
  };
  const exclusive = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW;
  const fd = attempt('creating', () => openSync(source, exclusive, 0o600));
  const digest = createHash('sha1');
  const lines = new BufferedOutput((bytes) => {
    digest.update(bytes);
    attempt('writing', () => writeAll(fd, bytes));
  });
  return {
    add(address) {
      lines.latin1(address);
      lines.latin1(' OK\n');
    },
    finish() {
      lines.flush();
      attempt('writing', () => closeSync(fd));
      attempt('writing', () => runPostmap(output, [`${output.kind}:${source}`]));
      attempt('writing', () => {
        settle(table, output);
        for (const copy of copies) {
          copyFileSync(table, copy.temporary, constants.COPYFILE_EXCL);
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
        renameSync(table, publishedPath(output));
        syncDirectory(dirname(table));
      });
    },
    discard,
  };
}

/** Gives the table that postmap made its mode and group, and makes it durable before it is renamed. */
function settle(table: string, output: Output): void {
  const fd = openSync(table, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    giveAway(fd, table, replaceOptionsOf(output));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The map type `postmap`. */
export const postmapMap: MapType = {
  name: 'postmap',
  summary: "Postfix hash:, btree:, lmdb:, made by this host's postmap",
  hasKinds: true,
  holdsNetworks: false,
  options: ['also=PATH'],
  publishedPath,
  refusal: (output) =>
    suffixes[output.kind] === undefined
      ? `postmap kind '${output.kind}' is not one that is a single file: ${Object.keys(suffixes).join(', ')}`
      : undefined,
  write: writePostmap,
  read: (output) =>
    runPostmap(output, ['-s', `${output.kind}:${output.path}`])
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(/[\t ]/, 1)[0] ?? ''),
};
