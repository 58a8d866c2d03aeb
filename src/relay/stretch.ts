/**
 * Pairs that follow each other in the table and that nothing in a run changes. Of a million pairs nearly all are such,
 * and each step that one of them takes by itself is felt: a stretch is passed on at once, as the bytes that it is,
 * with its addresses as lines. Where a run has a login from 192.0.2.40 alone, all pairs before that address are one
 * stretch, and all after it another.
 */

/** Which pairs make a stretch. */
export interface StretchLimits {
  /** Sort key that their addresses come before: that of the next change; undefined if none follows. */
  readonly until: string | undefined;
  /** Their last logins are later: Unix seconds. */
  readonly after: number;
  /** Whether a pair with open sessions has to be looked at, since these decide how long it lives. */
  readonly withoutSessions: boolean;
}

/** A stretch of pairs, all of one family. Its bytes are valid until the stream that gave it moves. */
export interface Stretch {
  /** How many pairs: at least one. */
  readonly pairs: number;
  /** The oldest of their last logins: Unix seconds. */
  readonly oldest: number;
  /** Their lines as they stand in the state file. */
  readonly lines: Uint8Array;
  /** Their addresses, each once, in the order of the table and with a newline after it. */
  readonly addresses: Uint8Array;
  /** How many addresses. */
  readonly count: number;
  readonly isIPv6: boolean;
}
