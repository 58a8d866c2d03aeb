/**
 * Opening what has to be a regular file: a mail log, a file of the state. A FIFO without a writer, a device that never
 * ends or a directory under its name is refused at once, before a run under cron can hang on it.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { errnoOf } from '../problem.ts';

/** Something that is no regular file stands under a name; the message says what: `a FIFO, not a regular file`. */
export class NotRegular extends Error {
  readonly isFifo: boolean;

  constructor(kind: string) {
    super(`${kind}, not a regular file`);
    this.name = 'NotRegular';
    this.isFifo = kind === fifo;
  }
}

const fifo = 'a FIFO';

/**
 * Opens a regular file for reading, symbolic links followed, and returns what fstat(2) says of it. Throws
 * {@link NotRegular} for anything else; system errors are thrown.
 */
export function openRegular(path: string): { readonly fd: number; readonly stat: Stats } {
  const fd = openAtOnce(path);
  const stat = fstatSync(fd);
  if (stat.isFile()) return { fd, stat };
  closeSync(fd);
  throw new NotRegular(kindOf(stat));
}

/** Returns the text of a regular file. Throws as {@link openRegular} does. */
export function readRegularText(path: string): string {
  const { fd } = openRegular(path);
  try {
    return readFileSync(fd).toString('utf8');
  } finally {
    closeSync(fd);
  }
}

function openAtOnce(path: string): number {
  try {
    // O_NONBLOCK: opening a FIFO for reading returns at once (open(2)); it changes nothing for a regular file.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    // open(2) of a socket's name.
    if (errnoOf(error) === 'ENXIO') throw new NotRegular('a socket');
    throw error;
  }
}

function kindOf(stat: Stats): string {
  if (stat.isDirectory()) return 'a directory';
  return stat.isFIFO() ? fifo : 'a device';
}
