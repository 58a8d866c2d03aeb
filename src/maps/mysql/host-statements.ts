/** What is asked and written of hosts, in the SQL of MariaDB and MySQL. */
import { mostEnded, type Self, type Statement } from '../shared/statements.ts';
import { clock, digest, ending, rowKey } from './sql.ts';

/** Has a host seen once more, if the row of its name is its own; asks for that row, and for what has been revoked. */
export function meet({ source, instance, version, now }: Self): Statement {
  return [
    `set @seen = (select seen from exact_hosts where source = ?);
     update exact_hosts set beats = beats + 1, seen = utc_timestamp(6), version = ?, clock = ? - ${clock}
       where source = ? and instance = ?;
     select h.instance, h.token, h.beats, timestampdiff(microsecond, @seen, utc_timestamp(6)) / 1000000 as age,
       ${clock} as time, ${digest} as digest,
       1 + (select count(*) from exact_hosts where seen > utc_timestamp(6) - interval 1 day and source <> ?) as hosts,
       exists (select 1 from exact_relay where source = ?) as hasRows
     from (select 1 as one) as o left join exact_hosts h on h.source = ?`,
    ...[source, version, now, source, instance, source, source, source],
  ];
}

/** Takes the name for a host, if its row is still that of `found`, or there is none; gives the row's `beats`. */
export function claim(self: Self, token: string, found: string): Statement {
  const taken = (column: string, value = `values(${column})`) =>
    `${column} = if(instance = ?, ${value}, ${column})`;
  return [
    // From left to right: whose the row was is asked until the last.
    `insert into exact_hosts (source, instance, token, beats, seen, size, version, clock)
       values (?, ?, ?, 1, utc_timestamp(6), 0, ?, ? - ${clock})
       on duplicate key update ${taken('token')}, ${taken('beats', 'beats + 1')}, ${taken('seen')},
         ${taken('version')}, ${taken('clock')}, ${taken('instance')};
     select beats from exact_hosts where source = ? and instance = ? and token = ?`,
    ...[self.source, self.instance, token, self.version, self.now],
    ...[found, found, found, found, found, found],
    ...[self.source, self.instance, token],
  ];
}

/** Ends what is past, of whatever host; what somebody else is about to change, waits for another run. */
export function clean(days: number): Statement[] {
  const past = (table: string, key: string, condition: string): Statement => [
    `delete r from (select ${key} from ${table} where ${condition} limit 1000 for update skip locked) as g
       straight_join ${table} r using (${key})`,
    days,
  ];
  return [
    [ending(`select ${rowKey} from exact_relay where expires <= @now limit 1000 for update skip locked`)],
    past('exact_revoked', 'kind, what, source', 'greatest(at, until) < @now - interval ? day'),
    past('exact_hosts', 'source', 'seen < @now - interval 4 * ? day'),
  ];
}

/** Asks for the instance that has a name. */
export function instanceOf(source: string): Statement {
  return ['select instance from exact_hosts where source = ?', source];
}

/** Asks for the row of a name among the hosts. */
export function hostNamed(source: string): Statement {
  return [
    `select instance, token, beats, timestampdiff(microsecond, seen, utc_timestamp(6)) / 1000000 as age
     from exact_hosts where source = ?`,
    source,
  ];
}

/** Ends a batch of a host's rows; gives how many it `ended`. */
export function clearBatch(source: string): Statement {
  return [ending(`select ${rowKey} from exact_relay where source = ? limit ${mostEnded}`), source];
}

/** Forgets a host, but not what it has revoked; gives a row if there was one. */
export function forgetHost(source: string): Statement {
  return [
    `set @was = (select source from exact_hosts where source = ?);
     delete from exact_hosts where source = ?;
     select @was as source from dual where @was is not null`,
    source,
    source,
  ];
}
