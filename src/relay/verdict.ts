/** What the relay table would make of logins, one by one, without a table: for trying rules on a sample. */
import { sortKey } from './address.ts';
import type { Login } from './login.ts';
import { overLimitWords, placeOf } from './max-addresses-per-user.ts';
import { foldUser } from './pair.ts';
import { loginRefusal, type Policy, type Refusal } from './policy.ts';

/** Whether a login authorises its address. Times are Unix seconds. */
export type Verdict =
  | { readonly isAuthorised: true; readonly until: number }
  | { readonly isAuthorised: false; readonly refusal: Refusal };

/** Judges logins in the order of the log. */
export interface Judge {
  /** `now` is the instant for which the question is asked. */
  judge(login: Login, now: number): Verdict;
}

/** First and last login of a user from a place. */
interface Visits {
  readonly first: number;
  last: number;
}

/** Returns a judge that knows no earlier logins; `limit` is `max-addresses-per-user`. */
export function createJudge(policy: Omit<Policy, 'now'>, limit: number | undefined): Judge {
  const users = new Map<string, Map<string, Visits>>();
  return {
    judge(login, now) {
      const refusal = loginRefusal(login, { ...policy, now });
      if (refusal !== undefined) return { isAuthorised: false, refusal };
      if (limit !== undefined && isOver(placesOf(users, login, policy.timeout), login, limit)) {
        return { isAuthorised: false, refusal: { kind: 'over limit', reason: overLimitWords(limit) } };
      }
      return { isAuthorised: true, until: login.time + policy.timeout };
    },
  };
}

/** The places from which a login's user may relay at its time, itself among them. */
function placesOf(
  users: Map<string, Map<string, Visits>>,
  { user, address, time }: Login,
  timeout: number,
): ReadonlyMap<string, Visits> {
  const name = foldUser(user);
  const places = users.get(name) ?? new Map<string, Visits>();
  users.set(name, places);
  for (const [place, { last }] of places) if (last + timeout <= time) places.delete(place);
  const place = placeOf(sortKey(address));
  const visits = places.get(place);
  if (visits === undefined) places.set(place, { first: time, last: time });
  else visits.last = Math.max(visits.last, time);
  return places;
}

function isOver(places: ReadonlyMap<string, Visits>, { address }: Login, limit: number): boolean {
  // As max-addresses-per-user.ts has it: by first login, then by address.
  const sorted = [...places].sort(([a, x], [b, y]) => x.first - y.first || (a < b ? -1 : 1));
  const own = placeOf(sortKey(address));
  return sorted.findIndex(([place]) => place === own) >= limit;
}
