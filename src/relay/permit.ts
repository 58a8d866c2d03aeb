/**
 * Permits: who was let in by hand, for a time (`exact update --permit`). A permit is no login: no log tells of it, and it
 * counts beside the pairs, whatever `users`, `not-users`, `only` and the limits of a user or an address say of them. What
 * never may relay (loopback, this host's own addresses, `ignore`) may not by a permit either, and a revocation ends it.
 */
import { type Address, sortKey } from './address.ts';
import { compareUsers, foldUser, type Pair } from './pair.ts';
import type { Policy } from './policy.ts';
import { hostRefusal, type Refusal } from './refusal.ts';
import { voidUpTo } from './revocation.ts';

/** Who was let in, by whom and until when. Times are Unix seconds. */
export interface Permit {
  readonly address: Address;
  /** Who asked for it. */
  readonly user: string;
  readonly at: number;
  readonly until: number;
  /** Who gave it: a login name. */
  readonly by: string;
  /** Why; '' where nothing was said. */
  readonly note: string;
}

/** What stands for the rule where there was no login. */
export const permitServer = 'permit';

/** So long a permit holds at most: for longer there are `mynetworks` and its like. Seconds. */
export const longestPermit = 7 * 86_400;

/** What became of a permit that holds no longer. */
export interface PermitEnd {
  readonly outcome: 'expired' | 'revoked' | 'refused';
  /** Why it is refused. */
  readonly refusal?: Refusal;
}

/** Returns why a permit holds no longer, or undefined while it does. */
export function endOfPermit(permit: Permit, policy: Policy): PermitEnd | undefined {
  const { address, user, at, until } = permit;
  if (until <= policy.now) return { outcome: 'expired' };
  const revocation = policy.voidUntil(address, user);
  if (revocation !== undefined && at <= voidUpTo(revocation)) return { outcome: 'revoked' };
  const refusal = permitRefusal(address, policy);
  return refusal === undefined ? undefined : { outcome: 'refused', refusal };
}

/** Returns why an address may not be let in by hand, or undefined: its nature, this host's own, `ignore`. */
export function permitRefusal(
  address: Address,
  policy: Pick<Policy, 'admission' | 'ownAddresses'>,
): Refusal | undefined {
  return hostRefusal(address, policy) ?? policy.admission.ignores(address);
}

/** Returns the permits that hold, in the order of the relay table. */
export function livingPermits(permits: readonly Permit[], policy: Policy): Permit[] {
  const living = permits.map((permit) => permitNotAfter(permit, policy.now));
  return living.filter((permit) => endOfPermit(permit, policy) === undefined).sort(comparePermits);
}

/** Adds a permit, in the place of one that the user had at this address. */
export function addPermit(permits: readonly Permit[], added: Permit): Permit[] {
  const isSame = ({ address, user }: Permit) =>
    address === added.address && foldUser(user) === foldUser(added.user);
  return [...permits.filter((permit) => !isSame(permit)), added];
}

/** Returns a permit that was given no later than `now`, Unix seconds: a clock set back makes none hold for longer. */
function permitNotAfter(permit: Permit, now: number): Permit {
  if (permit.at <= now) return permit;
  return { ...permit, at: now, until: permit.until - (permit.at - now) };
}

/** Orders permits as the relay table is: by address, then user. */
function comparePermits(a: Permit, b: Permit): number {
  const [one, other] = [sortKey(a.address), sortKey(b.address)];
  return one < other ? -1 : one > other ? 1 : compareUsers(a.user, b.user);
}

/** Returns a permit in the form in which what becomes of pairs is told. */
export function asPair({ address, user, at }: Permit): Pair {
  return { address, user, server: permitServer, first: at, last: at, logins: 0, sessions: [] };
}

/** Says by whom a permit is, and why: `by root: her phone lost its password`. */
export function permitWords({ by, note }: Permit): string {
  return `by ${by}${note === '' ? '' : `: ${note}`}`;
}
