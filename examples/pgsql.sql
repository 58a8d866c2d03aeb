-- One relay table for several hosts, see "POSTGRESQL" in exact-maps(7). Run it once, in a database of encoding
-- UTF8, as who owns the database, with pgsql-2.sql beside it:
--
--     createdb exact
--     psql -v ON_ERROR_STOP=1 -f pgsql.sql exact
--     psql -c '\password exact_writer' -c '\password exact_reader' exact
--
-- Where an earlier release of Exact has made the tables, run pgsql-2.sql alone.

-- Who may relay. An MTA asks: is there a row of this address that has not expired?
create table if not exists exact_relay (
  address  text        not null,
  username text        not null,
  source   text        not null,
  expires  timestamptz not null,
  primary key (address, username, source)
);

-- What exact expire has revoked, on whichever host: every host honours it.
create table if not exists exact_revoked (
  kind   text        not null check (kind in ('network', 'user', 'all')),
  what   text        not null,
  source text        not null,
  at     timestamptz not null,
  until  timestamptz not null,
  who    text        not null,
  primary key (kind, what, source)
);

-- The hosts on which Exact runs. Whoever has this role can open the relay.
create role exact_writer login;
grant select, insert, update, delete on exact_relay, exact_revoked to exact_writer;

-- The MTAs: they ask, and see no user names.
create role exact_reader login;
grant select (address, expires) on exact_relay to exact_reader;

-- What later releases have added.
\ir pgsql-2.sql
