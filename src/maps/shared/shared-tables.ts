/**
 * Tables that this host shares with others: which the configuration names, and what is known of them without asking.
 * Whatever asks is loaded only where there is such a table, and of that what its database wants.
 */
import { hostname } from 'node:os';
import { mysqlOutput } from '../mysql/mysql-output.ts';
import type { Output } from '../output.ts';
import { pgsqlOutput } from '../pgsql/pgsql-output.ts';
import type { Connection } from './statements.ts';
import { readUrl, type Target } from './target.ts';

/** The output types that are tables. */
export const tableOutputs = [pgsqlOutput, mysqlOutput] as const;

/** Settings, as far as they matter here. */
interface HasOutputs {
  readonly outputs: readonly Output[];
}

/** A table of the configuration. */
export interface SharedTable {
  readonly output: Output;
  readonly target: Target;
}

/** Whether an output is a table in a database, and no file. */
export function isTable({ type }: Output): boolean {
  return tableOutputs.some(({ name }) => name === type);
}

/** Why an output that is a table names none; undefined where it names one. */
export function tableRefusal(output: Output): string | undefined {
  return tableOutputs.find(({ name }) => name === output.type)?.refusal(output);
}

/** Returns the outputs that are files of this host. */
export function fileOutputs({ outputs }: HasOutputs): Output[] {
  return outputs.filter((output) => !isTable(output));
}

/** Returns the tables that a configuration names. */
export function sharedTables({ outputs }: HasOutputs): SharedTable[] {
  return outputs.filter(isTable).map((output) => ({ output, target: targetOf(output) }));
}

/** Returns the table that an output of a configuration names, which was read before. */
export function targetOf(output: Output): Target {
  const form = tableOutputs.find(({ name }) => name === output.type)?.form;
  if (form === undefined) throw new Error(`${output.type} is no table`);
  const target = readUrl(form, output, hostname());
  if ('reason' in target) throw new Error(`${output.type}: ${target.reason}`);
  return target;
}

/** Returns a way to a table, which is opened when it is used first. */
export async function connectionTo({ output, target }: SharedTable): Promise<Connection> {
  if (output.type === mysqlOutput.name) {
    const { MysqlConnection } = await import('../mysql/connection.ts');
    return new MysqlConnection(target);
  }
  const { PgsqlConnection } = await import('../pgsql/connection.ts');
  return new PgsqlConnection(target);
}
