/** Who has just given a wrong password, found in the mail log: for whoever asks why an address may not relay. */
import { zoneOf } from '../config/time-zone.ts';
import { type FailedLogin, failureReader, failureRules } from '../refusals/failed-logins.ts';
import type { Address } from '../relay/address.ts';
import { foldUser } from '../relay/pair.ts';
import type { Table } from './open-table.ts';
import { type Logs, patience } from './search-logs.ts';
import { clock } from './why-not.ts';

/** So many names are kept of an address: whoever guesses passwords takes no more memory than this. */
const mostNames = 3;

/** So many addresses are kept of a user: whoever guesses one password from many takes no more memory than this. */
const mostAddresses = 10;

/** Failed logins by address, of each user the newest, the newest first. */
type Failures = ReadonlyMap<Address, readonly FailedLogin[]>;

/** Looks for failed logins from some addresses, since an instant in Unix seconds, for two seconds at most. */
export async function findFailures(
  table: Table,
  logs: Logs,
  { since, addresses }: { readonly since: number; readonly addresses: ReadonlySet<Address> },
): Promise<Failures> {
  const found = new Map<Address, FailedLogin[]>();
  if (addresses.size === 0) return found;
  await search(table, logs, since, (failed) => {
    if (!addresses.has(failed.address)) return;
    const others = (found.get(failed.address) ?? []).filter(({ user }) => user !== failed.user);
    found.set(failed.address, [failed, ...others].slice(0, mostNames));
  });
  return found;
}

/**
 * Looks for failed logins of a user, since an instant in Unix seconds, for two seconds at most. Returns the newest of each
 * address, the newest first, of the ten addresses that were last.
 */
export async function findUserFailures(
  table: Table,
  logs: Logs,
  { since, user }: { readonly since: number; readonly user: string },
): Promise<FailedLogin[]> {
  const name = foldUser(user);
  const found = new Map<Address, FailedLogin>();
  await search(table, logs, since, (failed) => {
    if (failed.user === undefined || foldUser(failed.user) !== name) return;
    found.delete(failed.address);
    found.set(failed.address, failed);
    const [oldest] = found.keys();
    if (found.size > mostAddresses && oldest !== undefined) found.delete(oldest);
  });
  return [...found.values()].reverse();
}

async function search(
  { settings }: Table,
  logs: Logs,
  since: number,
  take: (failed: FailedLogin) => void,
): Promise<void> {
  const read = failureReader(await failureRules(), zoneOf(settings), settings.connectWindow);
  await logs.search({
    since,
    patience,
    take: (chunk) => read(chunk, (failed) => failed.time >= since && take(failed)),
  });
}

/** Says who failed to log in: `10:14:03 alice failed to log in from 203.0.113.9 (dovecot): wrong password or user name`. */
export function failureWords(
  table: Table,
  { time, address, user, server, isUnknownUser }: FailedLogin,
): string {
  const who = user ?? 'somebody';
  const why = isUnknownUser ? 'no such user' : 'wrong password or user name';
  return `${clock(table, time)} ${who} failed to log in from ${address} (${server}): ${why}`;
}
