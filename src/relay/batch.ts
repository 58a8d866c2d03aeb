/**
 * The logins and logouts of one run, folded: for each pair of address and user what they come to. Folding
 * does not depend on the order in which lines were read, except that a session's end follows its beginning.
 */
import { type Address, sortKey } from './address.ts';
import type { Login } from './login.ts';
import { compareUsers, type OpenSession, type Pair } from './pair.ts';
import type { Policy } from './policy.ts';
import { loginRefusal, type Refusal } from './refusal.ts';

/** What the new lines say about one pair. Times are Unix seconds, none after now. */
export interface PairChange {
  readonly key: string;
  readonly address: Address;
  readonly user: string;
  /** Rule of the newest login. */
  server: string;
  /** Of each login. */
  readonly times: number[];
  first: number;
  last: number;
  readonly opened: Map<string, OpenSession>;
  readonly closed: Set<string>;
  /** Newest end of a session that these lines have opened; 0 if none. */
  lastLogout: number;
}

/** Gathers logins and logouts and gives the changes in the order of the relay table. */
export class Batch {
  readonly #policy: Policy;
  readonly #changes = new Map<string, PairChange>();
  /** Where sessions of this batch are open. */
  readonly #placeOfSession = new Map<string, PairChange>();
  readonly #strayLogouts = new Map<string, number>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** Takes a login, and by which id it opens a session, if it does; returns why it does not count, or undefined. */
  login(login: Login, session?: string): Refusal | undefined {
    const refusal = loginRefusal(login, this.#policy);
    if (refusal !== undefined) return refusal;
    const change = this.#changeFor(login.address, login.user);
    // A stamp ahead of the clock counts as now: nothing outlives now + timeout.
    const time = Math.min(login.time, this.#policy.now);
    change.times.push(time);
    if (time >= change.last) change.server = login.server;
    change.first = Math.min(change.first, time);
    change.last = Math.max(change.last, time);
    if (this.#policy.sessionLimit > 0 && session !== undefined) {
      change.opened.set(session, { id: session, since: time });
      change.closed.delete(session);
      this.#placeOfSession.set(session, change);
    }
    return undefined;
  }

  /** Takes the end of a session, Unix seconds: it refreshes the pair that has it open, and never adds one. */
  logout(session: string, at: number): void {
    if (this.#policy.sessionLimit === 0) return;
    const time = Math.min(at, this.#policy.now);
    const change = this.#placeOfSession.get(session);
    if (change === undefined) {
      this.#strayLogouts.set(session, time);
      return;
    }
    this.#placeOfSession.delete(session);
    change.lastLogout = Math.max(change.lastLogout, time);
    change.opened.delete(session);
    change.closed.add(session);
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

/** A mail client opens a handful of connections; more are not worth remembering. */
const maxSessionsPerPair = 32;

/** Returns the pair that a change makes of the old one. */
export function applyChange(old: Pair | undefined, change: PairChange): Pair {
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
