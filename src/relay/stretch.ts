/**
 * Pairs that follow each other in the table and that nothing in a run changes. Of a million pairs nearly all are such,
 * and each step that one of them takes by itself is felt: a stretch is passed on at once, as the bytes that it is,
 * with its addresses as lines. Where a run has a login from 192.0.2.40 alone, all pairs before that address are one
 * stretch, and all after it another.
 */
import { EndedSessions } from './ended-sessions.ts';
import type { Lifetime } from './pair.ts';

/** Which pairs make a stretch: those that live, and whose sessions are open still. */
export interface StretchLimits {
  readonly now: number;
  readonly lifetime: Lifetime;
  /** Sessions that have ended: a pair with one of them may change. */
  readonly ended: EndedSessions;
}

/** Returns the limits of a run. */
export function stretchLimitsOf(
  policy: Lifetime & { readonly now: number },
  strayLogouts: ReadonlyMap<string, number>,
): StretchLimits {
  return { now: policy.now, lifetime: policy, ended: new EndedSessions(strayLogouts.keys()) };
}

/** Shows a pair: its user, its sort key and its first login (Unix seconds). */
export type VisitPair = (user: string, key: () => string, first: () => number) => void;

/** A stretch of pairs, all of one family. It is valid until the stream that gave it moves. */
export interface Stretch {
  /** How many pairs: at least one. */
  readonly pairs: number;
  /** When the first of them expires: Unix seconds. */
  readonly nextExpiry: number;
  /** Their lines as they stand in the state file. */
  readonly lines: Uint8Array;
  /** Their addresses, each once, in the order of the table and with a newline after it. */
  readonly addresses: Uint8Array;
  /** How many addresses. */
  readonly count: number;
  readonly isIPv6: boolean;
  /** Adds each pair to the counter that its user falls to (user-counters.ts). */
  countUsers(counts: Uint32Array): void;
  /** Shows the pairs whose users fall to a counter with more than so many. */
  visitUsers(counts: Uint32Array, most: number, visit: VisitPair): void;
  /**
   * Shows the pairs of addresses that may have more than so many users: those with more pairs, and those at both ends of the
   * stretch, which may go on beyond it.
   */
  visitCrowds(most: number, visit: VisitPair): void;
}
