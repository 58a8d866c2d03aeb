/**
 * Who may relay at all: every reason for which a login that a rule found does not open the relay. Pure; the
 * clock, the host's own addresses and the revocations are handed in.
 */
import { type Address, refusedByNature } from './address.ts';
import type { Login } from './login.ts';
import { contains, type Network } from './network.ts';
import type { Lifetime } from './pair.ts';
import { type VoidUntil, voidUpTo } from './revocation.ts';

/** A network that never relays, and the line that says so. */
export interface Ignored {
  readonly network: Network;
  /** `FILE:LINE`. */
  readonly origin: string;
}

/** What a run judges logins by. */
export interface Policy extends Lifetime {
  /** Unix seconds. */
  readonly now: number;
  readonly ignore: readonly Ignored[];
  /** Addresses of this host's own interfaces, canonical. */
  readonly ownAddresses: ReadonlySet<Address>;
  readonly voidUntil: VoidUntil;
}

/** Why a login or an address does not relay: a word for counters, and words for people. */
export interface Refusal {
  readonly kind: 'loopback' | 'own address' | 'ignored' | 'revoked' | 'too old' | 'over limit' | 'table full';
  readonly reason: string;
  /** What counters know it by; a revocation is counted by its subject too. */
  readonly counter?: string;
}

/** Returns why an address may never relay here, or undefined: its nature, this host's own, `ignore`. */
export function addressRefusal(
  address: Address,
  policy: Pick<Policy, 'ignore' | 'ownAddresses'>,
): Refusal | undefined {
  const nature = refusedByNature(address);
  if (nature !== undefined) return { kind: 'loopback', reason: nature };
  if (policy.ownAddresses.has(address)) return { kind: 'own address', reason: 'an address of this host' };
  for (const { network, origin } of policy.ignore) {
    if (contains(network, address)) {
      return { kind: 'ignored', reason: `in 'ignore ${network.text}' (${origin})` };
    }
  }
  return undefined;
}

/**
 * Returns why a login does not count, or undefined if it does. A login that is older than `timeout` counts all
 * the same while the session that it began is open and `sessions` is on; whether it is, only the rest of the
 * log tells, so with sessions on the limit for age is that of sessions.
 */
export function loginRefusal(login: Login, policy: Policy): Refusal | undefined {
  const refusal = addressRefusal(login.address, policy);
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
