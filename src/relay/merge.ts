/**
 * The run as a merge, as with a master file: the old pairs come as a sorted stream, the changes of this run
 * sorted in memory; one pass gives the new pairs, sorted, and each relaying address once. Time and memory do
 * not depend on holding a table: a pair that nothing changes is passed on without being taken apart.
 */
import type { Address } from './address.ts';
import { applyChange, type Changes, type PairChange } from './batch.ts';
import { BoundedPlaces } from './bounded-places.ts';
import type { Bounds } from './bounds.ts';
import { crowdWords } from './crowd.ts';
import { overLimitWords } from './max-addresses-per-user.ts';
import { compareUsers, endSessions, expiryOf, notAfter, type Pair } from './pair.ts';
import type { PairStream } from './pair-stream.ts';
import { asPair, type Permit } from './permit.ts';
import { PermitQueue, type Place } from './permit-queue.ts';
import type { Policy } from './policy.ts';
import { pairRefusal, type Refusal } from './refusal.ts';
import { voidUpTo } from './revocation.ts';
import { type Stretch, type StretchLimits, stretchLimitsOf } from './stretch.ts';

/** What became of a pair in this run. */
export type PairOutcome = 'added' | 'refreshed' | 'kept' | 'expired' | 'revoked' | 'refused';

/** What is known of an outcome beside the pair. */
interface OutcomeDetails {
  /** Why it is refused. */
  readonly refusal?: Refusal;
  /** The pair before it was refreshed. */
  readonly before?: Pair;
  /** When a permit ends, Unix seconds: no login says so. */
  readonly until?: number;
}

/** Takes what a merge gives. */
export interface MergeSink {
  /** The stream's current pair goes on as it is; it is given too where it has been taken apart to be judged. */
  keep(stream: PairStream, pair?: Pair): void;
  /** Pairs that go on as they are, and whose addresses may relay; without this, each pair comes by itself. */
  keepStretch?(stretch: Stretch): void;
  /** A pair that is new or changed, and the sort key of its address. */
  write(pair: Pair, key: string): void;
  /** A permit that holds, and the sort key of its address; before the pairs of that address. */
  permit?(permit: Permit, key: string): void;
  /** An address that may relay; each once, in order. */
  publish(address: Address): void;
  /** What became of a pair, and what it was before; not called for those kept as they were. */
  report(outcome: Exclude<PairOutcome, 'kept'>, pair: Pair, details?: OutcomeDetails): void;
}

/** How a merge should go. */
export interface MergeOptions {
  readonly policy: Policy;
  /** Who was let in by hand. */
  readonly permits: readonly Permit[];
  /** What the limits of the table come to. */
  readonly bounds: Bounds;
  /** Ends of sessions that began in an earlier run: session id to Unix seconds. */
  readonly strayLogouts: ReadonlyMap<string, number>;
  /** Whether `ignore` and the like, own addresses, revocations or a clock set back may have changed what old pairs may do. */
  readonly judgesOldPairs: boolean;
}

/** What a merge comes to. */
export interface MergeResult {
  readonly pairs: number;
  readonly published: number;
  /** How many permits hold. */
  readonly permitted: number;
  /** Unix seconds at which the next pair or permit expires; Infinity if there is none. */
  readonly nextExpiry: number;
}

/** Merges the old pairs with the changes, both sorted, into the sink. */
export function merge(
  stream: PairStream,
  changes: Changes,
  sink: MergeSink,
  options: MergeOptions,
): MergeResult {
  const run = new Merge(sink, options);
  let index = 0;
  let change = changes.at(index);
  let hasOld = stream.next();
  while (hasOld || change !== undefined) {
    const order = compareNext(hasOld ? stream : undefined, change);
    const key = change?.key;
    run.permitsUpTo(() => (order < 0 || key === undefined ? stream : placeOfKey(key)));
    if (order < 0) run.old(stream, key);
    else if (change !== undefined) {
      run.changed(order === 0 ? notAfter(stream.pair(), options.policy.now) : undefined, change);
      change = changes.at(++index);
    }
    if (order <= 0) hasOld = stream.next();
  }
  run.permitsUpTo(() => undefined);
  return run;
}

