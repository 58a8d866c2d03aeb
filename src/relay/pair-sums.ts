/** What the pairs of the relay table come to: how many users they are of, and how many a server gave. */
import { foldUser, type Pair } from './pair.ts';

/** Sums over pairs. */
export interface PairSums {
  /** Names in upper and lower case are one. */
  readonly users: number;
  /** Pairs by the rule that found them. */
  readonly byServer: Readonly<Record<string, number>>;
}

/** Adds pairs up. It holds each user's name once: that is the price of counting users. */
export class PairTally {
  readonly #users = new Set<string>();
  readonly #byServer = new Map<string, number>();

  /** Takes one pair. */
  add({ user, server }: Pick<Pair, 'user' | 'server'>): void {
    this.#users.add(foldUser(user));
    this.#byServer.set(server, (this.#byServer.get(server) ?? 0) + 1);
  }

  /** Of the pairs taken so far. */
  get sums(): PairSums {
    return { users: this.#users.size, byServer: Object.fromEntries(this.#byServer) };
  }
}
