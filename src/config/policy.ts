/** Settings to the policy that logins and pairs are judged by: the one place where the two meet. */
import { ownAddresses } from '../host/own-addresses.ts';
import type { Policy } from '../relay/policy.ts';
import { indexRevocations, type Revocation } from '../relay/revocation.ts';
import type { Settings } from './settings.ts';

/** Returns the policy of these settings on this host at `now`, Unix seconds, with these revocations in force. */
export function policyOf(settings: Settings, now: number, revocations: readonly Revocation[]): Policy {
  const { timeout, sessions, sessionLimit, ignore } = settings;
  return {
    now,
    timeout,
    // Where sessions do not count, none is open.
    sessionLimit: sessions ? sessionLimit : 0,
    ignore,
    ownAddresses: ownAddresses(),
    voidUntil: indexRevocations(revocations),
  };
}
