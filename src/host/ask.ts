/** What programs of this host answer about it. All of them only look. */
import { spawnSync } from 'node:child_process';
import { Failure } from '../problem.ts';
import { type HelperCall, helperEnvironment, runHelper } from './helper-program.ts';

/** Milliseconds that a program may take of which the first lines are wanted. */
const patience = 3000;

/** Milliseconds that one may take that asks name servers, of which some do not answer. */
const longPatience = 120_000;

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

/** What a program said to its input. */
export interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

/** Returns what a program says to some input, whatever its exit status; undefined where there is none, or it has no end. */
export function saidTo(program: string, args: readonly string[], input: string): Said | undefined {
  const options = { encoding: 'utf8', env: helperEnvironment, timeout: longPatience } as const;
  const { error, stdout, stderr } = spawnSync(program, args, { ...options, input });
  return error === undefined ? { stdout, stderr } : undefined;
}
