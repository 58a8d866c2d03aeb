/** What programs of this host answer about it. All of them only look. */
import { spawnSync } from 'node:child_process';
import { Failure } from '../problem.ts';
import { type HelperCall, helperEnvironment, runHelper } from './helper-program.ts';

/** Milliseconds that a program may take of which the first lines are wanted. */
const patience = 3000;

/** Returns what a program prints; undefined where there is none, or it fails. */
export function answerOf(program: string, args: readonly string[]): string | undefined {
  const call: HelperCall = { program, args, where: program };
  try {
    return runHelper(call);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** Returns what a program prints before it ends, or is ended: what it does after that may take long, or fail. */
export function beginningOf(program: string, args: readonly string[]): string {
  const options = { encoding: 'utf8', env: helperEnvironment, timeout: patience } as const;
  return spawnSync(program, args, { ...options, stdio: ['ignore', 'pipe', 'ignore'] }).stdout ?? '';
}
