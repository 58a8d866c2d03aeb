/**
 * What a host and the table have to say to each other: whether the table is the one that this host has written to last,
 * and this host the one that has written. A name says neither: a database may be restored from a backup, a host may have
 * lost its state, or two may have one name.
 */

/** What a host remembers of its row in exact_hosts. */
export interface Remembered {
  /** The id of this host's own, a random one; '' before there is one. */
  readonly instance: string;
  /** Ids that it had before. */
  readonly former: readonly string[];
  /** How often it has come by: the table's own count never goes back. */
  readonly beats: number;
  /** Written by the last transaction that this host knows to have arrived; a random text. */
  readonly token: string;
  /** What the transaction writes that was begun last, which may have arrived or not. */
  readonly pending: string;
}

/** The row as it is found. */
export interface Met {
  readonly instance: string;
  readonly token: string;
  readonly beats: number;
  /** Seconds since its host was last seen, by the database's clock. */
  readonly age: number;
}

/** Seconds without its host after which a name is free. */
export const absence = 300;

/**
 * How the two stand: `good`, the table has what this host sent last, and nothing else of it; `unsure`, a push was
 * interrupted; `back`, the table is of an earlier time; `behind`, what this host remembers is; `taken`, another host has
 * its name.
 */
export type Standing = 'good' | 'unsure' | 'back' | 'behind' | 'taken';

/** Returns how they stand; where it is neither `good` nor `unsure`, all that is known of the rows counts for nothing. */
export function standingOf(remembered: Remembered, met: Met | undefined): Standing {
  const { instance, former, beats, token, pending } = remembered;
  if (met === undefined) return instance === '' ? 'behind' : 'back';
  if (met.instance === instance) {
    if (met.beats <= beats) return 'back';
    if (met.token === token) return 'good';
    return met.token === pending ? 'unsure' : 'behind';
  }
  if (former.includes(met.instance)) return 'back';
  return Math.abs(met.age) > absence ? 'behind' : 'taken';
}
