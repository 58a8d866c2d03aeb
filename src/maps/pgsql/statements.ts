/** What is asked of the two tables, in SQL. Each is one step within a transaction. */
import type { Revocation } from '../../relay/revocation.ts';
import { escapeField, wellFormed } from '../../terminal/escape.ts';
import type { Query } from './database.ts';
import { type RowChanges, rowParts } from './rows.ts';
import { isRevoked, type Learned, type SharedRevocation } from './shared-revocation.ts';

/** Rows of one statement. */
const batch = 10_000;

/** Days for which a revocation is of use to a host: no log is read back further. */
const revocationDays = 9;

/** Has writers come one after another: what one revokes, the next cannot have read too early. Readers do not wait. */
export async function lockWriters(query: Query): Promise<void> {
  await query("select pg_advisory_xact_lock(hashtext('exact_relay'))");
}

/** Returns the revocations of all hosts but one. `now` gives this host's time, Unix seconds. */
export async function fetchRevocations(query: Query, source: string, now: () => number): Promise<Learned> {
  const revocations = await query<SharedRevocation>(
    `select kind, what, source, who, extract(epoch from at)::float8 as at,
       extract(epoch from until)::float8 as until
     from exact_revoked where source <> $1 order by kind, what, source`,
    [source],
  );
  if (revocations.length === 0) return { revocations, skew: 0 };
  const [clock] = await query<{ time: number }>(
    'select extract(epoch from clock_timestamp())::float8 as time',
  );
  return { revocations, skew: now() - (clock?.time ?? 0) };
}

/** Tells other hosts of revocations, whose times are of this host, and ends what they end, whoever put it there. */
export async function sendRevocations(
  query: Query,
  source: string,
  revocations: readonly Revocation[],
  now: number,
): Promise<void> {
  await query(
    `delete from exact_revoked where source = $1 and greatest(at, until) < now() - $2 * interval '1 day'`,
    [source, revocationDays],
  );
  if (revocations.length === 0) return;
  await query(
    `insert into exact_revoked (kind, what, source, who, at, until)
     select kind, what, $1, who, now() - age * interval '1 second', now() + rest * interval '1 second'
     from unnest($2::text[], $3::text[], $4::text[], $5::float8[], $6::float8[]) as t (kind, what, who, age, rest)
     on conflict (kind, what, source) do update
       set at = excluded.at, until = excluded.until, who = excluded.who`,
    [
      source,
      revocations.map(({ kind }) => kind),
      revocations.map(({ what }) => escapeField(wellFormed(what))),
      revocations.map(({ by }) => escapeField(wellFormed(by))),
      revocations.map(({ at }) => now - at),
      revocations.map(({ until }) => until - now),
    ],
  );
  type Row = { address: string; username: string; source: string };
  const rows = await query<Row>('select address, username, source from exact_relay');
  await dropRows(
    query,
    rows.filter(({ address, username }) =>
      revocations.some((revocation) => isRevoked(address, username, revocation)),
    ),
  );
}

/** Removes every row of a source. */
export async function clearSource(query: Query, source: string): Promise<void> {
  await query('delete from exact_relay where source = $1', [source]);
}

/** Makes changes to the rows of a source; the database's clock says when they expire. */
export async function sendRows(
  query: Query,
  source: string,
  { put, drop }: RowChanges,
  now: number,
): Promise<void> {
  await dropRows(
    query,
    drop.map((key) => {
      const [address, username] = rowParts(key);
      return { address, username, source };
    }),
  );
  for (let at = 0; at < put.length; at += batch) {
    const rows = put
      .slice(at, at + batch)
      .map(([key, expires]) => [...rowParts(key), expires - now] as const);
    await query(
      `insert into exact_relay (address, username, source, expires)
       select address, username, $1, now() + rest * interval '1 second'
       from unnest($2::text[], $3::text[], $4::float8[]) as t (address, username, rest)
       on conflict (address, username, source) do update set expires = excluded.expires`,
      [
        source,
        rows.map(([address]) => address),
        rows.map(([, name]) => name),
        rows.map(([, , rest]) => rest),
      ],
    );
  }
}

async function dropRows(
  query: Query,
  rows: readonly { address: string; username: string; source: string }[],
): Promise<void> {
  for (let at = 0; at < rows.length; at += batch) {
    const some = rows.slice(at, at + batch);
    await query(
      `delete from exact_relay r using unnest($1::text[], $2::text[], $3::text[]) as t (address, username, source)
       where (r.address, r.username, r.source) = (t.address, t.username, t.source)`,
      [
        some.map(({ address }) => address),
        some.map(({ username }) => username),
        some.map(({ source }) => source),
      ],
    );
  }
}

/** Returns the rows of a source that a reader sees now: addresses and networks. */
export async function fetchAddresses(query: Query, source: string): Promise<string[]> {
  const rows = await query<{ address: string }>(
    'select distinct address from exact_relay where source = $1 and expires > now()',
    [source],
  );
  return rows.map(({ address }) => address);
}
