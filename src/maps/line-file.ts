/** Maps that are plain text, one line for each address or network: how such a file is written and read. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Failure, reasonOf, statusOf } from '../problem.ts';
import { BufferedOutput } from './buffered-output.ts';
import type { MapWriter } from './map-type.ts';
import type { Output } from './output.ts';
import { notKnown, replaceOptionsOf } from './output-file.ts';
import { Replacement } from './replace-file.ts';

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

/** Reports whether such a file has a line, which is no comment, without taking it apart. */
export function hasLine(output: Output, line: string): boolean {
  const bytes = bytesOf(output);
  const [start, inside] = [`${line}\n`, `\n${line}\n`].map((text) => Buffer.from(text, 'latin1'));
  if (start === undefined || inside === undefined) return false;
  return bytes.subarray(0, start.length).equals(start) || bytes.includes(inside);
}

function bytesOf(output: Output): Buffer {
  try {
    return readFileSync(output.path);
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
