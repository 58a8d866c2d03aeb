/**
 * Files of the admin's own that become part of a map (`merge=PATH`, which may repeat): an MTA reads one table, and
 * what stood in it before Exact did stays in it. What the admin's files say of an address wins.
 */
import { readFileSync } from 'node:fs';
import { ExitStatus } from '../exit-status.ts';
import { Failure, reasonOf, statusOf } from '../problem.ts';
import type { Output } from './output.ts';
import { keptInUse } from './output-file.ts';

/** The option, as map types name it. */
export const mergeOption = 'merge=PATH';

/** A line of a merged file. */
export interface MergedLine {
  /** Without its newline, one byte a character. */
  readonly text: string;
  /** `FILE:LINE`. */
  readonly where: string;
}

/** Returns the files that an output merges, in the order of its options. */
export function mergedPaths(output: Output): string[] {
  return output.options.flatMap((word) => (word.startsWith('merge=') ? [word.slice('merge='.length)] : []));
}

/**
 * Returns the lines of all merged files. Throws a {@link Failure} where one cannot be read: a map without what the
 * admin refuses in it would let those relay.
 */
export function readMergedLines(output: Output): MergedLine[] {
  return mergedPaths(output).flatMap((path) => {
    let text: string;
    try {
      text = readFileSync(path, 'latin1');
    } catch (error) {
      throw new Failure({
        status: statusOf(error, 'reading'),
        where: path,
        what: `cannot read what ${output.path} merges`,
        why: reasonOf(error),
        consequence: keptInUse,
      });
    }
    const lines = text.split('\n').map((line, index) => ({ text: line, where: `${path}:${index + 1}` }));
    if (text.endsWith('\n') || text === '') lines.pop();
    return lines;
  });
}

/** Returns the failure of a merged line that does not mean what its file is for. */
export function badLine({ text, where }: MergedLine, why: string): Failure {
  return new Failure({
    status: ExitStatus.config,
    where,
    what: `cannot be merged: '${text}'`,
    why,
    consequence: keptInUse,
  });
}
