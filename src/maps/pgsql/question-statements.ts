/** What people ask of a table, in SQL: which hosts write to it, and whom the rows of all of them let relay. */
import { containing, type Network } from '../../relay/network.ts';
import { mostSent, type Statement } from '../shared/statements.ts';
import { accountOf, keyName } from '../shared/stored-name.ts';
import { isWithin } from './revocation-statements.ts';

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

/** Asks for a batch of all entries after one, which `after` gives by its parts. */
export function entriesAfter(after: readonly [address: string, username: string, source: string]): Statement {
  return [
    `${entries} where r.expires > now() and (r.address, r.username, r.source) > ($1, $2, $3)
     order by r.address, r.username, r.source limit ${mostSent}`,
    ...after,
  ];
}

/** Asks for the entries that hold for longest. */
export function longestEntries(limit: number): Statement {
  return [`${entries} where r.expires > now() order by r.expires desc, r.address limit $1`, limit];
}
