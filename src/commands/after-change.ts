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
export function runOnChange(commands: readonly (readonly string[])[]): Problem[] {
  return commands.flatMap(([program = '', ...args]) => {
    const run = spawnSync(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      encoding: 'utf8',
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
  stderr: string;
  error?: Error;
}): string {
  const code = errnoOf(run.error);
  if (code === 'ENOENT') return 'no such program';
  if (code === 'ETIMEDOUT') return `not done after ${patience / 1000} s`;
  if (code !== undefined) return code;
  const said = run.stderr.trim().split('\n').at(-1);
  return `${run.signal ?? `exit ${run.status}`}${said ? `: '${said}'` : ''}`;
}
