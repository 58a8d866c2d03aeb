/**
 * Whose logins count at all, as lines of exact.conf say: `ignore`, `only`, `users` and `not-users`. Each reason names
 * the line that it comes from.
 */
import type { Address } from './address.ts';
import type { Network } from './network.ts';
import { indexNetworks } from './network-index.ts';
import { indexPatterns } from './user-pattern.ts';

/** A network that a line names. */
export interface NamedNetwork {
  readonly network: Network;
  /** `FILE:LINE`. */
  readonly origin: string;
}

/** A pattern of user names that a line names. */
export interface NamedPattern {
  readonly pattern: string;
  /** `FILE:LINE`. */
  readonly origin: string;
}

/** The lines. */
export interface AdmissionLines {
  /** Networks that never relay. */
  readonly ignore: readonly NamedNetwork[];
  /** Networks outside of which nobody relays; none: there is no such bound. */
  readonly only: readonly NamedNetwork[];
  /** Who alone earns the relay; none: everybody. */
  readonly users: readonly NamedPattern[];
  /** Who never does. */
  readonly notUsers: readonly NamedPattern[];
}

/** Why a login does not count: a word for counters, and words for people. */
export interface NotAdmitted {
  readonly kind: 'ignored' | 'not in only' | 'in not-users' | 'not in users';
  readonly reason: string;
}

/** Judges addresses and users. */
export interface Admission {
  /** Returns why an address never relays, by `ignore` alone; undefined if that does not name it. */
  ignores(address: Address): NotAdmitted | undefined;
  /** Returns why no login from an address counts; undefined if one may. */
  refuseAddress(address: Address): NotAdmitted | undefined;
  /** Returns why no login of a user counts; undefined if one may. */
  refuseUser(user: string): NotAdmitted | undefined;
  /** Networks that never relay. */
  readonly ignored: readonly Network[];
  /** Networks outside of which nobody relays; none: there is no such bound. */
  readonly only: readonly Network[];
}

/** As many lines are named for one reason. */
const mostNamed = 3;

/** Prepares the lines for looking up. */
export function admissionOf({ ignore, only, users, notUsers }: AdmissionLines): Admission {
  const ignoring = indexNetworks(ignore, ({ network }) => network);
  const within = indexNetworks(only, ({ network }) => network);
  const [admitting, excluding] = [indexPatterns(users), indexPatterns(notUsers)];
  const ignores: Admission['ignores'] = (address) => {
    const ignored = ignoring(address);
    if (ignored === undefined) return undefined;
    return { kind: 'ignored', reason: `in 'ignore ${ignored.network.text}' (${ignored.origin})` };
  };
  return {
    ignores,
    refuseAddress(address) {
      const ignored = ignores(address);
      if (ignored !== undefined) return ignored;
      if (only.length === 0 || within(address) !== undefined) return undefined;
      return { kind: 'not in only', reason: `in no network of 'only' (${originsOf(only)})` };
    },
    refuseUser(user) {
      const excluded = excluding(user);
      if (excluded !== undefined) {
        const reason = `user is one of 'not-users ${excluded.pattern}' (${excluded.origin})`;
        return { kind: 'in not-users', reason };
      }
      if (users.length === 0 || admitting(user) !== undefined) return undefined;
      return { kind: 'not in users', reason: `user is none of 'users' (${originsOf(users)})` };
    },
    ignored: ignore.map(({ network }) => network),
    only: only.map(({ network }) => network),
  };
}

/** Refuses nobody. */
export const everybody: Admission = admissionOf({ ignore: [], only: [], users: [], notUsers: [] });

function originsOf(lines: readonly { readonly origin: string }[]): string {
  const origins = [...new Set(lines.map(({ origin }) => origin))];
  const more = origins.length - mostNamed;
  return origins.slice(0, mostNamed).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
