/** What is asked and written of the rows of one host, in SQL. */
import { type RowChanges, rowParts } from '../shared/rows.ts';
import { mostEnded, mostSent, type Sender, type Statement } from '../shared/statements.ts';
import { digest } from './host-statements.ts';

/** Changes rows, if nothing was revoked since `known` and nobody else has written in this host's name; gives 1 in `sent`. */
export function sendRows(
  sender: Sender,
  known: string,
  { put, drop }: RowChanges,
  { now, total }: { readonly now: number; readonly total: number },
): Statement {
  const parts = put.map(({ key }) => rowParts(key));
  const gone = drop.map(rowParts);
  return [
    `with ok as (
       select 1 from exact_hosts where source = $1 and instance = $2 and token = $3 and ${digest} = $5
     ), gone as (
       delete from exact_relay r using ok, unnest($6::text[], $7::text[]) as t (address, username)
       where r.source = $1 and r.address = t.address and r.username = t.username
     ), put as (
       insert into exact_relay (address, username, source, expires, account, members, ends, serial)
       select address, username, $1, now() + rest * interval '1 second', account, members::inet[],
         (select array_agg(now() + u.s * interval '1 second' order by u.o)
           from unnest(rests::float8[]) with ordinality as u (s, o)),
         (select nextval('exact_serial'))
       from ok, unnest($8::text[], $9::text[], $10::float8[], $11::text[], $12::text[], $13::text[])
         as t (address, username, rest, account, members, rests)
       on conflict (address, username, source) do update set expires = excluded.expires,
         account = excluded.account, members = excluded.members, ends = excluded.ends, serial = excluded.serial
     ), mark as (
       update exact_hosts set token = $4, pushed = clock_timestamp(), rows = $14 from ok where source = $1
     )
     select count(*)::float8 as sent from ok`,
    sender.source,
    sender.instance,
    sender.token,
    sender.next,
    known,
    gone.map(([address]) => address),
    gone.map(([, username]) => username),
    parts.map(([address]) => address),
    parts.map(([, username]) => username),
    put.map(({ expires }) => expires - now),
    put.map(({ account }) => account),
    put.map(({ members }) => listOf(members, ([address]) => address)),
    put.map(({ members }) => listOf(members, ([, ends]) => Number(ends) - now)),
    total,
  ];
}

function listOf(
  members: string | undefined,
  part: (member: readonly string[]) => string | number | undefined,
): string | null {
  if (members === undefined) return null;
  return `{${members.split(' ').map((member) => part(member.split('@')))}}`;
}

/** Writes down that something of a host has arrived, whoever has the name by now. */
export function mark({ source, instance, token, next }: Sender): Statement {
  return [
    `update exact_hosts set token = $4, pushed = clock_timestamp()
     where source = $1 and instance = $2 and token in ($3, $4) returning 1`,
    source,
    instance,
    token,
    next,
  ];
}

/** Asks for a batch of a host's rows after one. */
export function rowsAfter(source: string, address: string, username: string): Statement {
  return [
    `select address, username, extract(epoch from expires)::float8 as expires from exact_relay
     where source = $1 and (address, username) > ($2, $3) order by address, username limit ${mostSent}`,
    source,
    address,
    username,
  ];
}

/** Ends a batch of a host's rows; gives how many it `ended`. */
export function clearBatch(source: string): Statement {
  return [
    `with gone as (delete from exact_relay where ctid = any(array(
       select ctid from exact_relay where source = $1 limit ${mostEnded})) returning 1)
     select count(*)::float8 as ended from gone`,
    source,
  ];
}

/** Asks for the instance that has a name. */
export function instanceOf(source: string): Statement {
  return ['select instance from exact_hosts where source = $1', source];
}

/** Forgets a host, but not what it has revoked. */
export function forgetHost(source: string): Statement {
  return ['delete from exact_hosts where source = $1 returning source', source];
}

/** Asks for the rows of a source that a reader sees now: addresses and networks. */
export function addressesOf(source: string): Statement {
  return ['select distinct address from exact_relay where source = $1 and expires > now()', source];
}
