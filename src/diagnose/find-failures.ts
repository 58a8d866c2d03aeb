/** Who has just given a wrong password, found in the mail log: for whoever asks why an address may not relay. */
import { zoneOf } from '../config/time-zone.ts';
import { type FailedLogin, failureReader, failureRules } from '../refusals/failed-logins.ts';
import type { Address } from '../relay/address.ts';
import type { Table } from './open-table.ts';
import { type Logs, patience } from './search-logs.ts';
import { clock } from './why-not.ts';

/** So many names are kept of an address: whoever guesses passwords takes no more memory than this. */
const mostNames = 3;

/** Failed logins by address, of each user the newest, the newest first. */
type Failures = ReadonlyMap<Address, readonly FailedLogin[]>;

/** Looks for failed logins from some addresses, since an instant in Unix seconds, for two seconds at most. */
export async function findFailures(
  { settings }: Table,
  logs: Logs,
  { since, addresses }: { readonly since: number; readonly addresses: ReadonlySet<Address> },
): Promise<Failures> {
  const found = new Map<Address, FailedLogin[]>();
  if (addresses.size === 0) return found;
  const read = failureReader(await failureRules(), zoneOf(settings), settings.connectWindow);
  await logs.search({
    since,
    patience,
    take: (chunk) =>
      read(chunk, (failed) => {
        if (failed.time < since || !addresses.has(failed.address)) return;
        const others = (found.get(failed.address) ?? []).filter(({ user }) => user !== failed.user);
        found.set(failed.address, [failed, ...others].slice(0, mostNames));
      }),
  });
  return found;
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
