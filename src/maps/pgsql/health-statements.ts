/** What `exact update --check` asks of a server, in SQL: it changes nothing, and needs no table to be there. */
import type { Health } from '../shared/health.ts';
import type { Connection, Statement } from '../shared/statements.ts';
import { second } from './schema.ts';

/** Rights that a host needs, by the table or sequence. */
const rights: Readonly<Record<string, readonly string[]>> = {
  exact_relay: ['select', 'insert', 'update', 'delete'],
  exact_revoked: ['select', 'insert', 'update', 'delete'],
  exact_hosts: ['select', 'insert', 'update', 'delete'],
  exact_serial: ['usage'],
};

/** Names of what examples/pgsql-2.sql makes: relations, and columns behind the name of their table. */
function madeBySecond(): { readonly relations: readonly string[]; readonly columns: readonly string[] } {
  const relations: string[] = [];
  const columns: string[] = [];
  for (const text of second) {
    for (const [, name = ''] of text.matchAll(/create (?:sequence|index|table) if not exists (\w+)/g))
      relations.push(name);
    const [, table = ''] = /^alter table (\w+)/.exec(text) ?? [];
    for (const [, name = ''] of text.matchAll(/add column if not exists (\w+)/g))
      columns.push(`${table}.${name}`);
  }
  return { relations, columns };
}

const { relations, columns } = madeBySecond();

const askHealth: Statement = [
  `with needed as (
     select name, kind from unnest($1::text[], $2::text[]) as t (name, kind) where to_regclass(name) is not null
   )
   select current_user as role, current_database() as database, pg_backend_pid() as process,
     pg_is_in_recovery() as "isStandby",
     current_setting('transaction_read_only') = 'on' as "isReadOnly",
     current_setting('server_encoding') as encoding,
     (select reset_val from pg_settings where name = 'default_transaction_isolation') as "defaultIsolation",
     current_setting('transaction_isolation') as isolation,
     extract(epoch from clock_timestamp())::float8 as time,
     to_regclass('exact_relay') is not null and to_regclass('exact_revoked') is not null as "hasTable",
     coalesce(has_schema_privilege(current_schema(), 'create'), false) as "mayCreate",
     array(select name from unnest($3::text[]) as t (name) where to_regclass(name) is null
       union all
       select name from unnest($4::text[]) as t (name) where not exists (
         select from pg_attribute where attrelid = to_regclass(split_part(name, '.', 1))
           and attname = split_part(name, '.', 2) and not attisdropped)) as missing,
     array(select kind || ' on ' || name from needed where not case
       when kind = 'usage' then has_sequence_privilege(to_regclass(name), kind)
       else has_table_privilege(to_regclass(name), kind) end) as lacking,
     array(select distinct name from needed where kind in ('insert', 'update')
       and has_table_privilege('public', to_regclass(name), kind)) as open`,
  Object.entries(rights).flatMap(([name, kinds]) => kinds.map(() => name)),
  Object.values(rights).flat(),
  relations,
  columns,
];

/** Asks how a server is. */
export async function health(connection: Connection): Promise<Health> {
  const [[row] = []] = await connection.run([askHealth]);
  if (row === undefined) throw new Error('no answer');
  return row as unknown as Health;
}

/** Asks for the row of a name among the hosts. */
export function hostNamed(source: string): Statement {
  return [
    `select instance, token, beats::float8 as beats, extract(epoch from clock_timestamp() - seen)::float8 as age
     from exact_hosts where source = $1`,
    source,
  ];
}
