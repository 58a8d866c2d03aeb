/** Which entries `exact dump` is asked for: `--user`, with patterns, and `--server`. */

import type { Entry, EntryUser } from '../../relay/entry.ts';
import { userPattern } from '../../relay/user-pattern.ts';
import type { DumpInvocation } from './options.ts';

/**
 * Returns a function that gives an entry with those of its users that are asked for, or undefined if none is.
 * User names are compared in lower case; `*` and `?` are as in a shell.
 */
export function entryFilter(invocation: DumpInvocation): (entry: Entry) => Entry | undefined {
  const [user, server] = [invocation.value('user'), invocation.value('server')];
  if (user === undefined && server === undefined) return (entry) => entry;
  const isUser = user === undefined ? () => true : userPattern(user);
  const isWanted = (one: EntryUser) => isUser(one.user) && (server === undefined || one.server === server);
  return (entry) => {
    const users = entry.users.filter(isWanted);
    return users.length === 0 ? undefined : { ...entry, users };
  };
}
