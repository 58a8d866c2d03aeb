-- One relay table for several hosts, see "MARIADB AND MYSQL" in exact-maps(7). Run it once, in a database of its own, as
-- who may make accounts:
--
--     mariadb -e 'create database exact'
--     mariadb exact < mysql.sql
--     mariadb -e "alter user exact_writer identified by 'secret' account unlock"
--     mariadb -e "alter user exact_reader identified by 'secret' account unlock"
--
-- MariaDB 10.6 or newer.

-- Who may relay. An MTA asks: is there a row of this address that has not expired? Times are in UTC.
create table if not exists exact_relay (
  address  varbinary(64)  not null,
  username varbinary(765) not null,
  source   varbinary(765) not null,
  expires  datetime(6)    not null,
  account  varbinary(32)  not null,
  first    varbinary(33)  not null,
  last     varbinary(33)  not null,
  serial   bigint         not null,
  primary key (address, username, source),
  key exact_relay_rows (source, address, username),
  key exact_relay_account (account),
  key exact_relay_first (first),
  key exact_relay_expires (expires)
) engine = InnoDB;

-- Of rows that are networks (ipv6-prefix), whose they are.
create table if not exists exact_member (
  address  varbinary(64)  not null,
  username varbinary(765) not null,
  source   varbinary(765) not null,
  first    varbinary(33)  not null,
  ends     datetime(6)    not null,
  primary key (address, username, source, first),
  foreign key (address, username, source) references exact_relay (address, username, source) on delete cascade
) engine = InnoDB;

-- What exact expire has revoked, on whichever host: every host honours it.
create table if not exists exact_revoked (
  kind   varbinary(16)  not null,
  what   varbinary(765) not null,
  source varbinary(765) not null,
  named  mediumtext,
  who    mediumtext     not null,
  stamp  varbinary(64)  not null,
  at     datetime(6)    not null,
  until  datetime(6)    not null,
  undone datetime(6),
  serial bigint         not null,
  primary key (kind, what, source)
) engine = InnoDB default charset = utf8mb4;

-- The hosts: who wrote under a name last, so that two of one name, a host that has lost its state and a database that
-- was restored from a backup are seen.
create table if not exists exact_hosts (
  source   varbinary(765) primary key,
  instance varbinary(64)  not null,
  token    varbinary(64)  not null,
  beats    bigint         not null,
  seen     datetime(6)    not null,
  pushed   datetime(6),
  size     bigint         not null,
  version  varchar(64)    not null,
  clock    double         not null
) engine = InnoDB default charset = utf8mb4;

-- Tells what was written before what, and has writers come one after another: each changes its one row.
create table if not exists exact_serial (
  id     tinyint primary key,
  serial bigint  not null
) engine = InnoDB;

-- The hosts on which Exact runs. Whoever has this account can open the relay. Both accounts are locked until they have a
-- password.
create user if not exists exact_writer account lock;
grant select, insert, update, delete on exact_relay to exact_writer;
grant select, insert, update, delete on exact_member to exact_writer;
grant select, insert, update, delete on exact_revoked to exact_writer;
grant select, insert, update, delete on exact_hosts to exact_writer;
grant select, insert, update, delete on exact_serial to exact_writer;

-- The MTAs: they ask, and see no user names.
create user if not exists exact_reader account lock;
grant select (address, expires, first, last) on exact_relay to exact_reader;
