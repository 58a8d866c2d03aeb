/** What the relay table would make of logins, one by one, without a table: for trying rules on a sample. */
import { sortKey } from './address.ts';
import type { TableLimits } from './bounds.ts';
import { crowdWords } from './crowd.ts';
import type { Login } from './login.ts';
import { overLimitWords, placeOf } from './max-addresses-per-user.ts';
import { foldUser, type Lifetime } from './pair.ts';
import type { Policy } from './policy.ts';
import { loginRefusal, type Refusal } from './refusal.ts';

/** Whether a login authorises its address. Times are Unix seconds. */
export type Verdict =
  | { readonly isAuthorised: true; readonly until: number }
  | { readonly isAuthorised: false; readonly refusal: Refusal };

/** Judges logins in the order of the log. */
export interface Judge {
  /** `now` is the instant for which the question is asked. */
  judge(login: Login, now: number): Verdict;
}

/** First and last login of a user from a place or an address. */
interface Visits {
  readonly first: number;
  last: number;
}

/** Returns a judge that knows no earlier logins. */
export function createJudge(
  policy: Omit<Policy, 'now'>,
  { maxAddressesPerUser: limit, maxUsersPerAddress: crowd }: Omit<TableLimits, 'maxEntries'>,
): Judge {
  const users = new Map<string, Map<string, Visits>>();
  const addresses = new Map<string, Map<string, Visits>>();
  return {
    judge(login, now) {
      const refusal = loginRefusal(login, { ...policy, now });
      if (refusal !== undefined) return { isAuthorised: false, refusal };
      const { address, time } = login;
      const user = foldUser(login.user);
      const place = placeOf(sortKey(address));
      const placesOf = () => recent(users, { whose: user, what: place, time }, policy);
      if (limit !== undefined && isOver(placesOf(), place, limit)) {
        return { isAuthorised: false, refusal: { kind: 'over limit', reason: overLimitWords(limit) } };
      }
      const sharing = crowd && recent(addresses, { whose: address, what: user, time }, policy).size;
      if (crowd !== undefined && sharing !== undefined && sharing > crowd) {
        return {
          isAuthorised: false,
          refusal: { kind: 'too many users', reason: crowdWords(sharing, crowd) },
        };
      }
      return { isAuthorised: true, until: time + policy.timeout };
    },
  };
}

/** Notes a visit, and returns those that count at its time, itself among them: of a user from places, or the reverse. */
function recent(
  all: Map<string, Map<string, Visits>>,
  { whose, what, time }: { readonly whose: string; readonly what: string; readonly time: number },
  { timeout }: Lifetime,
): ReadonlyMap<string, Visits> {
  const known = all.get(whose) ?? new Map<string, Visits>();
  all.set(whose, known);
  for (const [each, { last }] of known) if (last + timeout <= time) known.delete(each);
  const visits = known.get(what);
  if (visits === undefined) known.set(what, { first: time, last: time });
  else visits.last = Math.max(visits.last, time);
  return known;
}

function isOver(places: ReadonlyMap<string, Visits>, own: string, limit: number): boolean {
  // As max-addresses-per-user.ts has it: by first login, then by address.
  const sorted = [...places].sort(([a, x], [b, y]) => x.first - y.first || (a < b ? -1 : 1));
  return sorted.findIndex(([place]) => place === own) >= limit;
}
