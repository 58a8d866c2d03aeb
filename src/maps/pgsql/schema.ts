/** The two tables, as examples/pgsql.sql has them too (a test compares). */

/** Statements that make what is missing. */
export const schema: readonly string[] = [
  `create table if not exists exact_relay (
  address  text        not null,
  username text        not null,
  source   text        not null,
  expires  timestamptz not null,
  primary key (address, username, source)
);`,
  'create index if not exists exact_relay_source on exact_relay (source);',
  `create table if not exists exact_revoked (
  kind   text        not null check (kind in ('network', 'user', 'all')),
  what   text        not null,
  source text        not null,
  at     timestamptz not null,
  until  timestamptz not null,
  who    text        not null,
  primary key (kind, what, source)
);`,
];
