/** What people ask of a table, in SQL: which hosts write to it, and whom the rows of all of them let relay. */
import { containing, type Network } from '../../relay/network.ts';
import { unescapeField } from '../../terminal/escape.ts';
import type { SqlRow, Statement } from './connection.ts';
import { isWithin } from './revocation-statements.ts';
import { accountOf, keyName } from './stored-name.ts';

/** Rows of one answer, where a table is asked for batch by batch. */
export const batch = 5000;

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

/** Asks for the hosts; those of an earlier release are known by their rows alone. */
export const listHosts: Statement = [
  `with recursive sources as (
     (select source from exact_relay order by source limit 1)
     union all
     select (select r.source from exact_relay r where r.source > s.source order by r.source limit 1)
     from sources s where s.source is not null
   ), hosts as (
     select source, instance, version, clock, seen, pushed, rows from exact_hosts
     union all
     select source, null, null, null, null, null, null from sources s
     where source is not null and not exists (select from exact_hosts h where h.source = s.source)
   )
   select source, instance, version, clock,
     extract(epoch from clock_timestamp() - seen)::float8 as "sinceSeen",
     extract(epoch from clock_timestamp() - pushed)::float8 as "sincePushed",
     (case when seen > now() - interval '10 minutes' then rows else
       (select count(*) from exact_relay r where r.source = hosts.source and r.expires > now())
     end)::float8 as rows
   from hosts order by source`,
];

/** Returns what {@link listHosts} was answered. */
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

const entries = `select r.address, r.username, r.source, extract(epoch from r.expires - now())::float8 as "left"
  from exact_relay r`;

/** Asks for the entries in networks, and for those of networks that hold them. */
export function entriesIn(networks: readonly Network[], limit: number): Statement {
  const around = networks.flatMap((network) =>
    network.bytes.length === 4
      ? []
      : [...Array(network.prefix).keys()].map((prefix) => containing(network, prefix).text),
  );
  return [
    `${entries} where r.address = any($1) and r.expires > now()
     union
     select e.* from unnest($2::text[]) as t (a)
       cross join lateral (${entries} where ${isWithin} and r.expires > now()) as e
     order by address, source, username limit $3`,
    [...new Set(around)],
    networks.map(({ text }) => text),
    limit,
  ];
}

/** Asks for the entries of a user, in whatever case the name is written. */
export function entriesOfUser(user: string): Statement {
  return [
    `${entries} where r.account = $1 and r.expires > now()
     union all
     ${entries} where r.account is null and lower(r.username) = lower($2) and r.expires > now()
     order by address, source, username`,
    accountOf(user),
    keyName(user),
  ];
}

/** Asks for a batch of all entries after one, which `after` gives by its parts as {@link lastOf} does. */
export function entriesAfter(after: readonly [address: string, username: string, source: string]): Statement {
  return [
    `${entries} where r.expires > now() and (r.address, r.username, r.source) > ($1, $2, $3)
     order by r.address, r.username, r.source limit ${batch}`,
    ...after,
  ];
}

/** Returns what the next batch comes after. */
export function lastOf(rows: readonly SqlRow[]): [address: string, username: string, source: string] {
  const { address, username, source } = rows.at(-1) ?? {};
  return [String(address), String(username), String(source)];
}

/** Asks for the entries that hold for longest. */
export function longestEntries(limit: number): Statement {
  return [`${entries} where r.expires > now() order by r.expires desc, r.address limit $1`, limit];
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
