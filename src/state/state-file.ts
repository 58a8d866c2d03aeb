/**
 * The state file as a whole: header, pairs in the order of the relay table, trailer with count and checksum.
 *
 *     exact-state 1
 *     # key last first logins address server user sessions
 *     4c0000201 …
 *     end COUNT CRC32
 *
 * It is only ever replaced, never changed in place; one that does not end in its trailer, or whose checksum
 * (CRC-32 of all bytes before the trailer, hexadecimal) differs, is damaged as a whole.
 */

/** First line of the format that this program writes and reads. */
export const stateHeader = 'exact-state 1\n# key last first logins address server user sessions\n';

/** Why a state file cannot be used. The relay table is then rebuilt from the log. */
export class StateDamage extends Error {
  /** Written by a later version of Exact: whole, but not for this one to read. */
  readonly isNewer: boolean;

  constructor(reason: string, isNewer = false) {
    super(reason);
    this.name = 'StateDamage';
    this.isNewer = isNewer;
  }
}

/** Returns the last line of a state file. */
export function stateTrailer(count: number, checksum: number): string {
  return `end\t${count}\t${checksum.toString(16).padStart(8, '0')}\n`;
}

/** Returns count and checksum of a trailer line without its newline, or undefined. */
export function parseTrailer(line: string): { count: number; checksum: number } | undefined {
  const found = /^end\t(\d+)\t([0-9a-f]{8})$/.exec(line);
  return found === null
    ? undefined
    : { count: Number(found[1]), checksum: Number.parseInt(found[2] ?? '', 16) };
}

/** Throws {@link StateDamage} if a file does not begin as this version's state does. */
export function checkHeader(start: string): void {
  if (start === stateHeader) return;
  const version = /^exact-state (\d+)\n/.exec(start);
  if (version !== null && Number(version[1]) > 1) {
    throw new StateDamage(`of version ${version[1]}, written by a newer exact`, true);
  }
  throw new StateDamage(start === '' ? 'empty' : 'does not begin as a state file');
}
