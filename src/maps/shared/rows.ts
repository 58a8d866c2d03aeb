/**
 * The rows of this host as they should be and as they were last pushed, and what differs. Pure. A row is known by
 * address and user name, separated by a tab, which neither holds.
 */
import { unescapeField } from '../../terminal/escape.ts';
import { type Subject, subjectsIndex } from './shared-revocation.ts';
import { accountOf, keyName, longestName } from './stored-name.ts';

/** Rows by their keys. Times are Unix seconds of this host's clock. */
export interface Rows {
  /** When each expires. */
  readonly ends: ReadonlyMap<string, number>;
  /** Of rows that are networks (`ipv6-prefix`), whose they are: `2001:db8:7::1@1700000000`, sorted, joined by spaces. */
  readonly members: ReadonlyMap<string, string>;
}

/** Rows as they should be. */
export interface LiveRows extends Rows {
  /** Keys of rows that live longer than what stands in the table, which has to be renewed. */
  readonly renewed: ReadonlySet<string>;
  /** What rows of users with long names are found by where the user is revoked; of others, the name tells. */
  readonly accounts: ReadonlyMap<string, string>;
}

/** A row to add, or to give another time. */
export interface RowToPut {
  readonly key: string;
  readonly expires: number;
  readonly account: string;
  readonly members?: string | undefined;
}

/** What a push has to do. */
export interface RowChanges {
  readonly put: readonly RowToPut[];
  readonly drop: readonly string[];
}

/** Returns the key of a row. */
export function rowKey(address: string, user: string): string {
  return `${address}\t${keyName(user)}`;
}

/** Returns the address and the user name, as they are stored, of a row. */
export function rowParts(key: string): readonly [address: string, username: string] {
  const tab = key.indexOf('\t');
  return [key.slice(0, tab), key.slice(tab + 1)];
}

/** Gathers rows: what several addresses of one network come to is one row. */
export class RowsBuilder implements LiveRows {
  readonly renewed = new Set<string>();
  readonly ends = new Map<string, number>();
  readonly members = new Map<string, string>();
  readonly accounts = new Map<string, string>();

  /** The longest that a row may outlive its host: Unix seconds. */
  readonly #limit: number;

  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  /** Adds what one user has at an address, published as `form`; the times are Unix seconds. */
  add(form: string, address: string, user: string, until: number): void {
    const key = rowKey(form, user);
    const expires = Math.min(until, this.#limit);
    if (until > expires) this.renewed.add(key);
    this.ends.set(key, Math.max(this.ends.get(key) ?? 0, expires));
    if (user.length > longestName / 6) this.accounts.set(key, accountOf(user));
    if (form === address) return;
    const member = `${address}@${expires}`;
    const before = this.members.get(key);
    this.members.set(key, before === undefined ? member : [...before.split(' '), member].sort().join(' '));
  }
}

/** What decides whether a row that stands there already is sent once more. */
interface HowToCompare {
  /** What others have revoked since: it may have taken out what is right again. */
  readonly touched: readonly Subject[];
  /** Seconds by which two times may differ and be the same: those that were read from another clock. */
  readonly slack: number;
  /** Rows that are renewed stay as they are if they end at this time or later: Unix seconds. */
  readonly renewsBefore: number;
}

/** Returns what makes `live` of `before`; rows that need no renewing yet get the time that they have in `before`. */
export function rowChanges(
  before: Rows,
  live: RowsBuilder,
  { touched, slack, renewsBefore }: HowToCompare,
): RowChanges {
  const isTouched = subjectsIndex(touched);
  const put: RowToPut[] = [];
  for (const [key, expires] of live.ends) {
    const known = before.ends.get(key);
    const members = live.members.get(key);
    const isRenewed =
      live.renewed.has(key) && known !== undefined && known >= renewsBefore && known <= expires;
    const isSame =
      known !== undefined &&
      (isRenewed || Math.abs(known - expires) <= slack) &&
      before.members.get(key) === members;
    if (isSame && !isTouched(...rowParts(key))) {
      if (isRenewed) live.ends.set(key, known);
      continue;
    }
    const account = live.accounts.get(key) ?? accountOf(unescapeField(rowParts(key)[1]));
    put.push({ key, expires, account, ...(members && { members }) });
  }
  return { put, drop: [...before.ends.keys()].filter((key) => !live.ends.has(key)) };
}
