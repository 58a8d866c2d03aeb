/**
 * The tables, as the scripts of examples/ have them too (a test compares). What is here makes whatever is missing, in a
 * database without tables as in one whose tables an earlier release has made, while hosts of that release go on.
 */

/** Statements that an earlier release made its tables with. */
const first: readonly string[] = [
  `create table if not exists exact_relay (
  address  text        not null,
  username text        not null,
  source   text        not null,
  expires  timestamptz not null,
  primary key (address, username, source)
);`,
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

/** What examples/pgsql-2.sql adds to them: every name that the earlier release does not know may be null. */
export const second: readonly string[] = [
  'create sequence if not exists exact_serial;',
  `alter table exact_relay
  add column if not exists account text,
  add column if not exists members inet[],
  add column if not exists ends timestamptz[],
  add column if not exists serial bigint;`,
  "alter table exact_relay alter column serial set default nextval('exact_serial');",
  'create index if not exists exact_relay_account on exact_relay (account);',
  'create index if not exists exact_relay_inet on exact_relay ((address::inet));',
  'create index if not exists exact_relay_expires on exact_relay (expires);',
  'create index if not exists exact_relay_rows on exact_relay (source, address, username);',
  'create index if not exists exact_relay_older on exact_relay (address, username, source) where account is null;',
  'drop index if exists exact_relay_source;',
  `alter table exact_revoked
  add column if not exists named text,
  add column if not exists stamp text,
  add column if not exists undone timestamptz,
  add column if not exists serial bigint;`,
  `create table if not exists exact_hosts (
  source   text             primary key,
  instance text             not null,
  token    text             not null,
  beats    bigint           not null,
  seen     timestamptz      not null,
  pushed   timestamptz,
  rows     bigint           not null,
  version  text             not null,
  clock    double precision not null
);`,
];

/** Statements that make what is missing. */
export const schema: readonly string[] = [...first, ...second];
