/**
 * `max-entries`: a table that is full takes the login of a user who has little in it, and who has most gives way. As
 * long as a run's new pairs do not fit, the user with most pairs loses one: of several in one IPv6 /64 all but the
 * first, those that came last before others; then the one with the latest first login. Of users with as many, whose
 * pair ranks so loses it. So one user cannot keep others out, whatever the number of addresses a password is used from.
 *
 * Which pairs these are depends on the pairs alone, not on the order in which lines were read. Users are counted in
 * `counterCount` counters, each for all users that fall to it, and these are taken for one user; only pairs that lose
 * their place are held: memory grows with the logins of a run, not with the table. Without new pairs nobody loses a
 * place, also where `max-entries` was lowered.
 */
import { Latest, type RankedPair } from './latest.ts';
import { placeOf, type VisitPairs } from './max-addresses-per-user.ts';
import { foldUser } from './pair.ts';
import { counterOf, countersFor, countUser } from './user-counters.ts';

/** A table that is full. */
export interface FullTable {
  /** How many pairs it has now. */
  readonly entries: number;
  /** How many lost their place, or found none, in this run. */
  readonly refused: number;
  /** The users with most pairs, in lower case, and how many they have, those that lose their place among them. */
  readonly users: Readonly<Record<string, number>>;
}

/** Who has to go. */
export interface Room {
  /** The users whose pair goes, as logged, by the sort key of the address. */
  readonly leaving: ReadonlyMap<string, ReadonlySet<string>>;
  /** undefined while there is room. */
  readonly full: FullTable | undefined;
}

/** So many users are told by name. */
const mostNamed = 3;

/** Added to the rank of a pair whose user has an earlier one in the same /64. More than any time in seconds. */
const afterAll = 2 ** 40;

/**
 * Works out who has to go, by one to three passes over the pairs as they would be with room for all.
 *
 * @param countNew - Tells, after a pass, how many of the pairs are new.
 */
export function makeRoom(
  maxEntries: number,
  visitPairs: VisitPairs,
  countNew: () => number,
  counterCount = countersFor(maxEntries),
): Room {
  const counts = new Uint32Array(counterCount);
  let pairs = 0;
  visitPairs(
    (user) => {
      pairs++;
      countUser(counts, user);
    },
    (stretch) => {
      pairs += stretch.pairs;
      stretch.countUsers(counts);
    },
  );
  if (pairs < maxEntries) return { leaving: new Map(), full: undefined };
  const refused = Math.min(pairs - maxEntries, countNew());
  const named = greatest(counts);
  const users = new Map<string, number>();
  const leaving = new Leaving(counts, refused);
  visitRanked(
    visitPairs,
    (user) => counterOf(user, counterCount),
    (pair, counter) => {
      if (named.has(counter)) {
        const name = foldUser(pair.user);
        users.set(name, (users.get(name) ?? 0) + 1);
      }
      leaving.take(pair, counter);
    },
  );
  const chosen = leaving.choose();
  if (chosen.size > 0) {
    visitRanked(
      visitPairs,
      (user) => {
        const counter = counterOf(user, counterCount);
        return chosen.has(counter) ? counter : undefined;
      },
      (pair, counter) => chosen.get(counter)?.add(pair),
    );
  }
  const most = [...users].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, mostNamed);
  return {
    leaving: leaving.pairs(chosen.values()),
    full: { entries: pairs - refused, refused, users: Object.fromEntries(most) },
  };
}

/** How many pairs each counter loses, and which. */
class Leaving {
  readonly #counts: Uint32Array;
  /** Counters keep no more than this, and some of them one less. */
  readonly #most: number;
  /** How many counters lose one more. */
  readonly #rest: number;
  /** Of counters with more than that: what they lose, and the pair that would be next. */
  readonly #over = new Map<number, Latest>();
  /** Those of them that lose that one too. */
  readonly #whole = new Set<number>();
  /** Of the others with as many: the rank of the pair that would go. */
  readonly #ranks: Float64Array;

