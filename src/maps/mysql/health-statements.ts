/** What `exact update --check` asks of MariaDB or MySQL: it changes nothing, and needs no table to be there. */
import type { Health } from '../shared/health.ts';
import type { Connection, Statement } from '../shared/statements.ts';
import { ServerTrouble } from '../shared/trouble.ts';
import { schema } from './schema.ts';
import { clock } from './sql.ts';

/** The columns that examples/mysql.sql makes, behind the name of their table. */
const columns = schema.flatMap((text) => {
  const table = /^create table if not exists (\w+)/.exec(text)?.[1] ?? '';
  const names = [
    ...text.matchAll(/^ {2}(\w+) +(?:varbinary|varchar|mediumtext|datetime|bigint|tinyint|double)/gm),
  ];
  return names.map(([, name = '']) => `${table}.${name}`);
});

const tables = [...new Set(columns.map((name) => name.split('.')[0] ?? ''))];

const question: Statement = [
  `select current_user() as role, database() as name, connection_id() as process, @@read_only as isReadOnly,
     ${clock} as time,
     exists (select 1 from information_schema.user_privileges
       where grantee = @grantee and privilege_type = 'CREATE') or
     exists (select 1 from information_schema.schema_privileges
       where grantee = @grantee and table_schema = database() and privilege_type = 'CREATE') as mayCreate`,
];

/** As information_schema writes who may do something. */
const grantee: Statement = [
  `set @grantee = concat('''', substring_index(current_user(), '@', 1), '''@''',
     substring_index(current_user(), '@', -1), '''')`,
];

const columnsThere: Statement = [
  `select concat(table_name, '.', column_name) as name from information_schema.columns
   where table_schema = database() and table_name in (?)`,
  tables,
];

/** Asks how a server is. Its tables say themselves which characters they hold, and Exact which isolation it wants. */
export async function health(connection: Connection): Promise<Health> {
  const [, [row = {}] = [], found = []] = await connection.run([grantee, question, columnsThere]);
  const there = new Set(found.map(({ name }) => String(name)));
  const hasTable = ['exact_relay', 'exact_revoked'].every((table) =>
    [...there].some((name) => name.startsWith(`${table}.`)),
  );
  const missing = hasTable ? columns.filter((name) => !there.has(name)) : [];
  return {
    ...{ role: String(row.role), database: String(row.name), process: Number(row.process) },
    ...{ isStandby: false, isReadOnly: Number(row.isReadOnly) !== 0 },
    ...{ encoding: 'UTF8', defaultIsolation: 'read committed', isolation: 'read committed' },
    ...{ time: Number(row.time), hasTable, mayCreate: Boolean(Number(row.mayCreate)) },
    ...{
      missing,
      lacking: hasTable && missing.length === 0 ? await lackingRights(connection) : [],
      open: [],
    },
  };
}

/** Rights that a host needs, each with a statement for which it is wanted: explained, it changes nothing. */
function needed(table: string): readonly (readonly [right: string, statement: string])[] {
  const [column] = columns.filter((name) => name.startsWith(`${table}.`)).map((name) => name.split('.')[1]);
  return [
    [`select on ${table}`, `explain select * from ${table}`],
    [`insert on ${table}`, `explain insert into ${table} (${column}) values ('1')`],
    [`update on ${table}`, `explain update ${table} set ${column} = ${column}`],
    [`delete on ${table}`, `explain delete from ${table} where ${column} = '1'`],
  ];
}

async function lackingRights(connection: Connection): Promise<string[]> {
  const all = tables.flatMap(needed);
  const refused = async (statements: readonly string[]) => {
    try {
      await connection.run(statements.map((text) => [text] as const));
      return false;
    } catch (error) {
      if (error instanceof ServerTrouble && error.isForbidden) return true;
      throw error;
    }
  };
  if (!(await refused(all.map(([, statement]) => statement)))) return [];
  const lacking: string[] = [];
  for (const [right, statement] of all) if (await refused([statement])) lacking.push(right);
  return lacking;
}