function placeOfKey(key: string): Place {
  return { compareKey: (other) => (key < other ? -1 : key > other ? 1 : 0) };
}

/** Says which comes first: the old pair (below 0), the change (above 0), or both are of one pair (0). */
function compareNext(stream: PairStream | undefined, change: PairChange | undefined): number {
  if (stream === undefined) return 1;
  if (change === undefined) return -1;
  return stream.compareKey(change.key) || compareUsers(stream.user(), change.user);
}

/** One pass: what is passed on, what is published, and the sums. */
class Merge implements MergeResult {
  pairs = 0;
  published = 0;
  permitted = 0;
  nextExpiry = Number.POSITIVE_INFINITY;
  readonly #sink: MergeSink;
  readonly #options: MergeOptions;
  readonly #bounded: BoundedPlaces;
  readonly #stretchLimits: StretchLimits;
  readonly #permits: PermitQueue;
  #lastPublished = '';

  constructor(sink: MergeSink, options: MergeOptions) {
    this.#sink = sink;
    this.#options = options;
    this.#bounded = new BoundedPlaces(options.bounds);
    this.#stretchLimits = stretchLimitsOf(options.policy, options.strayLogouts);
    this.#permits = new PermitQueue(options.permits, options.policy, (permit, { outcome, ...end }) =>
      sink.report(outcome, asPair(permit), { ...end, until: permit.until }),
    );
  }

  /** Publishes the permits up to a place, and those at it; all that are left where there is none. */
  permitsUpTo(place: () => Place | undefined): void {
    if (this.#permits.nextKey === undefined) return;
    for (const { permit, key } of this.#permits.takeUpTo(place())) {
      this.permitted++;
      this.nextExpiry = Math.min(this.nextExpiry, permit.until);
      this.#sink.permit?.(permit, key);
      if (key !== this.#lastPublished) this.#publish(key, permit.address);
    }
  }

  /** Takes an old pair that no new line is about, and perhaps more such; `until` is the key of the next change. */
  old(stream: PairStream, until: string | undefined): void {
    const { strayLogouts, judgesOldPairs } = this.#options;
    if (this.#bounded.has(stream) && this.#leaves(stream.key, stream.user())) this.#refuseRoom(stream.pair());
    else if (judgesOldPairs) this.#judge(stream);
    else if (this.#passStretch(stream, until)) return;
    else if (stream.hasSessions && strayLogouts.size > 0) this.#judge(stream);
    else if (!this.#hasExpired(stream)) this.#keep(stream);
  }

  /** Takes what new lines say of a pair, with the old pair if there is one. */
  changed(old: Pair | undefined, change: PairChange): void {
    const { policy, strayLogouts } = this.#options;
    let before = old === undefined || this.#isEnded(old) ? undefined : endSessions(old, strayLogouts);
    // A pair whose time had run out before the new login begins anew, as if a run had come in between.
    if (before !== undefined && expiryOf(before, policy) <= change.first) {
      this.#sink.report('expired', before);
      before = undefined;
    }
    const after = applyChange(before, change);
    if (this.#leaves(change.key, after.user)) this.#refuseRoom(after);
    else this.#settle(change.key, before, after);
  }

  #leaves(key: string, user: string): boolean {
    return this.#options.bounds.leaving.get(key)?.has(user) ?? false;
  }

  #refuseRoom(pair: Pair): void {
    const { maxEntries } = this.#options.bounds.limits;
    const reason = `max-entries ${maxEntries} is reached`;
    this.#sink.report('refused', pair, { refusal: { kind: 'table full', reason } });
  }

  /**
   * Passes on the current pair with those after it that need no look either, and reports whether it could. Of places
   * that a bound says something of each pair is looked at; an address that is published is not published again.
   */
  #passStretch(stream: PairStream, until: string | undefined): boolean {
    if (this.#sink.keepStretch === undefined || stream.stretch === undefined) return false;
    if (this.#lastPublished !== '' && stream.compareKey(this.#lastPublished) === 0) return false;
    const end = earliest(earliest(until, this.#bounded.next), this.#permits.nextKey);
    const stretch = stream.stretch(this.#stretchLimits, end);
    if (stretch === undefined) return false;
    this.#sink.keepStretch(stretch);
    this.pairs += stretch.pairs;
    this.published += stretch.count;
    this.#lastPublished = stream.key;
    if (stretch.nextExpiry < this.nextExpiry) this.nextExpiry = stretch.nextExpiry;
    return true;
  }

  /** Takes an old pair apart, since it may be at its end or another one than before. */
  #judge(stream: PairStream): void {
    const { policy, strayLogouts } = this.#options;
    const old = stream.pair();
    const pair = notAfter(old, policy.now);
    if (this.#isEnded(pair)) return;
    const after = endSessions(pair, strayLogouts);
    if (after !== old) this.#settle(stream.key, pair, after);
    else if (!this.#hasExpired(stream)) this.#keep(stream, old);
  }

  #hasExpired(stream: PairStream): boolean {
    const { policy } = this.#options;
    const hasExpired = stream.expiry(policy) <= policy.now;
    if (hasExpired) this.#sink.report('expired', stream.pair());
    return hasExpired;
  }

  #settle(key: string, before: Pair | undefined, after: Pair): void {
    const { policy } = this.#options;
    const expiry = expiryOf(after, policy);
    if (expiry <= policy.now) {
      if (before !== undefined) this.#sink.report('expired', after);
      return;
    }
    this.#sink.write(after, key);
    this.#count(key, expiry, after);
    if (before !== undefined && before.last === after.last && before.logins === after.logins) return;
    const refusal = this.#heldBack(key, after.user);
    if (refusal !== undefined) this.#sink.report('refused', after, { refusal });
    else if (before === undefined) this.#sink.report('added', after);
    else this.#sink.report('refreshed', after, { before });
  }

  /** Why a pair that stays in the table is not published. */
  #heldBack(key: string, user: string): Refusal | undefined {
    const { addressLimit, crowds, limits } = this.#options.bounds;
    if (addressLimit.isOver(key, () => user)) return { kind: 'over limit', reason: overLimitWords() };
    const users = crowds.get(key);
    if (users === undefined) return undefined;
    return { kind: 'too many users', reason: crowdWords(users, limits.maxUsersPerAddress) };
  }

  /** Passes on one pair as it is; of a million such each step is felt. */
  #keep(stream: PairStream, pair?: Pair): void {
    this.#sink.keep(stream, pair);
    this.pairs++;
    this.nextExpiry = Math.min(this.nextExpiry, stream.expiry(this.#options.policy));
    if (this.#lastPublished !== '' && stream.compareKey(this.#lastPublished) === 0) return;
    const { key } = stream;
    const { addressLimit, crowds } = this.#options.bounds;
    if (crowds.has(key) || addressLimit.isOver(key, () => stream.user())) return;
    this.#publish(key, stream.address());
  }

  #count(key: string, expiry: number, { address, user }: Pair): void {
    this.pairs++;
    if (expiry < this.nextExpiry) this.nextExpiry = expiry;
    if (key === this.#lastPublished || this.#heldBack(key, user) !== undefined) return;
    this.#publish(key, address);
  }

  #publish(key: string, address: Address): void {
    this.#lastPublished = key;
    this.published++;
    this.#sink.publish(address);
  }

  /** Reports whether a pair is at its end whatever its time, by a revocation or by what is refused now. */
  #isEnded(pair: Pair): boolean {
    const { policy } = this.#options;
    const revocation = policy.voidUntil(pair.address, pair.user);
    if (revocation !== undefined && pair.last <= voidUpTo(revocation)) {
      this.#sink.report('revoked', pair);
      return true;
    }
    const refusal = pairRefusal(pair, policy);
    if (refusal !== undefined) this.#sink.report('refused', pair, { refusal });
    return refusal !== undefined;
  }
}

function earliest(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}
