/**
 * What one log shows of sessions: which have begun, and how well its servers' ends go with them. A login opens a session
 * only where the ends of its server are known to close one, since a session whose end is not seen keeps its address for
 * `session-limit`. Nothing of it depends on what may relay: whoever is refused has a session too.
 */
import { createHash } from 'node:crypto';
import { BegunSessions, digestLength, type SavedBegun } from './begun-sessions.ts';
import { EndCounts, type SavedEnds } from './end-counts.ts';
import type { Login, Logout } from './login.ts';
import type { SessionKind, SessionServer } from './session.ts';

/** What a run leaves for the next of one log. */
export interface SavedSessions extends SavedBegun {
  readonly servers: readonly SavedEnds[];
  /** Ends whose login may be the next line. */
  readonly early: readonly SavedEnd[];
}

/** An end that has matched no session yet. */
export interface SavedEnd extends SessionServer {
  readonly kind: SessionKind;
  readonly id: string;
  /** Unix seconds. */
  readonly time: number;
}

/** Of a log of which nothing has been read. */
export const noSessions: SavedSessions = { servers: [], begun: '', begunBefore: '', since: 0, early: [] };

/**
 * Seconds that an end may stand before its login: Dovecot 2.4 has two processes write them, and of short sessions one in
 * a hundred comes so.
 */
const mostEarly = 10;

/** More ends that wait for their login are not worth waiting for. */
const mostWaiting = 1000;

/** Remembers the sessions of one log, whose lines come in their order. */
export class SessionMemory {
  readonly #ends: EndCounts;
  readonly #begun: BegunSessions;
  readonly #early: Map<string, SavedEnd>;
  /** Unix seconds of the newest line. */
  #now = 0;

  constructor(saved: SavedSessions) {
    this.#ends = new EndCounts(saved.servers);
    this.#begun = new BegunSessions(saved);
    this.#early = new Map(saved.early.map((end) => [end.id, end]));
  }

  /** Takes a login; returns by which id its session is open in the relay table; undefined where it opens none. */
  begin({ session, time }: Login): string | undefined {
    if (session === undefined) return undefined;
    this.#goOn(time);
    if (session.kind === 'none') return undefined;
    const id = digestOf(session.key);
    const early = this.#early.get(id);
    if (early !== undefined) {
      this.#early.delete(id);
      this.#ends.add(early, early.kind, true, early.time);
      return undefined;
    }
    // A process serves one session at a time: the end of the one before was not seen.
    if (session.kind === 'process') this.#begun.end(id);
    this.#begun.add(id);
    return this.#ends.areTrusted(session, session.kind) ? id : undefined;
  }

  /** Takes an end; returns by which id its session may be open in the relay table; undefined where nothing tells. */
  end({ session, time }: Logout): string | undefined {
    if (session === undefined) return undefined;
    this.#goOn(time);
    const { kind, key, server, stanza, host } = session;
    if (kind === 'none') {
      this.#ends.add(session, kind, false, time);
      return undefined;
    }
    const id = digestOf(key);
    if (this.#begun.end(id)) this.#ends.add(session, kind, true, time);
    else this.#wait({ server, stanza, host, kind, id, time });
    return id;
  }

  /** Whether the session of a login has not ended, in a log that shows the ends of others. */
  isOpen({ session }: Login): boolean {
    if (session === undefined || !this.#ends.has(session, session.kind)) return false;
    return this.#begun.has(digestOf(session.key));
  }

  /** Returns what the next run goes on from. */
  save(): SavedSessions {
    return {
      servers: this.#ends.save(this.#now),
      ...this.#begun.save(),
      early: [...this.#early.values()],
    };
  }

  #wait(end: SavedEnd): void {
    const before = this.#early.get(end.id);
    if (before !== undefined) this.#giveUp(before);
    this.#early.set(end.id, end);
    const [oldest] = this.#early.size > mostWaiting ? this.#early.values() : [];
    if (oldest !== undefined) this.#giveUp(oldest);
  }

  #giveUp(end: SavedEnd): void {
    this.#early.delete(end.id);
    this.#ends.add(end, end.kind, false, end.time);
  }

  /** Goes on to the time of a line, Unix seconds. */
  #goOn(time: number): void {
    if (time > this.#now) this.#now = time;
    for (const end of this.#early.values()) {
      if (end.time + mostEarly >= this.#now) break;
      this.#giveUp(end);
    }
    this.#begun.goOn(this.#now);
  }
}

/** Sessions are remembered by a digest: a server's own ids are long, and hold what it likes. */
function digestOf(key: string): string {
  return createHash('sha1').update(key).digest('base64url').slice(0, digestLength);
}
