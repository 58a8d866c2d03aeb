/** Settings to the policy that logins and pairs are judged by: the one place where the two meet. */
import { ownAddresses } from '../host/own-addresses.ts';
import type { Address } from '../relay/address.ts';
import { admissionOf } from '../relay/admission.ts';
import type { Policy } from '../relay/policy.ts';
import { indexRevocations, type Revocation } from '../relay/revocation.ts';
import type { Settings } from './settings.ts';

/**
 * Returns the policy of these settings at `now`, Unix seconds, with these revocations in force; `own` are the
 * addresses of this host.
 */
export function policyOf(
  settings: Settings,
  now: number,
  revocations: readonly Revocation[],
  own: ReadonlySet<Address> = ownAddresses(),
): Policy {
  const { timeout, sessions, sessionLimit } = settings;
  return {
    now,
    timeout,
    // Where sessions do not count, none is open.
    sessionLimit: sessions ? sessionLimit : 0,
    admission: admissionOf(settings),
    ownAddresses: own,
    voidUntil: indexRevocations(revocations),
  };
}
