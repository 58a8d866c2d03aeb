/**
 * Connect lines of logs that name no process, as metalog writes them. Only their order tells which login is whose:
 *
 *     [popa3d] Session from 192.0.2.12
 *     [popa3d] Authentication passed for carol
 *
 * A login is joined with such a line where no other client is connected that it could be of. Whoever connects counts as
 * connected for longer than any session lasts, logged in or not: some servers write the login when the session ends, and
 * some write it twice. So a stranger who connects while somebody else is there costs that user a retry, and gets
 * nothing by it.
 */
import type { HalfOpenLogin } from '../state/half-open-login.ts';

/** As long as `session-limit` by default. Seconds. */
const longestWait = 12 * 3600;

/** More of one program at once are too many to tell apart. */
const mostOpen = 200;

const keyWord = 'connect ';
const blindWord = 'connects ';

/** The connections of one log that name no process. */
export class UnnamedConnects {
  readonly #windowSeconds: number;
  /** By key, as `processKey` makes it, in the order of arrival. */
  readonly #open = new Map<string, HalfOpenLogin[]>();
  /** When so many were open that some were forgotten, by key; Unix seconds. */
  readonly #blind = new Map<string, number>();

  /** A login is joined with a line that is at most so many seconds older. */
  constructor(windowSeconds: number) {
    this.#windowSeconds = windowSeconds;
  }

  /** Remembers a connect line. */
  add(login: HalfOpenLogin): void {
    const { key, time } = login;
    const open = this.#openAt(key, time);
    open.push(login);
    if (open.length > mostOpen) this.#blind.set(key, time);
    this.#open.set(key, open.length > mostOpen ? [] : open);
  }

  /** Returns the connect line that a login at `time` (Unix seconds) belongs to, if it can be of no other. */
  take(key: string, time: number): HalfOpenLogin | undefined {
    const open = this.#openAt(key, time);
    this.#open.set(key, open);
    const [first, ...others] = open;
    const blindSince = this.#blind.get(key);
    if (first === undefined || (blindSince !== undefined && time - blindSince <= longestWait))
      return undefined;
    const isOnlyOne = others.every(({ address, user }) => address === first.address && user === first.user);
    const newest = open.at(-1) ?? first;
    if (!isOnlyOne || time < newest.time || time - newest.time > this.#windowSeconds) return undefined;
    // It stays: whoever has logged in is connected still.
    return newest;
  }

  /** Returns all of them in the form of half-open logins, beside which the state file keeps them. */
  export(): HalfOpenLogin[] {
    const open = [...this.#open.values()].flat();
    const blind = [...this.#blind].map(([key, time]) => ({ key: blindWord + key, time }));
    return [...open.map((login) => ({ ...login, key: keyWord + login.key })), ...blind];
  }

  /** Takes up one of an earlier run; returns false for what is none. */
  import(login: HalfOpenLogin): boolean {
    const { key, time } = login;
    if (key.startsWith(blindWord)) this.#blind.set(key.slice(blindWord.length), time);
    else if (key.startsWith(keyWord)) this.add({ ...login, key: key.slice(keyWord.length) });
    else return false;
    return true;
  }

  /** Forgets all. */
  clear(): void {
    this.#open.clear();
    this.#blind.clear();
  }

  #openAt(key: string, time: number): HalfOpenLogin[] {
    return (this.#open.get(key) ?? []).filter((login) => time - login.time <= longestWait);
  }
}
