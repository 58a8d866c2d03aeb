/**
 * The permits on disk, one line each, so that damage to one line costs no other: address, user, at, until, by, note,
 * separated by tabs; times are Unix seconds. As of revocations, no log can give them back, so they are in no file that
 * is ever rebuilt.
 */
import { replaceFile } from '../maps/replace-file.ts';
import { longestPermit, type Permit } from '../relay/permit.ts';
import { escapeField, unescapeField } from '../terminal/escape.ts';
import { isCanonicalAddress } from './common-values.ts';
import { type Damage, isDamage } from './damage.ts';
import { isSeconds, readLineRecords } from './line-records.ts';
import { stateMode } from './state-paths.ts';

const header = 'exact-permits 1\n# address user at until by note\n';

/** What is to be done where something else stands under its name: a run moves it nowhere. */
export const permitsFix = 'move it away, and repeat each exact update --permit that is to hold';

/** What the file holds, and the numbers of lines that cannot be read. */
export interface PermitsFile {
  readonly permits: Permit[];
  readonly badLines: number[];
}

/** Reads the permits; none if there is no such file. System errors are thrown. */
export function readPermits(path: string): PermitsFile | Damage {
  const read = readLineRecords(path, 'exact-permits', parseLine);
  return isDamage(read) ? read : { permits: read.records, badLines: read.badLines };
}

function parseLine(line: string): Permit | undefined {
  const [address, user, at = '', until = '', by, note, ...more] = line.split('\t');
  if (address === undefined || !isCanonicalAddress(address) || more.length > 0) return undefined;
  if (user === undefined || user === '' || by === undefined || note === undefined) return undefined;
  if (!isSeconds(at) || !isSeconds(until)) return undefined;
  // A time that nobody can have asked for: some digit of it is another one than was written.
  if (Number(until) > Number(at) + longestPermit) return undefined;
  const texts = { user: unescapeField(user), by: unescapeField(by), note: unescapeField(note) };
  return { address, at: Number(at), until: Number(until), ...texts };
}

/** Writes the permits, synced. */
export function writePermits(path: string, permits: readonly Permit[]): void {
  const lines = permits.map(({ address, user, at, until, by, note }) =>
    [address, escapeField(user), at, until, escapeField(by), escapeField(note)].join('\t'),
  );
  replaceFile(path, Buffer.from(`${header}${lines.map((line) => `${line}\n`).join('')}`), {
    mode: stateMode,
    consequence: 'permits stay as they were',
  });
}
