/**
 * Half-open logins: connect lines of servers that log the address on one line and the user on another, waiting
 * for their login. A pid comes back with another client and a flood makes syslog drop lines, so each serves one
 * login and lives for a window only; and there are never more than a bounded number. The first of these lines is one:
 *
 *     popa3d[811]: Session from 192.0.2.10
 *     popa3d[811]: Authentication passed for alice
 */
import { isAddress, parseAddress } from '../relay/address.ts';
import type { HalfOpenLogin } from '../state/half-open-login.ts';

/** Oldest first out: a flood of connections costs somebody a retry, not memory. */
const mostHalfOpen = 10_000;

/** Returns the key of a line that carries the server's session id. */
export function sessionKey(rule: string, host: string, session: string): string {
  return JSON.stringify([rule, host, session]);
}

/** Returns the key of a line by the process that serves the client, whatever program it was when it wrote the line. */
export function servingKey(rule: string, host: string, pid: string): string {
  return JSON.stringify([rule, host, 'pid', pid]);
}

/** Returns the key of a line by its process. */
export function processKey(rule: string, host: string, program: string, pid: string): string {
  return JSON.stringify([rule, host, program, pid]);
}

/** Returns the number of the process that a {@link processKey} is of. */
export function pidOfProcess(key: string): string {
  const [, , , pid = ''] = JSON.parse(key) as string[];
  return pid;
}

const beforeStream = 'piece of a line: ';

/** Returns the key of a container's stream that is in the middle of a line. */
export function pieceKey(stream: string): string {
  return `${beforeStream}${stream}`;
}

/** Returns the stream that a {@link pieceKey} is of; undefined for another key. */
export function streamOfPiece(key: string): string | undefined {
  return key.startsWith(beforeStream) ? key.slice(beforeStream.length) : undefined;
}

/** The half-open logins of one log. */
export class HalfOpenLogins {
  readonly #windowSeconds: number;
  /** In the order of arrival. */
  readonly #waiting = new Map<string, HalfOpenLogin>();

  constructor(windowSeconds: number) {
    this.#windowSeconds = windowSeconds;
  }

  /**
   * Remembers a connect line. Of one key two clients at once are one too many, and nothing tells whose login follows: it is
   * neither's. Servers draw one session id twice, and containers or hosts that log under one host name have processes of the
   * same number. One that is older than the window never came to a login: process numbers come back.
   */
  add(login: HalfOpenLogin): void {
    const { key, time } = login;
    const other = this.#waiting.get(key);
    const isShared = other !== undefined && !isOfSameClient(login, other) && this.#areNear(login, other);
    this.#waiting.delete(key);
    this.#waiting.set(key, isShared ? { key, time } : login);
    if (this.#waiting.size <= mostHalfOpen) return;
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined) this.#waiting.delete(oldest);
  }

  /** Returns the connect line that a login at `time` (Unix seconds) belongs to, which serves no other. */
  take(key: string, time: number): HalfOpenLogin | undefined {
    const login = this.#waiting.get(key);
    this.#waiting.delete(key);
    return login !== undefined && this.#isAlive(login, time) ? login : undefined;
  }

  /** Forgets a session that has ended without a login; returns whether it was waited for. */
  end(key: string): boolean {
    const login = this.#waiting.get(key);
    // One of two has ended, and nobody knows which.
    if (login !== undefined && isNobodys(login)) return true;
    return this.#waiting.delete(key);
  }

  /** Returns what still waits at `now` (Unix seconds). */
  export(now: number): HalfOpenLogin[] {
    return [...this.#waiting.values()].filter((login) => now - login.time <= this.#windowSeconds);
  }

  /** Takes up what {@link HalfOpenLogins.export} gave in an earlier run. */
  import(logins: readonly HalfOpenLogin[]): void {
    for (const login of logins) this.add(login);
  }

  /** Forgets all. */
  clear(): void {
    this.#waiting.clear();
  }

  #areNear(one: HalfOpenLogin, other: HalfOpenLogin): boolean {
    return Math.abs(one.time - other.time) <= this.#windowSeconds;
  }

  /** A login before its connect line is one of an earlier session. */
  #isAlive(login: HalfOpenLogin, time: number): boolean {
    return time >= login.time && time - login.time <= this.#windowSeconds;
  }
}

/** Who starts a server may write the client's address in another form than the server does. */
function isOfSameClient(one: HalfOpenLogin, other: HalfOpenLogin): boolean {
  if (one.user !== other.user) return false;
  if (one.address === other.address) return true;
  if (one.address === undefined || other.address === undefined) return false;
  const [address, another] = [parseAddress(one.address), parseAddress(other.address)];
  return isAddress(address) && isAddress(another) && address === another;
}

/** Reports whether two clients at once have left what waits, so that it belongs to none of them. */
export function isNobodys({ address, user }: HalfOpenLogin): boolean {
  return address === undefined && user === undefined;
}
