/**
 * How well the ends of sessions that each server logs go with the logins before them. Where they do not, a format has
 * changed, lines are missing, or somebody writes lines of his own: no session is to be opened by what such a log says.
 */
import type { SessionKind, SessionServer } from './session.ts';

/** What is known of the ends of one server. */
export interface SavedEnds extends SessionServer {
  /** The kinds of session that ends have named. */
  readonly kinds: readonly SessionKind[];
  /** How many ends there were. */
  readonly ends: number;
  /** Which of them, counted from 1, matched no session that was open: the last ones, as many as decide. */
  readonly unmatched: readonly number[];
  /** When the last one was: Unix seconds. */
  readonly last: number;
}

/** How many of the last ends count. */
const counted = 1000;

/** The part of them that may match no session: one in so many. */
const oneIn = 50;

/** One more than may be unmatched. */
export const mostUnmatched = counted / oneIn + 1;

/** Servers whose ends are counted; whoever may write to a log can make up any number of hosts. */
const mostServers = 100;

/** A server that has shown no end for so long is another one by now. Seconds. */
const staleAfter = 7 * 86_400;

/** Returns how many of a server's last ends, up to 1,000, matched no session, and of how many. */
export function unmatchedOf({ ends, unmatched }: Pick<SavedEnds, 'ends' | 'unmatched'>): {
  readonly unmatched: number;
  readonly of: number;
} {
  const recent = unmatched.filter((number) => number > ends - counted);
  return { unmatched: recent.length, of: Math.min(ends, counted) };
}

/** Whether a server's ends match its logins so well that a session may be opened by one. */
export function doMatch(server: Pick<SavedEnds, 'ends' | 'unmatched'>): boolean {
  const { unmatched, of } = unmatchedOf(server);
  return unmatched * oneIn <= of;
}

/** Counts the ends of the servers of one log. */
export class EndCounts {
  /** The one whose last end is oldest first. */
  readonly #servers = new Map<string, SavedEnds>();

  constructor(saved: readonly SavedEnds[]) {
    for (const server of saved) this.#servers.set(nameOf(server), server);
  }

  /** Counts an end at `time`, Unix seconds. */
  add({ server, stanza, host }: SessionServer, kind: SessionKind, isMatched: boolean, time: number): void {
    const name = nameOf({ server, stanza, host });
    const before = this.#servers.get(name);
    const ends = (before?.ends ?? 0) + 1;
    const [kinds, unmatched] = [before?.kinds ?? [], before?.unmatched ?? []];
    this.#servers.delete(name);
    this.#servers.set(name, {
      server,
      stanza,
      host,
      kinds: kinds.includes(kind) ? kinds : [...kinds, kind],
      ends,
      unmatched: isMatched ? unmatched : [...unmatched, ends].slice(-mostUnmatched),
      last: Math.max(before?.last ?? 0, time),
    });
    const [oldest] = this.#servers.size > mostServers ? this.#servers.keys() : [];
    if (oldest !== undefined) this.#servers.delete(oldest);
  }

  /** Whether ends of that kind have been seen of a server. */
  has(server: SessionServer, kind: SessionKind): boolean {
    return this.#servers.get(nameOf(server))?.kinds.includes(kind) === true;
  }

  /** Whether a login of that kind may open a session. */
  areTrusted(server: SessionServer, kind: SessionKind): boolean {
    const known = this.#servers.get(nameOf(server));
    return known?.kinds.includes(kind) === true && doMatch(known);
  }

  /** Returns what the next run goes on from; `now` is the time of the newest line, Unix seconds. */
  save(now: number): SavedEnds[] {
    return [...this.#servers.values()].filter(({ last }) => last + staleAfter > now);
  }
}

function nameOf({ server, stanza, host }: SessionServer): string {
  return `${server}\0${stanza}\0${host}`;
}
