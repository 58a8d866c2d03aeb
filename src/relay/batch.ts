/**
 * The logins and logouts of one run, folded: for each pair of address and user what they come to. Folding
 * does not depend on the order in which lines were read, except that a session's end follows its beginning.
 *
 * A run may bring a million new pairs: what each of them has is held packed, and made an object for as long as somebody
 * looks at it.
 */
import type { Address } from './address.ts';
import { Column } from './column.ts';
import type { Login } from './login.ts';
import { PackedNames } from './packed-names.ts';
import type { OpenSession, Pair } from './pair.ts';
import type { Policy } from './policy.ts';
import { loginRefusal, type Refusal } from './refusal.ts';

/** What the new lines say about one pair. Times are Unix seconds, none after now. */
export interface PairChange extends PairSessions {
  readonly key: string;
  readonly address: Address;
  readonly user: string;
  /** Rule of the newest login. */
  readonly server: string;
  /** Of each login. */
  readonly times: readonly number[];
  readonly first: number;
  readonly last: number;
}

/** What the new lines say about the sessions of one pair. */
interface PairSessions {
  readonly opened: ReadonlyMap<string, OpenSession>;
  readonly closed: ReadonlySet<string>;
  /** Newest end of a session that these lines have opened, Unix seconds; 0 if none. */
  readonly lastLogout: number;
}

/** Changes in the order of the relay table. */
export interface Changes {
  readonly length: number;
  at(index: number): PairChange | undefined;
  filter(isWanted: (change: PairChange) => boolean): Changes;
}

const withoutSessions: PairSessions = { opened: new Map(), closed: new Set(), lastLogout: 0 };

/** Marks the end of a chain of times. */
const none = 2 ** 32 - 1;

/** Gathers logins and logouts and gives the changes in the order of the relay table. */
export class Batch {
  readonly #policy: Policy;
  readonly #names = new PackedNames();
  /** Of each pair its newest login, and of that the rule. */
  readonly #last = new Column(Float64Array);
  readonly #server = new Column(Uint32Array);
  /** The number of each pair's last login, of each login its time, and the number of the pair's login before it. */
  readonly #lastLogin = new Column(Uint32Array);
  readonly #times = new Column(Float64Array);
  readonly #loginBefore = new Column(Uint32Array);
  readonly #servers: string[] = [];
  readonly #numberOfServer = new Map<string, number>();
  readonly #sessions = new Map<number, SessionChanges>();
  /** Where sessions of this batch are open: a proxy and its backend may both log one, perhaps by two names of its user. */
  readonly #placesOfSession = new Map<string, SessionChanges[]>();
  readonly #strayLogouts = new Map<string, number>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** Takes a login, and by which id it opens a session, if it does; returns why it does not count, or undefined. */
  login(login: Login, session?: string): Refusal | undefined {
    const refusal = loginRefusal(login, this.#policy);
    if (refusal !== undefined) return refusal;
    // A stamp ahead of the clock counts as now: nothing outlives now + timeout.
    const time = Math.min(login.time, this.#policy.now);
    const pair = this.#names.numberOf(login.address, login.user);
    if (pair === this.#last.length) {
      this.#last.push(0);
      this.#server.push(0);
      this.#lastLogin.push(none);
    }
    this.#loginBefore.push(this.#lastLogin.at(pair));
    this.#lastLogin.set(pair, this.#times.length);
    this.#times.push(time);
    if (time >= this.#last.at(pair)) {
      this.#last.set(pair, time);
      this.#server.set(pair, this.#serverNumber(login.server));
    }
    if (this.#policy.sessionLimit > 0 && session !== undefined && !this.#hasEnded(login, session)) {
      // A process serves one session at a time: the one before has ended, and nobody knows when.
      if (login.session?.kind === 'process') this.logout(session, 0);
      const sessions = this.#sessions.get(pair) ?? new SessionChanges();
      this.#sessions.set(pair, sessions);
      sessions.open(session, time);
      const places = this.#placesOfSession.get(session);
      if (places === undefined) this.#placesOfSession.set(session, [sessions]);
      else if (!places.includes(sessions)) places.push(sessions);
    }
    return undefined;
  }

  /**
   * Takes the end of a session, Unix seconds: it refreshes each pair that has it open, and never adds one. The first end
   * closes it everywhere, also where an earlier run has opened it.
   */
  logout(session: string, at: number): void {
    if (this.#policy.sessionLimit === 0) return;
    const time = Math.min(at, this.#policy.now);
    for (const sessions of this.#placesOfSession.get(session) ?? []) sessions.close(session, time);
    this.#placesOfSession.delete(session);
    if (!this.#strayLogouts.has(session)) this.#strayLogouts.set(session, time);
  }

  /** Reports whether another log, read before, has the end of a session whose login stands in this one too. */
  #hasEnded({ session, time }: Login, id: string): boolean {
    return session?.kind === 'id' && (this.#strayLogouts.get(id) ?? 0) >= time;
  }

  /** Ends of sessions that only the old state may know to be open: session id to Unix seconds. */
  get strayLogouts(): ReadonlyMap<string, number> {
    return this.#strayLogouts;
  }

  /** Whether nothing that was taken can change the table. */
  get isEmpty(): boolean {
    return this.#names.count === 0 && this.#strayLogouts.size === 0;
  }

  /** Returns the changes, sorted by address, then user. */
  sorted(): Changes {
    const order = this.#names.sorted();
    const at = (index: number) => {
      const pair = order[index];
      return pair === undefined ? undefined : this.#change(pair);
    };
    return {
      length: order.length,
      at,
      filter: (isWanted) => {
        const found: PairChange[] = [];
        for (const pair of order) {
          const change = this.#change(pair);
          if (isWanted(change)) found.push(change);
        }
        return found;
      },
    };
  }

  #change(pair: number): PairChange {
    const times: number[] = [];
    for (let login = this.#lastLogin.at(pair); login !== none; login = this.#loginBefore.at(login)) {
      times.push(this.#times.at(login));
    }
    const { key, address, user } = this.#names.namesOf(pair);
    const { opened, closed, lastLogout } = this.#sessions.get(pair) ?? withoutSessions;
    return {
      key,
      address,
      user,
      server: this.#servers[this.#server.at(pair)] as string,
      times,
      first: times.reduce((earliest, time) => Math.min(earliest, time), Number.POSITIVE_INFINITY),
      last: this.#last.at(pair),
      opened,
      closed,
      lastLogout,
    };
  }

  #serverNumber(server: string): number {
    const known = this.#numberOfServer.get(server);
    if (known !== undefined) return known;
    this.#numberOfServer.set(server, this.#servers.length);
    return this.#servers.push(server) - 1;
  }
}

/** The sessions of one pair. */
class SessionChanges implements PairSessions {
  readonly opened = new Map<string, OpenSession>();
  readonly closed = new Set<string>();
  lastLogout = 0;

  open(id: string, since: number): void {
    this.opened.set(id, { id, since });
    this.closed.delete(id);
  }

  close(id: string, at: number): void {
    this.lastLogout = Math.max(this.lastLogout, at);
    this.opened.delete(id);
    this.closed.add(id);
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
