/** What is done with a server: a step on its tables, which are made first where they are missing and it lets us. */
import type { Output } from '../output.ts';
import type { Connection } from './connection.ts';
import { databaseFailure, isOfSchema } from './database-failure.ts';
import { schema, second } from './schema.ts';

/**
 * Does a step; where tables are missing, they are made, and the step is done once more.
 *
 * @throws Failure with exit status 75 that names the output and holds no password.
 */
export async function withTables<Result>(
  output: Output,
  connection: Connection,
  step: () => Promise<Result>,
): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    if (!isOfSchema(error)) throw databaseFailure(output, error);
    await makeTables(output, connection, error);
  }
  return asFailure(output, step);
}

/**
 * Does a step on tables that are there.
 *
 * @throws Failure as {@link withTables}.
 */
export async function asFailure<Result>(output: Output, step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    throw databaseFailure(output, error);
  }
}

async function makeTables(output: Output, connection: Connection, missing: unknown): Promise<void> {
  let isOlder = false;
  try {
    const [[found]] = (await connection.run([
      ["select to_regclass('exact_relay') is not null as found"],
    ])) as [[{ found: boolean }]];
    isOlder = found.found;
    await connection.run(
      (isOlder ? second : schema).map((text) => [text] as const),
      { locks: true },
    );
  } catch (error) {
    const script = isOlder ? 'pgsql-2.sql' : 'pgsql.sql';
    const isForbidden = error instanceof Error && /permission denied|must be owner/.test(error.message);
    throw databaseFailure(
      output,
      isForbidden ? missing : error,
      isForbidden ? `let the owner of the database run examples/${script} once` : undefined,
    );
  }
}