  constructor(counts: Uint32Array, refused: number) {
    this.#counts = counts;
    /** How many counters have so many pairs. */
    const alike = new Map<number, number>();
    for (let counter = 0; counter < counts.length; counter++) {
      const count = counts[counter] as number;
      if (count > 0) alike.set(count, (alike.get(count) ?? 0) + 1);
    }
    // From the greatest on, those with as many or more lose one each, as long as all of them can.
    let most = Math.max(0, ...alike.keys());
    let rest = refused;
    for (let losing = alike.get(most) ?? 0; losing > 0 && rest >= losing; losing += alike.get(most) ?? 0) {
      rest -= losing;
      most--;
    }
    this.#most = most;
    this.#rest = rest;
    this.#ranks = new Float64Array(this.#rest > 0 ? counts.length : 0);
  }

  take(pair: RankedPair, counter: number): void {
    const over = (this.#counts[counter] as number) - this.#most;
    if (over > 0) {
      const latest = this.#over.get(counter) ?? new Latest(over + 1);
      this.#over.set(counter, latest);
      latest.add(pair);
    } else if (over === 0 && this.#rest > 0 && pair.rank > (this.#ranks[counter] as number)) {
      this.#ranks[counter] = pair.rank;
    }
  }

  /** Chooses the counters that lose one more; returns those of which that pair is not known yet. */
  choose(): Map<number, Latest> {
    if (this.#rest === 0) return new Map();
    const candidates: number[] = [];
    const counts = this.#counts;
    for (let counter = 0; counter < counts.length; counter++) {
      if ((counts[counter] as number) >= this.#most) candidates.push(counter);
    }
    for (const [counter, latest] of this.#over) this.#ranks[counter] = latest.least?.rank ?? 0;
    const rank = (counter: number) => this.#ranks[counter] as number;
    candidates.sort((a, b) => rank(b) - rank(a) || a - b);
    const chosen = new Map<number, Latest>();
    for (const counter of candidates.slice(0, this.#rest)) {
      if (this.#over.has(counter)) this.#whole.add(counter);
      else chosen.set(counter, new Latest(1));
    }
    return chosen;
  }

  /** Returns all that go, with those that were found since. */
  pairs(found: Iterable<Latest>): Map<string, Set<string>> {
    const leaving = new Map<string, Set<string>>();
    const add = ({ key, user }: RankedPair) => {
      const users = leaving.get(key) ?? new Set<string>();
      leaving.set(key, users.add(user));
    };
    for (const [counter, latest] of this.#over) {
      for (const pair of this.#whole.has(counter) ? latest.pairs : latest.pairs.slice(1)) add(pair);
    }
    for (const latest of found) latest.pairs.forEach(add);
    return leaving;
  }
}

/** Shows the pairs with their ranks, of those users that have a counter; an IPv6 /64 is looked at as a whole. */
function visitRanked(
  visitPairs: VisitPairs,
  counterFor: (user: string) => number | undefined,
  take: (pair: RankedPair, counter: number) => void,
): void {
  /** Of each user the first pair in this /64. */
  const firsts = new Map<string, { pair: RankedPair; readonly counter: number }>();
  let place = '';
  const flush = () => {
    for (const { pair, counter } of firsts.values()) take(pair, counter);
    firsts.clear();
  };
  visitPairs((user, keyOf, firstOf) => {
    const counter = counterFor(user);
    if (counter === undefined) return;
    const pair = { rank: firstOf(), key: keyOf(), user };
    const at = placeOf(pair.key);
    if (at === pair.key) return take(pair, counter);
    if (at !== place) flush();
    place = at;
    const known = firsts.get(foldUser(user));
    if (known === undefined) firsts.set(foldUser(user), { pair, counter });
    else {
      const [first, later] = pair.rank < known.pair.rank ? [pair, known.pair] : [known.pair, pair];
      known.pair = first;
      take({ ...later, rank: later.rank + afterAll }, counter);
    }
  });
  flush();
}

/** The counters with most, as many as users are named. */
function greatest(counts: Uint32Array): Set<number> {
  const named: number[] = [];
  const countOf = (counter: number | undefined) => counts[counter ?? -1] ?? 0;
  for (let counter = 0; counter < counts.length; counter++) {
    const count = counts[counter] as number;
    if (count === 0 || (named.length === mostNamed && count <= countOf(named.at(-1)))) continue;
    named.push(counter);
    named.sort((a, b) => countOf(b) - countOf(a));
    named.length = Math.min(named.length, mostNamed);
  }
  return new Set(named);
}
