/** The program: finds the command that was named, runs it, and turns what comes of it into an exit status. */

import { fileURLToPath } from 'node:url';
import { checkCombination } from './cli/combination.ts';
import { commonOptions } from './cli/command.ts';
import { findCommand, type Slip, takeApart } from './cli/take-apart.ts';
import { commands } from './commands/commands.ts';
import { ExitStatus, worse } from './exit-status.ts';
import { Invocation, type World } from './host/invocation.ts';
import { HandedOver } from './host/privileges.ts';
import { errnoOf, Failure, type Problem, reasonOf } from './problem.ts';
import { OutputClosed, StandardOutput, tell } from './terminal/output.ts';
import { problemText } from './terminal/problem-text.ts';

declare const EXACT_VERSION: string;

/** Runs one command line in a world and returns the exit status. */
export async function main(words: readonly string[], world: World): Promise<ExitStatus> {
  let status: ExitStatus = ExitStatus.ok;
  try {
    const { name = '', words: rest } = findCommand(words, commonOptions);
    const command = Object.hasOwn(commands, name) ? await commands[name]?.() : undefined;
    const args =
      command && takeApart(rest, [...command.options, ...commonOptions], command.operands !== undefined);
    if (command === undefined || args === undefined) return await answerItself(words, world);
    if ('slip' in args) return await answerItself(words, world, args);
    checkCombination(command, args);
    status = await command.run(new Invocation(args, world));
    world.stdout.flush();
    return status;
  } catch (error) {
    // A reader that has gone takes back nothing of what the command came to.
    return worse(status, statusAfter(error, words, world));
  }
}

/** Answers a command line that runs no command. */
async function answerItself(words: readonly string[], { stdout }: World, slip?: Slip): Promise<ExitStatus> {
  const { answer } = await import('./cli/answer.ts');
  const asked = { commands, words, version: EXACT_VERSION, columns: stdout.columns ?? 80 };
  stdout.write(await answer(asked, slip));
  stdout.flush();
  return ExitStatus.ok;
}

function statusAfter(error: unknown, words: readonly string[], world: World): ExitStatus {
  if (error instanceof OutputClosed) return ExitStatus.ok;
  if (error instanceof HandedOver) return error.status as ExitStatus;
  const problem = error instanceof Failure ? error.problem : systemProblem(error);
  if (problem !== undefined) {
    const isQuiet = words.includes('-q') || words.includes('--quiet');
    if (!isQuiet) world.tell(`exact: ${problemText(problem)}`);
    return problem.status;
  }
  world.tell(`exact: a bug in exact: ${error instanceof Error ? error.stack : String(error)}`);
  return ExitStatus.software;
}

/** A system call that failed where nothing better was known to say of it. */
function systemProblem(error: unknown): Problem | undefined {
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (code === 'MODULE_NOT_FOUND') return unreadableProgram();
  if (errnoOf(error) === undefined || syscall === undefined) return undefined;
  return { status: ExitStatus.io, where: path ?? 'exact', what: `cannot ${syscall}`, why: reasonOf(error) };
}

/** Parts of the program are loaded when they are needed, which may be after root was given up. */
function unreadableProgram(): Problem {
  return {
    status: ExitStatus.noPermission,
    where: fileURLToPath(import.meta.url),
    what: 'cannot load the rest of the program beside it',
    why: `uid ${process.geteuid?.()} may not read it`,
    consequence: 'nothing was changed',
    fix: 'install exact where every account may read it: npm install -g',
  };
}

/** What a process that a signal ends exits with: 128 and the number of the signal (signal(7)). */
const endedBy = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** Runs this process's own command line. */
export async function runProcess(): Promise<void> {
  // Files are only made and replaced between two turns of the event loop, so a signal finds none half done.
  for (const [signal, status] of Object.entries(endedBy)) process.once(signal, () => process.exit(status));
  process.exitCode = await main(process.argv.slice(2), {
    env: process.env,
    clock: Date.now,
    // Making a stream of standard input costs more than an idle run may take.
    get stdin() {
      return process.stdin;
    },
    stdout: new StandardOutput(),
    tell,
  });
}
