/** What is told of users whose logins come from many addresses, more than `max-addresses-per-user`. */
import { ExitStatus } from '../exit-status.ts';
import type { Problem } from '../problem.ts';
import { numberWords } from '../terminal/words.ts';

/** So many are told by name. A botnet has one password, or a few. */
const mostNamed = 3;

/**
 * Returns a warning for each of the users with most addresses. They are told as long as they are over the limit, by
 * runs that change nothing too: `overLimit` is what the last pass over the table found.
 */
export function stolenPasswordProblems(
  overLimit: Readonly<Record<string, number>> = {},
  limit: number | undefined,
): Problem[] {
  if (limit === undefined) return [];
  return Object.entries(overLimit)
    .sort(([, a], [, b]) => b - a)
    .slice(0, mostNamed)
    .map(([user, addresses]) => ({
      status: ExitStatus.ok,
      isWarning: true,
      where: `user ${user}`,
      what: 'logins refused',
      why: `they come from ${numberWords(addresses)} addresses, max-addresses-per-user is ${numberWords(limit)}`,
      consequence: 'a stolen password?',
      // Without the name: whatever it holds, the line can be pasted.
      fix: 'see exact dump --by-user',
    }));
}
