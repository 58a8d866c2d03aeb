/** Following a named pipe that a syslog daemon writes into (rsyslog's ompipe, syslog-ng's pipe()), for `exact parse --follow`. */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { ExitStatus } from '../exit-status.ts';
import { errnoOf, Failure, reasonOf, statusOf } from '../problem.ts';
import type { Chunk } from './chunk.ts';
import { linesOf } from './line-stream.ts';
import type { ReadPosition } from './read-position.ts';

/**
 * Yields the lines that are written into a named pipe, as they are, until the signal says to end. Writers may come and
 * go. `clock` gives Unix seconds. Throws a {@link Failure} where it cannot be opened.
 */
export async function* followPipe(
  path: string,
  { clock, signal }: { readonly clock: () => number; readonly signal: AbortSignal },
): AsyncGenerator<Chunk> {
  const pipe = open(path, signal);
  const reading: ReadPosition = {
    ...{ source: path, isNew: true, writtenBefore: clock() },
    ...{ offset: 0, line: 0, longLines: 0 },
  };
  try {
    for await (const chunk of linesOf(pipe, reading, false)) yield { ...chunk, writtenBefore: clock() };
  } finally {
    pipe.destroy();
  }
}

/**
 * Opens a pipe for writing too, which Linux and the BSDs allow: so it has a writer as long as it is read, and the last
 * other one that goes is no end.
 */
function open(path: string, signal: AbortSignal): Socket {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    if (fstatSync(fd).isFIFO()) return new Socket({ fd, readable: true, writable: false, signal });
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    const status = statusOf(error, 'reading');
    throw new Failure({ status, where: path, what: 'cannot open', why: reasonOf(error) });
  }
  closeSync(fd);
  throw new Failure({ status: ExitStatus.noInput, where: path, what: 'is no longer a named pipe' });
}
