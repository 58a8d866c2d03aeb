/**
 * The revocations on disk, one line each, so that damage to one line costs no other: kind, what, at, until, by,
 * separated by tabs; times are Unix seconds. A log cannot give them back, so they are in no file that is ever
 * rebuilt.
 */

import { replaceFile } from '../maps/replace-file.ts';
import { isNetwork, parseNetwork } from '../relay/network.ts';
import type { Revocation } from '../relay/revocation.ts';
import { escapeField, unescapeField } from '../terminal/escape.ts';
import { type Damage, isDamage } from './damage.ts';
import { isSeconds, readLineRecords } from './line-records.ts';
import { stateMode } from './state-paths.ts';

const header = 'exact-revoked 1\n# kind what at until by\n';

/** What is to be done where something else stands under its name: a run moves it nowhere. */
export const revokedFix = 'move it away, and repeat each exact expire that is to hold';

/** What the file holds, and the numbers of lines that cannot be read. */
export interface RevokedFile {
  readonly revocations: Revocation[];
  readonly badLines: number[];
}

/** Reads the revocations; none if there is no such file. System errors are thrown. */
export function readRevocations(path: string): RevokedFile | Damage {
  const read = readLineRecords(path, 'exact-revoked', parseLine);
  return isDamage(read) ? read : { revocations: read.records, badLines: read.badLines };
}

function parseLine(line: string): Revocation | undefined {
  const [kind, what, at = '', until = '', by] = line.split('\t');
  if (kind !== 'network' && kind !== 'user' && kind !== 'all') return undefined;
  if (what === undefined || by === undefined || !isSeconds(at) || !isSeconds(until)) return undefined;
  // One that names no network would void nothing, and nobody would know.
  if (kind === 'network' && !isNetwork(parseNetwork(what))) return undefined;
  return { kind, what: unescapeField(what), at: Number(at), until: Number(until), by: unescapeField(by) };
}

/** Writes the revocations, synced. */
export function writeRevocations(path: string, revocations: readonly Revocation[]): void {
  const lines = revocations.map(({ kind, what, at, until, by }) =>
    [kind, escapeField(what), at, until, escapeField(by)].join('\t'),
  );
  replaceFile(path, Buffer.from(`${header}${lines.map((line) => `${line}\n`).join('')}`), {
    mode: stateMode,
    consequence: 'nothing is revoked',
  });
}
