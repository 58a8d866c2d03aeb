/**
 * The option `users`: a map in which the value of each address is whose logins let it in, `INFO login=alice,bob`, for the
 * log and for headers. As an action of Postfix's access(5) that value logs and permits nothing; nor is it `OK`.
 *
 * A user name is what a client has typed. It stands in the value only if it is of letters, digits and a few signs that mean
 * nothing in a header, a table line or an expansion; any other is `?`.
 */
import type { Output } from './output.ts';

/** The option, as map types name it. */
export const usersOption = 'users';

/** What each value begins with. */
const beginning = 'INFO login=';

/** No comma, which stands between names, no colon, no blank, nothing beyond ASCII. */
const harmless = /^[A-Za-z0-9._@+=/~-]{1,64}$/;

/** More than so many names are counted. */
const mostNames = 10;

/** Whether the values of a map are users. */
export function namesUsers({ options }: Pick<Output, 'options'>): boolean {
  return options.includes(usersOption);
}

/** Returns the value for an address that these users' logins have let in. */
export function userValue(users: Iterable<string>): string {
  const names = [...new Set([...users].map((user) => (harmless.test(user) ? user : '?')))].sort();
  const shown = names.slice(0, mostNames);
  const rest = names.length - shown.length;
  return beginning + [...shown, ...(rest > 0 ? [`*${rest}`] : [])].join(',');
}

/** Whether a value of a map is one that {@link userValue} gives. */
export function isUserValue(value: string): boolean {
  return value.startsWith(beginning);
}
