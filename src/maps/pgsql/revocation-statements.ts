/**
 * What is asked and written of revocations, in SQL: what they end is found by keys, never by reading the table, and ended
 * in batches, so that a revocation is as small as what it ends. A row that was put after a revocation is none of its own:
 * both have a number of one sequence.
 */
import { containing, isNetwork, type Network, parseNetwork } from '../../relay/network.ts';
import type { Revocation } from '../../relay/revocation.ts';
import { mostEnded, type RowName, type Sender, type Statement } from '../shared/statements.ts';
import { accountOf, keyName, wholeName } from '../shared/stored-name.ts';

/** Asks for the revocations of all hosts. */
export const fetchRevocations: Statement = [
  `select kind, coalesce(named, what) as what, source, who, extract(epoch from at)::float8 as at,
     extract(epoch from until)::float8 as until, undone is not null as undone
   from exact_revoked order by kind, what, source`,
];

/**
 * Tells all hosts of revocations, whose times are of this host, after {@link mark}. One that the table has already stays
 * as it is.
 */
export function tell({ source, next }: Sender, revocations: readonly Revocation[], now: number): Statement {
  return [
    `insert into exact_revoked as v (kind, what, named, source, who, stamp, at, until, serial)
     select kind, what, nullif(named, what), $1, who, stamp, now() - age * interval '1 second',
       now() + rest * interval '1 second', (select nextval('exact_serial'))
     from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::float8[], $8::float8[])
       as t (kind, what, named, who, stamp, age, rest)
     where exists (select from exact_hosts where source = $1 and token = $9)
     on conflict (kind, what, source) do update
       set at = excluded.at, until = excluded.until, who = excluded.who, stamp = excluded.stamp, undone = null,
         serial = excluded.serial
       where v.stamp is distinct from excluded.stamp`,
    source,
    revocations.map(({ kind }) => kind),
    revocations.map(({ what }) => keyName(what)),
    revocations.map(({ what }) => wholeName(what)),
    revocations.map(({ by }) => wholeName(by)),
    revocations.map(({ at, until }) => `${at} ${until}`),
    revocations.map(({ at }) => now - at),
    revocations.map(({ until }) => until - now),
    next,
  ];
}

/** Ends the refusals of subjects, whichever host they are of; gives the names of those hosts. */
export function undo(subjects: readonly Pick<Revocation, 'kind' | 'what'>[]): Statement {
  return [
    `update exact_revoked v set until = least(v.until, now()), at = least(v.at, now()), undone = now()
     from unnest($1::text[], $2::text[]) as t (kind, what)
     where v.kind = t.kind and v.what = t.what and v.until > now() returning v.kind, v.what`,
    subjects.map(({ kind }) => kind),
    subjects.map(({ what }) => keyName(what)),
  ];
}

/** Returns what ends one batch of what revocations of a host end, each statement giving how many rows it `ended`. */
export function endRevoked(source: string, revocations: readonly Revocation[]): Statement[] {
  const of = (wanted: Revocation['kind']) =>
    revocations.filter(({ kind }) => kind === wanted).map(({ what }) => what);
  const [users, networks] = [of('user'), of('network')];
  return [
    ...(of('all').length > 0 ? [ending('all', 'true', [], source)] : []),
    ...(users.length > 0
      ? [ending('user', 'r.account = t.a', [users.map(keyName), users.map(accountOf)], source)]
      : []),
    ...(networks.length > 0 ? endNetworks(source, networks.map(parseNetwork).filter(isNetwork)) : []),
  ];
}

function ending(
  kind: Revocation['kind'],
  condition: string,
  [whats = ['*'], a = whats, b = whats]: readonly string[][],
  source: string,
): Statement {
  return [
    `with gone as (delete from exact_relay where ctid = any(array(
       select r.ctid from unnest($3::text[], $4::text[], $5::text[]) as t (what, a, b)
       join exact_revoked v on v.kind = $2 and v.what = t.what and v.source = $1
       join exact_relay r on ${condition} and coalesce(r.serial, 0) <= v.serial
       limit ${mostEnded})) returning 1)
     select count(*)::float8 as ended from gone`,
    source,
    kind,
    whats,
    a,
    b,
  ];
}

/** Whether the address of a row `r` lies in the network `t.a`, found by its index. */
export const isWithin = `r.address::inet >= network(t.a::inet)::inet
  and r.address::inet <= set_masklen(broadcast(t.a::inet), case family(t.a::inet) when 4 then 32 else 128 end)`;

/** A row that is a network stays as long as it has members that nothing has revoked. */
function endNetworks(source: string, networks: readonly Network[]): Statement[] {
  const texts = networks.map(({ text }) => text);
  const within = ending('network', isWithin, [texts], source);
  const around = networks
    .filter(({ bytes }) => bytes.length > 4)
    .flatMap((network) =>
      [...Array(network.prefix).keys()].map((prefix) => containing(network, prefix).text),
    );
  if (around.length === 0) return [within];
  const wide = `r.address = any($1) and coalesce(r.serial, 0) <=
    (select max(v.serial) from exact_revoked v where v.source = $2 and v.kind = 'network' and v.what = any($3))`;
  const values = [[...new Set(around)], source, texts] as const;
  return [
    within,
    [
      `delete from exact_relay r where ${wide} and not exists
         (select from unnest(r.members) as m where not m <<= any($3::inet[]))`,
      ...values,
    ],
    [
      `update exact_relay r set (members, ends, expires) =
         (select array_agg(u.m), array_agg(u.e), least(r.expires, max(u.e))
           from unnest(r.members, r.ends) as u (m, e) where not u.m <<= any($3::inet[]))
       where ${wide} and exists (select from unnest(r.members) as m where m <<= any($3::inet[]))`,
      ...values,
    ],
  ];
}

/** Asks for a batch of rows after one, of which an earlier release has not written what finds them by their users. */
export function olderRows({ address, username, source }: RowName): Statement {
  return [
    `select address, username, source from exact_relay
     where account is null and (address, username, source) > ($1, $2, $3)
     order by address, username, source limit ${mostEnded}`,
    address,
    username,
    source,
  ];
}

/** Ends rows of whatever host. */
export function endRows(rows: readonly RowName[]): Statement {
  return [
    `delete from exact_relay r using unnest($1::text[], $2::text[], $3::text[]) as t (address, username, source)
     where (r.address, r.username, r.source) = (t.address, t.username, t.source)`,
    rows.map(({ address }) => address),
    rows.map(({ username }) => username),
    rows.map(({ source }) => source),
  ];
}
