/**
 * Revocations as rows that every host honours. Their times are of the database's clock; each host turns them into
 * its own, so that no revocation depends on clocks that agree. Pure.
 */
import { sortKey } from '../../relay/address.ts';
import { isNetwork, keyRange, parseNetwork } from '../../relay/network.ts';
import { addRevocation, type Revocation, voidUpTo } from '../../relay/revocation.ts';
import { unescapeField } from '../../terminal/escape.ts';
import { keyName } from './stored-name.ts';

/** A row of exact_revoked. Times are Unix seconds of the database's clock, with fraction. */
export interface SharedRevocation {
  readonly kind: string;
  /** Escaped, and of any length. */
  readonly what: string;
  readonly source: string;
  readonly at: number;
  readonly until: number;
  readonly who: string;
  /** It was undone from some host, whose refusal it was or not. */
  readonly isUndone?: boolean | undefined;
  /**
   * It was known before the database went back to an earlier time; holds until whoever revoked says something else than
   * this, which the table then said of it: '' for nothing.
   */
  readonly over?: string | undefined;
}

/** What a host knows of the revocations of others. */
export interface Learned {
  readonly revocations: readonly SharedRevocation[];
  /** This host's clock less the database's, in seconds. */
  readonly skew: number;
}

/** Who or what is revoked. */
export type Subject = Pick<SharedRevocation, 'kind' | 'what'>;

/** Returns the revocations of other hosts, in this host's time, rounded to what is void longer. */
export function foreignRevocations({ revocations, skew }: Learned): Revocation[] {
  return revocations.flatMap((row) => {
    const { kind } = row;
    if (kind !== 'network' && kind !== 'user' && kind !== 'all') return [];
    const [at, until] = [Math.ceil(row.at + skew), Math.ceil(row.until + skew)];
    return [{ kind, what: unescapeField(row.what), at, until, by: `${row.who} on ${row.source}` }];
  });
}

/**
 * Returns what a host knows once it has read the rows of others. Where the database `wentBack`, what it said last is
 * not the last that was said: what it has lost holds on until its host says it again. Times are of the database's clock.
 */
export function knownAfter(
  before: readonly SharedRevocation[],
  read: readonly SharedRevocation[],
  { wentBack, forgets }: { readonly wentBack: boolean; readonly forgets: (row: SharedRevocation) => boolean },
): SharedRevocation[] {
  const known = new Map(read.map((row) => [nameOf(row), row]));
  for (const row of before) {
    const found = known.get(nameOf(row));
    const over = found === undefined ? '' : sayingOf(found);
    const isLost = wentBack ? over !== sayingOf(row) : row.over === over;
    if (isLost && !forgets(row)) known.set(nameOf(row), { ...row, over });
  }
  return [...known.values()];
}

/** Returns the rows that say something new of their subjects: which rows of the relay table they may have ended. */
export function newsIn(
  before: readonly SharedRevocation[],
  after: readonly SharedRevocation[],
): SharedRevocation[] {
  const known = new Set(before.map(textOf));
  return after.filter((row) => !known.has(textOf(row)));
}

/**
 * Returns the revocations of this host together with those that the table has of it and that it has lost with its
 * state: none is ever narrowed by that.
 */
export function takenBack(
  own: readonly Revocation[],
  rows: readonly SharedRevocation[],
  skew: number,
): readonly Revocation[] {
  const lost = rows.flatMap((row) => {
    const [revocation] = foreignRevocations({ revocations: [row], skew });
    if (revocation === undefined) return [];
    const same = own.find(({ kind, what }) => kind === revocation.kind && what === revocation.what);
    // The times of one that is known are a little different by way of another clock.
    return same !== undefined && voidUpTo(same) + 2 >= voidUpTo(revocation)
      ? []
      : [{ ...revocation, by: unescapeField(row.who) }];
  });
  return lost.length === 0 ? own : lost.reduce<Revocation[]>(addRevocation, [...own]);
}

function nameOf({ kind, what, source }: SharedRevocation): string {
  return [kind, what, source].join('\t');
}

function sayingOf({ at, until }: SharedRevocation): string {
  return `${at} ${until}`;
}

function textOf(row: SharedRevocation): string {
  return `${nameOf(row)}\t${sayingOf(row)}`;
}

/** Returns what tells whether rows of the relay table, of whatever host, have to do with any of these subjects. */
export function subjectsIndex(subjects: readonly Subject[]): (address: string, username: string) => boolean {
  if (subjects.length === 0) return () => false;
  if (subjects.some(({ kind }) => kind === 'all')) return () => true;
  const whats = (wanted: string) =>
    subjects.filter(({ kind }) => kind === wanted).map(({ what }) => unescapeField(what));
  const users = new Set(whats('user').map(keyName));
  const ranges = whats('network').map(parseNetwork).filter(isNetwork).map(keyRange);
  return (address, username) => {
    if (users.size > 0 && users.has(keyName(unescapeField(username).toLowerCase()))) return true;
    if (ranges.length === 0) return false;
    // Where a row is a network (ipv6-prefix), part of it that is revoked has to do with all of it.
    const network = address.includes('/') ? parseNetwork(address) : undefined;
    const [first, last] =
      network !== undefined && isNetwork(network) ? keyRange(network) : [sortKey(address), sortKey(address)];
    return ranges.some((range) => first <= range[1] && range[0] <= last);
  };
}
