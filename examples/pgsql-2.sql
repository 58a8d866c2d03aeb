-- What this release of Exact adds to the tables of Exact 1.0, see "POSTGRESQL" in exact-maps(7). Run it once, before the
-- first host is upgraded, as who owns the tables:
--
--     psql -v ON_ERROR_STOP=1 -f pgsql-2.sql exact
--
-- Hosts with the earlier release go on beside those with this one, and MTAs ask as before. Writers wait while the
-- indexes are made; where there are millions of rows, make those before by hand, with "create index concurrently".

-- Tells what was written before what.
create sequence if not exists exact_serial;

-- By what rows are found when something is revoked; and whose a row is that is a network (ipv6-prefix).
alter table exact_relay
  add column if not exists account text,
  add column if not exists members inet[],
  add column if not exists ends timestamptz[],
  add column if not exists serial bigint;
alter table exact_relay alter column serial set default nextval('exact_serial');
create index if not exists exact_relay_account on exact_relay (account);
create index if not exists exact_relay_inet on exact_relay ((address::inet));
create index if not exists exact_relay_expires on exact_relay (expires);
create index if not exists exact_relay_rows on exact_relay (source, address, username);
create index if not exists exact_relay_older on exact_relay (address, username, source) where account is null;
drop index if exists exact_relay_source;

-- Names that are too long for a key, and what was undone.
alter table exact_revoked
  add column if not exists named text,
  add column if not exists stamp text,
  add column if not exists undone timestamptz,
  add column if not exists serial bigint;

-- The hosts: who wrote under a name last, so that two of one name, a host that has lost its state and a database that
-- was restored from a backup are seen.
create table if not exists exact_hosts (
  source   text             primary key,
  instance text             not null,
  token    text             not null,
  beats    bigint           not null,
  seen     timestamptz      not null,
  pushed   timestamptz,
  rows     bigint           not null,
  version  text             not null,
  clock    double precision not null
);

grant usage on sequence exact_serial to exact_writer;
grant select, insert, update, delete on exact_hosts to exact_writer;
