/** Asks each table that hosts share a question, and goes on where one does not answer. It changes nothing there. */
import type { Settings } from '../config/settings.ts';
import { Connection, type SqlRow, type Statement } from '../maps/pgsql/connection.ts';
import { asFailure } from '../maps/pgsql/database.ts';
import { withoutPassword } from '../maps/pgsql/password.ts';
import { sharedTables } from '../maps/pgsql/shared-tables.ts';
import type { Target } from '../maps/pgsql/target.ts';
import { Failure, type Problem } from '../problem.ts';

/** Puts a statement to a table; gives its rows. */
export type Ask = (statement: Statement) => Promise<readonly SqlRow[]>;

/** What one table answers. */
export interface TableAnswer<Answer> {
  /** Its type and URL, without a password. */
  readonly table: string;
  readonly target: Target;
  /** undefined where it does not answer. */
  readonly answer: Answer | undefined;
  /** Why it does not. */
  readonly problem: Problem | undefined;
}

/** Returns the answer of each table to a question of one or more statements. */
export function askTables<Answer>(
  settings: Settings,
  question: (ask: Ask, target: Target) => Promise<Answer>,
): Promise<TableAnswer<Answer>[]> {
  return Promise.all(
    sharedTables(settings).map(async ({ output, target }): Promise<TableAnswer<Answer>> => {
      const table = withoutPassword(`${output.type} ${output.path}`);
      const connection = new Connection(target);
      const ask: Ask = async (statement) => (await connection.run([statement]))[0] ?? [];
      try {
        const answer = await asFailure(output, () => question(ask, target));
        return { table, target, answer, problem: undefined };
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        const { consequence: _none, ...problem } = error.problem;
        return { table, target, answer: undefined, problem };
      } finally {
        connection.close();
      }
    }),
  );
}
