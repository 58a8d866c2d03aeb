/**
 * Revocations as rows that every host honours. Their times are of the database's clock; each host turns them into
 * its own, so that no revocation depends on clocks that agree. Pure.
 */
import { contains, isNetwork, parseNetwork } from '../../relay/network.ts';
import { foldUser } from '../../relay/pair.ts';
import type { Revocation } from '../../relay/revocation.ts';
import { unescapeField } from '../../terminal/escape.ts';

/** A row of exact_revoked. Times are Unix seconds of the database's clock, with fraction. */
export interface SharedRevocation {
  readonly kind: string;
  readonly what: string;
  readonly source: string;
  readonly at: number;
  readonly until: number;
  readonly who: string;
}

/** What a host knows of the revocations of others. */
export interface Learned {
  readonly revocations: readonly SharedRevocation[];
  /** This host's clock less the database's, in seconds. */
  readonly skew: number;
}

/** Returns the revocations of other hosts, in this host's time, rounded to what is void longer. */
export function foreignRevocations({ revocations, skew }: Learned): Revocation[] {
  return revocations.flatMap((row) => {
    const { kind } = row;
    if (kind !== 'network' && kind !== 'user' && kind !== 'all') return [];
    const [at, until] = [Math.ceil(row.at + skew), Math.ceil(row.until + skew)];
    return [{ kind, what: unescapeField(row.what), at, until, by: `${row.who} on ${row.source}` }];
  });
}

/** Whether a row of the relay table, of whatever host, is to go on account of a revocation. */
export function isRevoked(address: string, username: string, { kind, what }: Revocation): boolean {
  if (kind === 'all') return true;
  if (kind === 'user') return foldUser(unescapeField(username)) === what;
  const [row, revoked] = [parseNetwork(address), parseNetwork(what)];
  if (!isNetwork(row) || !isNetwork(revoked)) return false;
  // Where a row is a network (ipv6-prefix), part of it that is revoked takes all of it.
  const [wide, narrow] = row.prefix < revoked.prefix ? [row, revoked] : [revoked, row];
  return contains(wide, narrow.text.split('/')[0] ?? '');
}
