/** What is asked and written of hosts, in SQL. */
import type { Self, Statement } from '../shared/statements.ts';

/** What the revocations in the table come to: another text for each other table. */
export const digest = `(select encode(sha256(convert_to(coalesce(string_agg(
  concat_ws(' ', kind, what, source, extract(epoch from at), extract(epoch from until), undone is not null), ';'
  order by kind, what, source), ''), 'UTF8')), 'hex') from exact_revoked)`;

/** Has a host seen once more, if the row of its name is its own; asks for that row, and for what has been revoked. */
export function meet({ source, instance, version, now }: Self): Statement {
  return [
    `with mine as (
       update exact_hosts set beats = beats + 1, seen = clock_timestamp(), version = $3,
         clock = $4 - extract(epoch from clock_timestamp())
       where source = $1 and instance = $2 returning beats
     )
     select h.instance, h.token, coalesce(mine.beats, h.beats)::float8 as beats,
       extract(epoch from clock_timestamp() - h.seen)::float8 as age,
       extract(epoch from clock_timestamp())::float8 as time, ${digest} as digest,
       (select count(*) from exact_hosts where seen > clock_timestamp() - interval '1 day'
         and source <> $1)::float8 + 1 as hosts,
       exists (select from exact_relay where source = $1) as "hasRows"
     from (select 1) as one left join exact_hosts h on h.source = $1 left join mine on true`,
    source,
    instance,
    version,
    now,
  ];
}

/** Takes the name for a host, if its row is still that of `found`, or there is none; gives the row's `beats`. */
export function claim(self: Self, token: string, found: string): Statement {
  return [
    `insert into exact_hosts as h (source, instance, token, beats, seen, rows, version, clock)
     values ($1, $2, $3, 1, clock_timestamp(), 0, $4, $5 - extract(epoch from clock_timestamp()))
     on conflict (source) do update set instance = excluded.instance, token = excluded.token, beats = h.beats + 1,
       seen = excluded.seen, version = excluded.version, clock = excluded.clock
     where h.instance = $6
     returning beats::float8 as beats`,
    self.source,
    self.instance,
    token,
    self.version,
    self.now,
    found,
  ];
}

/** Ends what is past, of whatever host: rows, revocations (`days` old), hosts that have not been seen for long. */
export function clean(days: number): Statement[] {
  return [
    [
      `delete from exact_relay where ctid = any(array(
         select ctid from exact_relay where expires <= now() limit 1000 for update skip locked))`,
    ],
    ["delete from exact_revoked where greatest(at, until) < now() - $1 * interval '1 day'", days],
    ["delete from exact_hosts where seen < now() - $1 * interval '1 day'", 4 * days],
  ];
}
