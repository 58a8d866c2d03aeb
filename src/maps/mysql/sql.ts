/**
 * Pieces that the statements share. A statement may be several, with a semicolon between them: its answer is that of the
 * last one. In a transaction `@now` is when it began, in UTC, and `@serial`, where it locks, a number of its own. Lists are
 * handed over as JSON: of a parameter of theirs, neither database makes a table.
 */

import { type Address, sortKey } from '../../relay/address.ts';
import { isNetwork, keyRange, type Network, parseNetwork } from '../../relay/network.ts';

/** What the rows of exact_relay and exact_member are known by. */
export const rowKey = 'address, username, source';

/** The database's clock as Unix seconds; it is neither of the session's time zone nor of that of the server. */
export const clock = secondsOf('utc_timestamp(6)');

/** Returns a time in UTC as Unix seconds. */
export function secondsOf(time: string): string {
  return `timestampdiff(microsecond, '1970-01-01', ${time}) / 1000000`;
}

/** Returns a table `t` of a parameter that holds a JSON array of arrays. */
export function listed(...columns: readonly string[]): string {
  const parts = columns.map((column, index) => `${column} path '$[${index}]'`);
  return `json_table(?, '$[*]' columns(${parts.join(', ')})) as t`;
}

/** Columns of such a table. */
export const columns = {
  address: 'address varchar(64) character set utf8mb4',
  username: 'username varchar(255) character set utf8mb4',
  rest: 'rest decimal(20, 6)',
  account: 'account varchar(32) character set utf8mb4',
  first: 'first varchar(33) character set utf8mb4',
  last: 'last varchar(33) character set utf8mb4',
} as const;

/** What the revocations in the table come to: another text for each other table, in whatever order they are read. */
export const digest = `(select concat(count(*)${[1, 17, 33, 49]
  .map((at) => `, ' ', bit_xor(cast(conv(substring(d, ${at}, 16), 16, 10) as unsigned))`)
  .join(
    '',
  )}) from (select sha2(concat_ws(' ', kind, hex(what), hex(source), at, until, undone is not null), 256) as d
  from exact_revoked) as each_one)`;

/** Returns what ends the rows that a query finds, by their keys, and tells how many it `ended`. */
export function ending(found: string): string {
  return `delete r from (${found}) as g straight_join exact_relay r using (${rowKey});
    select row_count() as ended`;
}

/** Returns the sort keys of the first and the last address of a row. */
export function rangeOf(form: string): readonly [first: string, last: string] {
  const network = form.includes('/') ? parseNetwork(form) : undefined;
  if (network !== undefined && isNetwork(network)) return keyRange(network);
  const key = sortKey(form as Address);
  return [key, key];
}

/** Returns the condition, with its values, that the address or network of a row lies in a network. */
export function isWithin(network: Network): readonly [text: string, ...values: string[]] {
  const [first, last] = keyRange(network);
  return ['r.first between ? and ? and r.last <= ?', first, last, last];
}
