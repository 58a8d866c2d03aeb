/**
 * The unit of the relay table: one user at one address. Behind one NAT address alice and bob log in, and
 * revoking alice must neither miss her nor cut bob off; so the key is the pair, and an address relays while
 * one of its pairs does.
 */
import type { Address } from './address.ts';

/** One user's logins from one address. Times are Unix seconds. */
export interface Pair {
  readonly address: Address;
  /** As logged. */
  readonly user: string;
  /** Rule of the newest login. */
  readonly server: string;
  readonly first: number;
  readonly last: number;
  readonly logins: number;
  /** Sessions that began with a login and have not ended: id and start; empty unless `sessions on`. */
  readonly sessions: readonly OpenSession[];
}

/** A session that has begun and not ended. */
export interface OpenSession {
  /** A short digest of what logout and login share. */
  readonly id: string;
  /** When it began: Unix seconds. */
  readonly since: number;
}

/** How long pairs live. Seconds. */
export interface Lifetime {
  readonly timeout: number;
  /** How long an open session keeps its pair; 0 with `sessions off`. */
  readonly sessionLimit: number;
}

/** Returns the instant, in Unix seconds, from which a pair relays no longer. */
export function expiryOf(pair: Pick<Pair, 'last' | 'sessions'>, lifetime: Lifetime): number {
  let expiry = pair.last + lifetime.timeout;
  if (lifetime.sessionLimit > 0) {
    for (const session of pair.sessions) expiry = Math.max(expiry, session.since + lifetime.sessionLimit);
  }
  return expiry;
}

/** Returns the pair with none of its times (Unix seconds) later than `now`: a clock set back makes nothing immortal. */
export function notAfter(pair: Pair, now: number): Pair {
  if (pair.last <= now && pair.sessions.every(({ since }) => since <= now)) return pair;
  const sessions = pair.sessions.map((session) => ({ ...session, since: Math.min(session.since, now) }));
  return { ...pair, first: Math.min(pair.first, now), last: Math.min(pair.last, now), sessions };
}

/** Returns the pair without the sessions that have ended, refreshed by the newest of these ends, which are session ids to Unix seconds. */
export function endSessions(pair: Pair, ends: ReadonlyMap<string, number>): Pair {
  if (ends.size === 0 || pair.sessions.length === 0) return pair;
  const sessions = pair.sessions.filter(({ id }) => !ends.has(id));
  if (sessions.length === pair.sessions.length) return pair;
  const last = Math.max(pair.last, ...pair.sessions.map(({ id }) => ends.get(id) ?? 0));
  return { ...pair, sessions, last };
}

/** Orders two users within one address: by UTF-16 code units, the same on every host. */
export function compareUsers(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Returns the form of a user name under which limits and revocations know it: lower case. */
export function foldUser(user: string): string {
  return user.toLowerCase();
}
