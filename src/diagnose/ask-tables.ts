/** Asks each table that hosts share a question, and goes on where one does not answer. It changes nothing there. */
import type { Settings } from '../config/settings.ts';
import { asFailure } from '../maps/shared/failure.ts';
import { withoutPassword } from '../maps/shared/password.ts';
import { connectionTo, sharedTables } from '../maps/shared/shared-tables.ts';
import type { SqlRow, Statement, Statements } from '../maps/shared/statements.ts';
import type { Target } from '../maps/shared/target.ts';
import { Failure, type Problem } from '../problem.ts';

/** Puts a statement, in the words of its database, to a table; gives its rows. */
export type Ask = (statementIn: (sql: Statements) => Statement) => Promise<readonly SqlRow[]>;

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
  question: (ask: Ask) => Promise<Answer>,
): Promise<TableAnswer<Answer>[]> {
  return Promise.all(
    sharedTables(settings).map(async (shared): Promise<TableAnswer<Answer>> => {
      const { output, target } = shared;
      const table = withoutPassword(`${output.type} ${output.path}`);
      const connection = await connectionTo(shared);
      const ask: Ask = async (statementIn) => (await connection.run([statementIn(connection.sql)]))[0] ?? [];
      try {
        const answer = await asFailure(output, () => question(ask));
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
