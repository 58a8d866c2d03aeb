/**
 * The rows of this host as they should be and as they were last pushed, and what differs. Pure. A row is known by
 * address and user name, separated by a tab, which neither holds.
 */
import { createHash } from 'node:crypto';
import { escapeField, wellFormed } from '../../terminal/escape.ts';

/** Rows: when each expires (Unix seconds, this host's clock), by its key. */
export type Rows = ReadonlyMap<string, number>;

/** What a push has to do. */
export interface RowChanges {
  /** Rows to add, or to give another time. */
  readonly put: readonly (readonly [key: string, expires: number])[];
  readonly drop: readonly string[];
}

/** The longest user name that is stored as it is, in characters: a key of an index has to be below 2.7 kB. */
const longestName = 255;

/** Returns the key of a row. No name that a client makes up in a log can make the server refuse the row. */
export function rowKey(address: string, user: string): string {
  const name = escapeField(wellFormed(user));
  if (name.length <= longestName) return `${address}\t${name}`;
  const start = wellFormed(name.slice(0, longestName - 64));
  return `${address}\t${start}${createHash('sha256').update(name).digest('hex')}`;
}

/** Returns the address and the user name, as they are stored, of a row. */
export function rowParts(key: string): readonly [address: string, username: string] {
  const tab = key.indexOf('\t');
  return [key.slice(0, tab), key.slice(tab + 1)];
}

/** Returns what makes `live` of `before`. */
export function rowChanges(before: Rows, live: Rows): RowChanges {
  return {
    put: [...live].filter(([key, expires]) => before.get(key) !== expires),
    drop: [...before.keys()].filter((key) => !live.has(key)),
  };
}
