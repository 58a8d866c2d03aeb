/** Maps that are plain text, one line for each address or network: how such a file is written and read. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { Failure, reasonOf, statusOf } from '../problem.ts';
import { BufferedOutput } from './buffered-output.ts';
import type { MapWriter } from './map-type.ts';
import type { Output } from './output.ts';
import { notKnown, replaceOptionsOf } from './output-file.ts';
import { Replacement } from './replace-file.ts';

const newline = 0x0a;

/** The line of an address or network that is nothing but itself. */
export const bareLine = (form: string) => form;

/**
 * Begins a file of lines, in the order of the relay table. `lineOf` makes the line of an address or network,
 * without its newline; `head` are lines that stand before all others, each with its newline.
 */
export function writeLineFile(output: Output, lineOf: (form: string) => string, head = ''): MapWriter {
  const replacement = new Replacement(output.path, replaceOptionsOf(output));
  const digest = createHash('sha1');
  const lines = new BufferedOutput((bytes) => {
    digest.update(bytes);
    replacement.append(bytes);
  });
  lines.latin1(head);
  return {
    add(form) {
      lines.latin1(lineOf(form));
      lines.latin1('\n');
    },
    ...(lineOf === bareLine ? { addLines: (bytes: Uint8Array) => lines.bytes(bytes) } : {}),
    finish() {
      lines.flush();
      replacement.complete();
      return digest.digest('hex');
    },
    publish: () => replacement.commit(),
    discard: () => replacement.discard(),
  };
}

/** Returns the lines of such a file, empty ones and comments (`#`) left out. */
export function readLineFile(output: Output): string[] {
  return bytesOf(output)
    .toString('latin1')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** Blocks in which a line is looked for. A file of a million lines is not worth memory of its size. Bytes. */
const blockBytes = 256 * 1024;

/** Reports whether such a file has a line, which is no comment, without taking it apart. */
export function hasLine(output: Output, line: string): boolean {
  return readable(output, () => {
    const fd = openSync(output.path, 'r');
    try {
      return hasBytesOf(fd, Buffer.from(`\n${line}\n`, 'latin1'));
    } finally {
      closeSync(fd);
    }
  });
}

/** Looks for bytes that begin with a newline, in a file before which one stands in thought. */
function hasBytesOf(fd: number, sought: Buffer): boolean {
  const block = Buffer.allocUnsafe(blockBytes + sought.length);
  block[0] = newline;
  let kept = 1;
  for (;;) {
    const read = readSync(fd, block, kept, blockBytes, null);
    if (read === 0) return false;
    const filled = kept + read;
    if (block.subarray(0, filled).includes(sought)) return true;
    // What is sought may begin at the end of a block.
    const start = Math.max(0, filled - sought.length + 1);
    block.copyWithin(0, start, filled);
    kept = filled - start;
  }
}

function bytesOf(output: Output): Buffer {
  return readable(output, () => readFileSync(output.path));
}

/** Reads a map; throws a Failure where it cannot be. */
function readable<Result>(output: Output, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new Failure({
      status: statusOf(error, 'reading'),
      where: output.path,
      what: 'cannot read',
      why: reasonOf(error),
      consequence: notKnown,
    });
  }
}
