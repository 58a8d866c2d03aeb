/** A step on tables of a server, which are made first where they are missing and it lets us. */
import type { Output } from '../output.ts';
import { asFailure, databaseFailure } from './failure.ts';
import type { Connection } from './statements.ts';
import { ServerTrouble } from './trouble.ts';

/**
 * Does a step; where tables are missing, they are made, and the step is done once more.
 *
 * @throws Failure as {@link asFailure}.
 */
export async function withTables<Result>(
  output: Output,
  connection: Connection,
  step: () => Promise<Result>,
): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof ServerTrouble && error.isOfSchema)) throw databaseFailure(output, error);
    await makeTables(output, connection, error);
  }
  return asFailure(output, step);
}

async function makeTables(output: Output, connection: Connection, missing: ServerTrouble): Promise<void> {
  const { schema } = connection.sql;
  let isOlder = false;
  try {
    const [[found] = []] = await connection.run([schema.askTable]);
    isOlder = Boolean(found?.found);
    await connection.run(isOlder ? schema.later : schema.all, { locks: schema.locks });
  } catch (error) {
    if (!(error instanceof ServerTrouble && error.isForbidden)) throw databaseFailure(output, error);
    const script = isOlder ? schema.laterScript : schema.script;
    const fix = `let the owner of the database run examples/${script} once`;
    throw databaseFailure(output, new ServerTrouble({ why: missing.why, fix }));
  }
}
