/**
 * What follows a change of the maps: the `on-change` commands, for an MTA that must be told. Each is run as it
 * stands in the configuration, split at blanks, without a shell, as the account that Exact runs as.
 */
import { spawnSync } from 'node:child_process';
import { ExitStatus } from '../exit-status.ts';
import { errnoOf, type Problem } from '../problem.ts';

/** Milliseconds that a command may take. */
const patience = 30_000;

/** Runs the commands, all of them, and returns what failed. */
export function runOnChangeCommands(commands: readonly (readonly string[])[]): Problem[] {
  return commands.flatMap(([program = '', ...args]) => {
    const run = spawnSync(program, args, {
      // A pipe would have to be read to its end, and a child that the command leaves behind may hold it open.
      stdio: 'ignore',
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      timeout: patience,
      killSignal: 'SIGKILL',
    });
    if (run.status === 0) return [];
    const problem: Problem = {
      status: ExitStatus.unavailable,
      where: `on-change ${[program, ...args].join(' ')}`,
      what: 'failed',
      why: reasonOfFailure(run),
      consequence: 'the maps are published; the next run tries again',
    };
    return [problem];
  });
}

function reasonOfFailure(run: {
  status: number | null;
  signal: string | null;
  error?: Error | undefined;
}): string {
  const code = errnoOf(run.error);
  if (code === 'ENOENT') return 'no such program';
  if (code === 'ETIMEDOUT') return `not done after ${patience / 1000} s`;
  return code ?? run.signal ?? `exit ${run.status}`;
}
