/**
 * The one place that puts a file in another's place: state and maps alike. The new file is made beside the
 * old one under a random name, complete and synced before it is renamed; so a reader finds the old file or
 * the new one, whole, at every instant, whatever fails or dies.
 *
 * No hard link or backup of the old file is kept: Postfix watches the link count of the file that it has
 * open, and with a link left over it would not notice the new one.
 */
import { closeSync, constants, fchmodSync, fchownSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { ExitStatus } from '../exit-status.ts';
import { accountById, groupId } from '../host/accounts.ts';
import { errnoOf, Failure, statusOf } from '../problem.ts';
import { writeAll } from './buffered-output.ts';
import { removeIfThere, syncDirectory, temporaryName, whyNotThere } from './temporary-file.ts';

/** How a replaced file should be, and what to tell if it cannot be. */
export interface ReplaceOptions {
  /** Permission bits, set whatever the umask. */
  readonly mode: number;
  /** Group by name; undefined: the process's own. */
  readonly group?: string;
  /** The verb of a message (`cannot publish`); default: `write`. */
  readonly verb?: string;
  /** What stays in use if this fails. */
  readonly consequence?: string;
}

/** A new file on its way to another's place. Every method throws a {@link Failure} that names the file. */
export class Replacement {
  readonly fd: number;
  readonly #path: string;
  readonly #temporary: string;
  readonly #options: ReplaceOptions;
  #state: 'open' | 'complete' | 'gone' = 'open';

  /** Creates the new file, empty, with its final mode and group; the old one is not touched. */
  constructor(path: string, options: ReplaceOptions) {
    this.#path = path;
    this.#options = options;
    this.#temporary = temporaryName(path);
    // O_EXCL and O_NOFOLLOW: a name planted by somebody else is never opened.
    const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW;
    try {
      this.fd = openSync(this.#temporary, flags, 0o600);
    } catch (error) {
      throw this.#failure(error, 'creating');
    }
    this.#attempt(() => giveAway(this.fd, path, options));
  }

  /** Writes bytes at the end of what was written. */
  append(bytes: Uint8Array): void {
    this.#attempt(() => writeAll(this.fd, bytes));
  }

  /** Writes bytes at a byte position, leaving the end where it was. */
  writeAt(bytes: Uint8Array, position: number): void {
    this.#attempt(() => writeAll(this.fd, bytes, position));
  }

  /** Syncs and closes the new file. An error here means that it is not whole: it is removed. */
  complete(): void {
    this.#attempt(() => fsyncSync(this.fd));
    this.#attempt(() => {
      this.#state = 'complete';
      closeSync(this.fd);
    });
  }

  /** Renames the new file onto the old one and syncs the folder. */
  commit(): void {
    if (this.#state !== 'complete') throw new Error(`${this.#path}: committed before it was complete`);
    this.#attempt(() => renameSync(this.#temporary, this.#path));
    this.#state = 'gone';
    try {
      syncDirectory(dirname(this.#path));
    } catch (error) {
      throw this.#failure(error, 'writing');
    }
  }

  /** Removes the new file; the old one stays. Does nothing after {@link Replacement.commit}. */
  discard(): void {
    if (this.#state === 'gone') return;
    if (this.#state === 'open') {
      try {
        closeSync(this.fd);
      } catch {
        // What close could not write is about to be removed.
      }
    }
    this.#state = 'gone';
    removeIfThere(this.#temporary);
  }

  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.discard();
      throw error instanceof Failure ? error : this.#failure(error, 'writing');
    }
  }

  #failure(error: unknown, whileDoing: 'creating' | 'writing'): Failure {
    const { verb = 'write', consequence } = this.#options;
    return new Failure({
      status: statusOf(error, whileDoing),
      where: this.#path,
      what: `cannot ${verb}`,
      ...(consequence === undefined ? {} : { consequence }),
      ...whyNotThere(error, this.#path),
    });
  }
}

/** Replaces a file by one that holds these bytes. */
export function replaceFile(path: string, bytes: Uint8Array, options: ReplaceOptions): void {
  const replacement = new Replacement(path, options);
  replacement.append(bytes);
  replacement.complete();
  replacement.commit();
}

/** Gives an open file its final mode and group, before anybody can find it under its final name. */
export function giveAway(fd: number, path: string, options: ReplaceOptions): void {
  if (options.group !== undefined) {
    const gid = groupId(options.group);
    if (gid === undefined) {
      throw new Failure({
        status: ExitStatus.config,
        where: path,
        what: `group '${options.group}' does not exist`,
        fix: 'create it, or change group= of the output',
      });
    }
    try {
      fchownSync(fd, -1, gid);
    } catch (error) {
      if (errnoOf(error) !== 'EPERM') throw error;
      throw new Failure({
        status: ExitStatus.noPermission,
        where: path,
        what: `cannot be given to group '${options.group}': the account is not a member`,
        ...(options.consequence === undefined ? {} : { consequence: options.consequence }),
        fix: `usermod -aG ${options.group} ${accountById(process.geteuid?.() ?? 0)?.name ?? 'ACCOUNT'}`,
      });
    }
  }
  fchmodSync(fd, options.mode);
}
