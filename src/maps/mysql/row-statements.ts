/** What is asked and written of the rows of one host, in the SQL of MariaDB and MySQL. */
import { type RowChanges, type RowToPut, rowParts } from '../shared/rows.ts';
import { mostSent, type Sender, type Statement } from '../shared/statements.ts';
import { columns, digest, listed, rangeOf, secondsOf } from './sql.ts';

const { address, username, rest, account, first, last } = columns;

/** Changes rows, if nothing was revoked since `known` and nobody else has written in this host's name; gives 1 in `sent`. */
export function sendRows(
  { source, instance, token, next }: Sender,
  known: string,
  { put, drop }: RowChanges,
  { now, total }: { readonly now: number; readonly total: number },
): Statement {
  const rows = put.map(({ key, expires, account: found }) => {
    const [form, name] = rowParts(key);
    return [form, name, secondsLeft(expires, now), found, ...rangeOf(form)];
  });
  return [
    `set @ok = (select count(*) from exact_hosts where source = ? and instance = ? and token = ? and ${digest} = ?);
     delete r from ${listed(address, username)} straight_join exact_relay r
       on r.address = t.address and r.username = t.username and r.source = ? where @ok = 1;
     insert into exact_relay (address, username, source, expires, account, first, last, serial)
       select address, username, ?, @now + interval rest second, account, first, last, @serial
       from ${listed(address, username, rest, account, first, last)} where @ok = 1
       on duplicate key update expires = values(expires), account = values(account), serial = values(serial);
     delete m from ${listed(address, username)} straight_join exact_member m
       on m.address = t.address and m.username = t.username and m.source = ? where @ok = 1;
     insert into exact_member (address, username, source, first, ends)
       select address, username, ?, first, @now + interval rest second
       from ${listed(address, username, first, rest)} where @ok = 1;
     update exact_hosts set token = ?, pushed = utc_timestamp(6), size = ? where source = ? and @ok = 1;
     select @ok as sent`,
    ...[source, instance, token, known],
    ...[JSON.stringify(drop.map(rowParts)), source],
    ...[source, JSON.stringify(rows)],
    ...[JSON.stringify(rows.filter(([form]) => form?.includes('/'))), source],
    ...[source, JSON.stringify(put.flatMap((row) => membersOf(row, now)))],
    ...[next, total, source],
  ];
}

function membersOf({ key, members }: RowToPut, now: number): (readonly string[])[] {
  if (members === undefined) return [];
  return members.split(' ').map((member) => {
    const [ofMember = '', ends] = member.split('@');
    return [...rowParts(key), rangeOf(ofMember)[0], secondsLeft(Number(ends), now)];
  });
}

function secondsLeft(time: number, now: number): string {
  return (time - now).toFixed(6);
}

/** Writes down that something of a host has arrived, whoever has the name by now; gives a row if it is this one. */
export function mark({ source, instance, token, next }: Sender): Statement {
  return [
    `update exact_hosts set token = ?, pushed = utc_timestamp(6)
       where source = ? and instance = ? and token in (?, ?);
     select 1 as marked from exact_hosts where source = ? and instance = ? and token = ?`,
    ...[next, source, instance, token, next],
    ...[source, instance, next],
  ];
}

/** Asks for a batch of a host's rows after one. */
export function rowsAfter(source: string, afterAddress: string, afterUser: string): Statement {
  return [
    `select address, username, ${secondsOf('expires')} as expires from exact_relay force index (exact_relay_rows)
     where source = ? and address >= ? and (address > ? or username > ?)
     order by address, username limit ${mostSent}`,
    ...[source, afterAddress, afterAddress, afterUser],
  ];
}

/** Asks for the rows of a source that a reader sees now: addresses and networks. */
export function addressesOf(source: string): Statement {
  return ['select distinct address from exact_relay where source = ? and expires > utc_timestamp(6)', source];
}
