/**
 * Who may relay at all: every reason for which a login that a rule found does not open the relay, among them that it was
 * revoked. Pure; the clock, the host's own addresses and the revocations are handed in by the policy.
 */
import { type Address, refusedByNature } from './address.ts';
import type { NotAdmitted } from './admission.ts';
import type { Login } from './login.ts';
import type { Policy } from './policy.ts';
import { voidUpTo } from './revocation.ts';

/** Why a login or an address does not relay: a word for counters, and words for people. */
export interface Refusal {
  readonly kind:
    | NotAdmitted['kind']
    | 'loopback'
    | 'own address'
    | 'revoked'
    | 'too old'
    | 'over limit'
    | 'too many users'
    | 'table full';
  readonly reason: string;
  /** What counters know it by; a revocation is counted by its subject too. */
  readonly counter?: string;
}

/** Returns why an address may never relay here, or undefined: its nature, this host's own, `ignore`, `only`. */
export function addressRefusal(
  address: Address,
  policy: Pick<Policy, 'admission' | 'ownAddresses'>,
): Refusal | undefined {
  return hostRefusal(address, policy) ?? policy.admission.refuseAddress(address);
}

/** Returns why no configuration lets an address relay here, or undefined: its nature, or this host's own. */
export function hostRefusal(
  address: Address,
  { ownAddresses }: Pick<Policy, 'ownAddresses'>,
): Refusal | undefined {
  const nature = refusedByNature(address);
  if (nature !== undefined) return { kind: 'loopback', reason: nature };
  return ownAddresses.has(address) ? { kind: 'own address', reason: 'an address of this host' } : undefined;
}

/** Returns why a user at an address may never relay here, or undefined: by the address, or `users`, `not-users`. */
export function pairRefusal(
  { address, user }: Pick<Login, 'address' | 'user'>,
  policy: Pick<Policy, 'admission' | 'ownAddresses'>,
): Refusal | undefined {
  return addressRefusal(address, policy) ?? policy.admission.refuseUser(user);
}

/**
 * Returns why a login does not count, or undefined if it does. A login that is older than `timeout` counts all
 * the same while the session that it began is open and `sessions` is on; whether it is, only the rest of the
 * log tells, so with sessions on the limit for age is that of sessions.
 */
export function loginRefusal(login: Login, policy: Policy): Refusal | undefined {
  const refusal = pairRefusal(login, policy);
  if (refusal !== undefined) return refusal;
  const revocation = policy.voidUntil(login.address, login.user);
  // A stamp ahead of the clock counts as now, and is void if now is.
  if (revocation !== undefined && Math.min(login.time, policy.now) <= voidUpTo(revocation)) {
    const what = revocation.kind === 'all' ? 'every address' : revocation.what;
    const counter = `revoked ${revocation.kind} ${revocation.what}`;
    return { kind: 'revoked', reason: `${what} is revoked by ${revocation.by}`, counter };
  }
  if (login.time + Math.max(policy.timeout, policy.sessionLimit) <= policy.now) {
    return { kind: 'too old', reason: 'the login is older than the timeout' };
  }
  return undefined;
}
