/** `exact dump --by-user`: the view at 3 a.m.; whose password is in use from too many places? */

import type { Table } from '../../diagnose/open-table.ts';
import { ExitStatus } from '../../exit-status.ts';
import { foldUser } from '../../relay/pair.ts';
import { escapeControls, escapeField } from '../../terminal/escape.ts';
import { formatTable } from '../../terminal/table.ts';
import { countWords, durationWords, numberWords, utcText } from '../../terminal/words.ts';
import { entryFilter } from './filter.ts';
import type { DumpInvocation } from './options.ts';
import { sayNone } from './say-none.ts';

/** What one user comes to. */
interface UserSums {
  /** As the newest login had it. */
  user: string;
  addresses: number;
  /** Addresses held back by `max-addresses-per-user` or `max-users-per-address`. */
  refused: number;
  logins: number;
  /** Unix seconds of the newest login. */
  newest: number;
}

/** Writes one row a user, those with the most addresses first; exit status 1 if there is none. */
export function dumpByUser(invocation: DumpInvocation, table: Table): ExitStatus {
  const users = usersOf(invocation, table);
  const limit = invocation.count('limit') ?? 0;
  const shown = limit > 0 ? users.slice(0, limit) : users;
  const { stdout } = invocation.world;
  if (invocation.has('json')) {
    for (const sums of shown) stdout.write(`${JSON.stringify({ ...sums, newest: utcText(sums.newest) })}\n`);
  } else if (invocation.has('tsv')) {
    for (const { user, addresses, refused, logins, newest } of shown) {
      stdout.write(`${[escapeField(user), addresses, refused, logins, utcText(newest)].join('\t')}\n`);
    }
  } else if (shown.length > 0) {
    for (const line of rowsOf(invocation, shown)) stdout.write(`${line}\n`);
    if (shown.length < users.length) {
      stdout.write(
        `${shown.length} of ${countWords(users.length, 'user')}; ${invocation.repeat('all: exact dump --by-user --limit 0')}\n`,
      );
    }
  }
  if (users.length > 0) return ExitStatus.ok;
  sayNone(invocation, 'no user may relay now');
  return ExitStatus.no;
}

function usersOf(invocation: DumpInvocation, table: Table): UserSums[] {
  const filter = entryFilter(invocation);
  const byName = new Map<string, UserSums>();
  table.visit((entry) => {
    for (const { user, last, logins, isHeldBack } of filter(entry)?.users ?? []) {
      const name = foldUser(user);
      const sums = byName.get(name) ?? { user, addresses: 0, refused: 0, logins: 0, newest: 0 };
      if (isHeldBack) sums.refused++;
      else sums.addresses++;
      sums.logins += logins;
      if (last >= sums.newest) Object.assign(sums, { user, newest: last });
      byName.set(name, sums);
    }
  });
  return [...byName.values()].sort(
    (a, b) => b.addresses + b.refused - (a.addresses + a.refused) || b.newest - a.newest,
  );
}

function rowsOf(invocation: DumpInvocation, users: readonly UserSums[]): string[] {
  const rows = users.map(({ user, addresses, refused, logins, newest }) => [
    { text: escapeControls(user) },
    { text: numberWords(addresses) },
    { text: numberWords(refused) },
    { text: numberWords(logins) },
    { text: `${durationWords(invocation.now - newest)} ago` },
  ]);
  const columns = [
    { title: 'USER', mayShrink: true },
    { title: 'ADDRESSES', alignsRight: true },
    { title: 'REFUSED', alignsRight: true },
    { title: 'LOGINS', alignsRight: true },
    { title: 'NEWEST' },
  ];
  return formatTable(columns, rows, invocation.world.stdout.columns);
}
