/**
 * Other programs of this host: those of MTAs that make or read tables, and those that tell about the host. Arguments are
 * handed over one by one, and no shell sees them. Nothing that a log says is ever an argument.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { ExitStatus } from '../exit-status.ts';
import { errnoOf, Failure } from '../problem.ts';

/** cron's PATH is /usr/bin:/bin; the programs of MTAs lie in sbin. */
const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The whole environment of such a program. */
export const helperEnvironment = { PATH: folders.join(':'), LC_ALL: 'C' };

/** Milliseconds after which a program that does not end is given up. */
const patience = 60_000;

/** Bytes of output that are taken: a table of some million addresses, listed. */
const maxOutput = 2 ** 28;

/** What to run, and what to tell if it fails. */
export interface HelperCall {
  readonly program: string;
  readonly args: readonly string[];
  /** Standard input: text, or an open file; none if undefined. */
  readonly input?: string | number;
  /** More of the environment; PATH and locale are set. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What the message names: the program and the table. */
  readonly where: string;
  readonly consequence?: string;
  readonly fix?: string;
  /** The MTA that brings the program, to tell where it is missing. */
  readonly comesWith?: string;
  /** An exit status that means 'found nothing', if standard error is empty too. */
  readonly foundNothing?: number;
}

/** Runs a program to its end and returns what it printed; throws a {@link Failure} if it fails. */
export function runHelper(call: HelperCall): string {
  const { input } = call;
  const run = spawnSync(call.program, call.args, {
    encoding: 'utf8',
    env: { ...helperEnvironment, ...call.environment },
    timeout: patience,
    maxBuffer: maxOutput,
    stdio: [typeof input === 'number' ? input : input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...(typeof input === 'string' ? { input } : {}),
  });
  if (run.error === undefined) {
    if (run.status === 0) return run.stdout;
    if (run.status === call.foundNothing && run.stderr === '') return run.stdout;
  }
  throw new Failure({
    status: ExitStatus.unavailable,
    where: call.where,
    what: whatHappened(run),
    ...(call.consequence === undefined ? {} : { consequence: call.consequence }),
    ...fixOf(call, errnoOf(run.error) === 'ENOENT'),
  });
}

function fixOf({ fix, comesWith }: HelperCall, isMissing: boolean): { readonly fix?: string } {
  if (fix !== undefined) return { fix };
  return isMissing && comesWith !== undefined
    ? { fix: `it comes with ${comesWith}; exact-maps(7) has the output for another MTA` }
    : {};
}

function whatHappened(run: ReturnType<typeof spawnSync>): string {
  const code = errnoOf(run.error);
  if (code === 'ENOENT') return 'no such program';
  if (code === 'ETIMEDOUT') return `no end after ${patience / 1000} s`;
  if (run.error !== undefined) return run.error.message;
  if (run.signal !== null) return `ended by ${run.signal}`;
  const said = String(run.stderr).trim() || String(run.stdout).trim();
  return `exit ${run.status}: '${said.split('\n').at(-1) ?? ''}'`;
}

/** Whether a program is there to be run. */
export function isProgram(name: string): boolean {
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Whether a program lists a word, on a line of its own; one that fails lists none. */
export function listsWord(program: string, args: readonly string[], word: string): boolean {
  try {
    return runHelper({ program, args, where: program }).split('\n').includes(word);
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}
