/**
 * The tables, as examples/mysql.sql has them too (a test compares). Names are bytes, and times are in UTC: neither a
 * collation nor a time zone makes two of them one. InnoDB ends with its row what belongs to it.
 */

/** Statements that make what is missing. */
export const schema: readonly string[] = [
  `create table if not exists exact_relay (
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
) engine = InnoDB;`,
  `create table if not exists exact_member (
  address  varbinary(64)  not null,
  username varbinary(765) not null,
  source   varbinary(765) not null,
  first    varbinary(33)  not null,
  ends     datetime(6)    not null,
  primary key (address, username, source, first),
  foreign key (address, username, source) references exact_relay (address, username, source) on delete cascade
) engine = InnoDB;`,
  `create table if not exists exact_revoked (
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
) engine = InnoDB default charset = utf8mb4;`,
  `create table if not exists exact_hosts (
  source   varbinary(765) primary key,
  instance varbinary(64)  not null,
  token    varbinary(64)  not null,
  beats    bigint         not null,
  seen     datetime(6)    not null,
  pushed   datetime(6),
  size     bigint         not null,
  version  varchar(64)    not null,
  clock    double         not null
) engine = InnoDB default charset = utf8mb4;`,
  `create table if not exists exact_serial (
  id     tinyint primary key,
  serial bigint  not null
) engine = InnoDB;`,
];
