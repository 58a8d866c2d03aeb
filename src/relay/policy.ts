/** What logins and pairs are judged by. */
import type { Address } from './address.ts';
import type { Admission } from './admission.ts';
import type { Lifetime } from './pair.ts';
import type { VoidUntil } from './revocation.ts';

/** What a run judges logins by. */
export interface Policy extends Lifetime {
  /** Unix seconds. */
  readonly now: number;
  readonly admission: Admission;
  /** Addresses of this host's own interfaces, canonical. */
  readonly ownAddresses: ReadonlySet<Address>;
  readonly voidUntil: VoidUntil;
}
