/**
 * What is told of the limits of the table that are met: users with too many addresses, addresses with too many users,
 * and a table that is full. Each is told as long as it lasts, by runs that change nothing too.
 */
import { ExitStatus } from '../exit-status.ts';
import type { Problem } from '../problem.ts';
import type { TableLimits } from '../relay/bounds.ts';
import { crowdCount } from '../relay/crowd.ts';
import type { SavedRun } from '../state/cursors-file.ts';
import { countWords, numberWords } from '../terminal/words.ts';

/** So many are told by name. A botnet has one password, or a few. */
const mostNamed = 3;

/** Returns a warning for each limit that the last pass over the table found to be met. */
export function limitProblems(
  { overLimit = {}, crowded = {}, full }: Pick<SavedRun, 'overLimit' | 'crowded' | 'full'>,
  { maxAddressesPerUser, maxUsersPerAddress, maxEntries }: TableLimits,
): Problem[] {
  return [
    ...(maxAddressesPerUser === undefined ? [] : most(overLimit).map(overLimitBy(maxAddressesPerUser))),
    ...(maxUsersPerAddress === undefined ? [] : most(crowded).map(crowdedBy(maxUsersPerAddress))),
    ...(full === undefined ? [] : [fullTable(full, maxEntries)]),
  ];
}

function most(counts: Readonly<Record<string, number>>): [name: string, count: number][] {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .slice(0, mostNamed);
}

function overLimitBy(limit: number): (found: [string, number]) => Problem {
  return ([user, addresses]) => ({
    status: ExitStatus.ok,
    isWarning: true,
    where: `user ${user}`,
    what: 'logins refused',
    why: `they come from ${countWords(addresses, 'address', 'addresses')}, max-addresses-per-user is ${numberWords(limit)}`,
    consequence: 'a stolen password?',
    // Without the name: whatever it holds, the line can be pasted.
    fix: 'see exact dump --by-user',
  });
}

function crowdedBy(limit: number): (found: [string, number]) => Problem {
  return ([address, users]) => ({
    status: ExitStatus.ok,
    isWarning: true,
    where: `address ${address}`,
    what: 'not published',
    why: `${crowdCount(users)} log in from it, max-users-per-address is ${numberWords(limit)}`,
    consequence: 'a proxy, a webmail host, a gateway?',
    fix: `see exact update --check; if it is one, write ignore ${address} into exact.conf`,
  });
}

/** Who has most may be a stolen password, or whoever the host has most users behind. */
function fullTable({ refused, users }: NonNullable<SavedRun['full']>, maxEntries: number): Problem {
  const names = Object.entries(users).map(([user, count]) => `${user} ${numberWords(count)}`);
  const left = refused === 0 ? '' : `; ${countWords(refused, 'entry', 'entries')} left out`;
  return {
    status: ExitStatus.ok,
    isWarning: true,
    where: `max-entries ${maxEntries}`,
    what: 'the relay table is full',
    why: `most entries: ${names.join(', ')}${left}`,
    consequence: 'the users with most entries give way to others',
    fix: 'see exact dump --by-user; raise max-entries, or set max-addresses-per-user',
  };
}
