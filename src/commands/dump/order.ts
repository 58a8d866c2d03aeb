/** In which order `exact dump` shows addresses: `--sort`. */
import type { Entry } from '../../relay/entry.ts';
import { foldUser } from '../../relay/pair.ts';

/** Says which of two entries comes first, by one of the columns. */
type Order = (a: Entry, b: Entry) => number;

const byText = (textOf: (entry: Entry) => string): Order => {
  return (a, b) => (textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0);
};

const orders: Readonly<Record<string, Order>> = {
  // The order of the table.
  address: () => 0,
  user: byText(({ users }) => foldUser(users[0]?.user ?? '')),
  server: byText(({ users }) => users[0]?.server ?? ''),
  left: (a, b) => a.expires - b.expires,
  login: (a, b) => (b.users[0]?.last ?? 0) - (a.users[0]?.last ?? 0),
  logins: (a, b) => loginsOf(b) - loginsOf(a),
};

/** What `--sort` takes. */
export const sortKeys: readonly string[] = Object.keys(orders);

/** Returns entries, in the order of the table, in another one: names from A, the least time left, newest, most. */
export function sortEntries(entries: readonly Entry[], key: string): Entry[] {
  return [...entries].sort(orders[key]);
}

function loginsOf({ users }: Entry): number {
  return users.reduce((sum, { logins }) => sum + logins, 0);
}
