/**
 * The logins and logouts of one run, folded: for each pair of address and user what they come to. Folding
 * does not depend on the order in which lines were read, except that a session's end follows its beginning.
 */
import { createHash } from 'node:crypto';
import { type Address, sortKey } from './address.ts';
import type { Login, Logout } from './login.ts';
import { compareUsers, type OpenSession, type Pair } from './pair.ts';
import { loginRefusal, type Policy, type Refusal } from './policy.ts';

/** What the new lines say about one pair. Times are Unix seconds, none after now. */
export interface PairChange {
  readonly key: string;
  readonly address: Address;
  readonly user: string;
  /** Rule of the newest login. */
  server: string;
  /** Of each login. Empty if there are only logouts. */
  readonly times: number[];
  first: number;
  last: number;
  readonly opened: Map<string, OpenSession>;
  readonly closed: Set<string>;
  /** Newest sign of life from a session's end; 0 if none. */
  lastLogout: number;
}

/** Gathers logins and logouts and gives the changes in the order of the relay table. */
export class Batch {
  readonly #policy: Policy;
  readonly #changes = new Map<string, PairChange>();
  /** Where sessions of this batch were opened, for logouts that carry the session alone. */
  readonly #placeOfSession = new Map<string, PairChange>();
  readonly #strayLogouts = new Map<string, number>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** Takes a login; returns why it does not count, or undefined. */
  login(login: Login): Refusal | undefined {
    const refusal = loginRefusal(login, this.#policy);
    if (refusal !== undefined) return refusal;
    const change = this.#changeFor(login.address, login.user);
    // A stamp ahead of the clock counts as now: nothing outlives now + timeout.
    const time = Math.min(login.time, this.#policy.now);
    change.times.push(time);
    if (time >= change.last) change.server = login.server;
    change.first = Math.min(change.first, time);
    change.last = Math.max(change.last, time);
    if (this.#policy.sessionLimit > 0 && login.session !== undefined) {
      const id = sessionId(login.session);
      change.opened.set(id, { id, since: time });
      change.closed.delete(id);
      this.#placeOfSession.set(id, change);
    }
    return undefined;
  }

  /** Takes the end of a session: it refreshes what is in the table, and never adds. */
  logout(logout: Logout): void {
    if (this.#policy.sessionLimit === 0) return;
    const time = Math.min(logout.time, this.#policy.now);
    const id = logout.session === undefined ? undefined : sessionId(logout.session);
    let change = id === undefined ? undefined : this.#placeOfSession.get(id);
    if (change === undefined && logout.address !== undefined && logout.user !== undefined) {
      change = this.#changeFor(logout.address, logout.user);
    }
    if (change === undefined) {
      if (id !== undefined) this.#strayLogouts.set(id, time);
      return;
    }
    change.lastLogout = Math.max(change.lastLogout, time);
    if (id !== undefined) {
      change.opened.delete(id);
      change.closed.add(id);
    }
  }

  /** Ends of sessions whose pair only the old state knows: session id to Unix seconds. */
  get strayLogouts(): ReadonlyMap<string, number> {
    return this.#strayLogouts;
  }

  /** Whether nothing that was taken can change the table. */
  get isEmpty(): boolean {
    return this.#changes.size === 0 && this.#strayLogouts.size === 0;
  }

  /** Returns the changes, sorted by address, then user. */
  sorted(): PairChange[] {
    return [...this.#changes.values()].sort((a, b) =>
      a.key < b.key ? -1 : a.key > b.key ? 1 : compareUsers(a.user, b.user),
    );
  }

  #changeFor(address: Address, user: string): PairChange {
    const name = `${address} ${user}`;
    let change = this.#changes.get(name);
    if (change === undefined) {
      change = {
        key: sortKey(address),
        address,
        user,
        server: '',
        times: [],
        first: Number.POSITIVE_INFINITY,
        last: 0,
        opened: new Map(),
        closed: new Set(),
        lastLogout: 0,
      };
      this.#changes.set(name, change);
    }
    return change;
  }
}

/** Sessions are remembered by a digest: a server's own ids are long, and hold what it likes. */
function sessionId(session: string): string {
  return createHash('sha1').update(session).digest('base64url').slice(0, 12);
}

/** A mail client opens a handful of connections; more are not worth remembering. */
const maxSessionsPerPair = 32;

/** Returns the pair that a change makes of the old one; undefined if there is no login to live on. */
export function applyChange(old: Pair | undefined, change: PairChange): Pair | undefined {
  if (old === undefined && change.times.length === 0) return undefined;
  const kept = (old?.sessions ?? []).filter(({ id }) => !change.closed.has(id) && !change.opened.has(id));
  // Lines that are read a second time are not newer than what is in the table: they count once.
  const counted = old === undefined ? change.times : change.times.filter((time) => time > old.last);
  return {
    address: change.address,
    user: change.user,
    server: old === undefined || change.last > old.last ? change.server : old.server,
    first: Math.min(old?.first ?? Number.POSITIVE_INFINITY, change.first),
    last: Math.max(old?.last ?? 0, change.last, change.lastLogout),
    logins: (old?.logins ?? 0) + counted.length,
    sessions: [...kept, ...change.opened.values()].slice(-maxSessionsPerPair),
  };
}
