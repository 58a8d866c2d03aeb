/** What it is called when a table cannot be used: one line, without a password, and what can be done about it. */
import { ExitStatus } from '../../exit-status.ts';
import { Failure } from '../../problem.ts';
import type { Output } from '../output.ts';
import { withoutPassword } from './password.ts';
import { ServerTrouble } from './trouble.ts';

/** Returns the failure of an output; exit status 75. What is a bug and no trouble with a server is thrown on. */
export function databaseFailure(output: Output, trouble: unknown): Failure {
  if (!(trouble instanceof ServerTrouble)) throw trouble;
  const { why, fix } = trouble;
  return new Failure({
    status: ExitStatus.tryAgain,
    where: withoutPassword(`output ${output.type} ${output.path}`),
    what: 'cannot use the table',
    why: withoutPassword(why),
    consequence: 'the addresses in it still expire, and the next good run sends everything',
    ...(fix === undefined ? {} : { fix }),
  });
}

/**
 * Does a step on tables that are there.
 *
 * @throws Failure with exit status 75 that names the output and holds no password.
 */
export async function asFailure<Result>(output: Output, step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    throw databaseFailure(output, error);
  }
}
