/** What a database that hosts share has answered: the rows of statements.ts, whichever server they are from. */
import { unescapeField } from '../../terminal/escape.ts';
import type { Met } from './hosts.ts';
import type { SharedRevocation } from './shared-revocation.ts';
import type { SqlRow } from './statements.ts';

/** The answer to `meet`. */
export interface Meeting {
  readonly met: Met | undefined;
  /** Unix seconds by the database's clock. */
  readonly time: number;
  /** What the revocations in the table come to: another text for each other table. */
  readonly digest: string;
  /** How many hosts were seen in the last day, this one too. */
  readonly hosts: number;
  /** Whether the table has any row of this host's name. */
  readonly hasRows: boolean;
}

/** Returns what `meet` was answered. */
export function meetingOf(rows: readonly SqlRow[]): Meeting {
  const [row] = rows;
  if (row === undefined) throw new Error('no answer');
  return {
    time: Number(row.time),
    digest: String(row.digest),
    hosts: Number(row.hosts),
    hasRows: Boolean(row.hasRows),
    met: metOf(row),
  };
}

/** Returns the row of a name among the hosts; undefined where it has none. */
export function metOf({ instance, token, beats, age }: SqlRow = {}): Met | undefined {
  if (instance === null || instance === undefined) return undefined;
  return { instance: String(instance), token: String(token), beats: Number(beats), age: Number(age) };
}

/** Returns what `fetchRevocations` was answered. */
export function revocationsOf(rows: readonly SqlRow[]): SharedRevocation[] {
  return rows.map(({ kind, what, source, who, at, until, undone }) => ({
    ...{ kind: String(kind), what: String(what), source: String(source), who: String(who) },
    ...{ at: Number(at), until: Number(until) },
    ...(undone ? { isUndone: true } : {}),
  }));
}

/** Returns how many rows a statement has ended. */
export function endedIn(rows: readonly SqlRow[]): number {
  return Number(rows[0]?.ended ?? 0);
}

/** A host that writes to the table, or has rows in it. */
export interface KnownHost {
  readonly source: string;
  /** Its own id; undefined of a host with a release that has none. */
  readonly instance: string | undefined;
  readonly version: string | undefined;
  /** Seconds since its last run, by the database's clock. */
  readonly sinceSeen: number | undefined;
  /** Seconds since something of it arrived. */
  readonly sincePushed: number | undefined;
  /** Rows as of its last push; of a host that was not seen for ten minutes, those that still let somebody relay. */
  readonly rows: number;
  /** Its clock less the database's, in seconds. */
  readonly clock: number | undefined;
}

/** Returns what `listHosts` was answered. */
export function hostsOf(rows: readonly SqlRow[]): KnownHost[] {
  return rows.map(({ source, instance, version, sinceSeen, sincePushed, rows: count, clock }) => {
    const number = (value: unknown) => (value === null ? undefined : Number(value));
    const text = (value: unknown) => (value === null ? undefined : String(value));
    return {
      ...{ source: String(source), instance: text(instance), version: text(version) },
      ...{ sinceSeen: number(sinceSeen), sincePushed: number(sincePushed) },
      ...{ rows: Number(count), clock: number(clock) },
    };
  });
}

/** A row that lets somebody relay. */
export interface SharedEntry {
  /** An address, or a network (`ipv6-prefix`). */
  readonly address: string;
  /** As it was logged; the end of a very long one is a digest. */
  readonly user: string;
  /** The host that has seen the login. */
  readonly source: string;
  /** Seconds. */
  readonly left: number;
}

/** Returns the entries that a table has answered with. */
export function entriesOf(rows: readonly SqlRow[]): SharedEntry[] {
  return rows.map(({ address, username, source, left }) => ({
    address: String(address),
    user: unescapeField(String(username)),
    source: String(source),
    left: Number(left),
  }));
}

/** Returns what the next batch of entries comes after. */
export function lastOf(rows: readonly SqlRow[]): [address: string, username: string, source: string] {
  const { address, username, source } = rows.at(-1) ?? {};
  return [String(address), String(username), String(source)];
}

/** Returns the addresses that `addressesOf` was answered. */
export function addressTexts(rows: readonly SqlRow[]): string[] {
  return rows.map(({ address }) => String(address));
}
