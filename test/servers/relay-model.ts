/** Who may relay by a table that hosts share, at each moment of a schedule: what a test holds the real one against. */

/** One login: no address comes twice, so that each is one row. */
interface Grant {
  readonly host: number;
  readonly address: string;
  readonly user: string;
  /** `due`: no run of its host has come to a good end since. `open`: nobody can say, and nobody was told. */
  state: 'due' | 'granted' | 'revoked' | 'open';
}

/** What the test knows, told step by step. */
export class RelayModel {
  readonly #grants: Grant[] = [];
  readonly #refused = new Set<string>();
  /** Hosts without a good run since the database went back, or they lost their state. */
  readonly #stale = new Set<number>();
  /** Revocations that were told not to have arrived, by the hosts that will send them. */
  readonly #unsent: { readonly host: number; readonly covers: (grant: Grant) => boolean }[] = [];

  /** Somebody logs in at a host. */
  login(host: number, address: string, user: string): void {
    this.#grants.push({ host, address, user, state: this.#refused.has(user) ? 'revoked' : 'due' });
  }

  /** A run of a host has ended with status 0. */
  good(host: number): void {
    this.#stale.delete(host);
    for (const { covers, host: by } of this.#unsent) {
      if (by === host) for (const grant of this.#grants.filter(covers)) grant.state = 'revoked';
    }
    for (const grant of this.#grants) {
      if (grant.host === host && grant.state === 'due') grant.state = 'granted';
    }
  }

  /** A user, or an address, is revoked: `done`, told not to be done yet (`unsent`), or nobody knows (`killed`). */
  revoke(host: number, what: string, how: 'done' | 'unsent' | 'killed', isRefusal: boolean): void {
    const revoked = this.#grants.filter(({ user, address }) => user === what || address === what);
    const covers = (grant: Grant) => revoked.includes(grant);
    if (how === 'unsent') this.#unsent.push({ host, covers });
    for (const grant of revoked)
      if (grant.state !== 'revoked') grant.state = how === 'done' ? 'revoked' : 'open';
    if (how === 'done' && isRefusal) this.#refused.add(what);
  }

  /** What the hosts, or one of them, have to find out first. */
  stale(hosts: readonly number[]): void {
    for (const host of hosts) this.#stale.add(host);
  }

  /** Returns an address that may be revoked. */
  someAddress(pick: (count: number) => number): string | undefined {
    return this.#grants[pick(Math.max(1, this.#grants.length))]?.address;
  }

  /** Returns those that the table has and must not have, and those that it lacks. */
  compare(visible: ReadonlySet<string>): { readonly false: string[]; readonly lost: string[] } {
    const of = (wanted: Grant['state'], isWrong: (grant: Grant) => boolean) =>
      this.#grants.filter((grant) => grant.state === wanted && isWrong(grant)).map(({ address }) => address);
    return {
      false: this.#stale.size > 0 ? [] : of('revoked', ({ address }) => visible.has(address)),
      lost: of('granted', ({ address, host }) => !this.#stale.has(host) && !visible.has(address)),
    };
  }

  /** How many logins there were. */
  get logins(): number {
    return this.#grants.length;
  }
}
