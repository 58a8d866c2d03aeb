/** `exact update --logins`: logins that `exact parse` found, perhaps on another host, one a line. */
import { createReadStream } from 'node:fs';
import { ExitStatus } from '../exit-status.ts';
import type { World } from '../host/invocation.ts';
import { errnoOf, type Problem } from '../problem.ts';
import { handedLogin } from './handed-login.ts';
import { linesOf } from './login-lines.ts';
import type { LoginSource } from './login-source.ts';
import { readingTrouble } from './reading-trouble.ts';
import { countedLogins } from './run-record.ts';

/** Lines that are handed over. */
export interface HandedLines {
  /** What they come from, as problems name it. */
  readonly name: string;
  /** The number of the first line, from 1. */
  readonly firstLine: number;
  readonly pieces: AsyncIterable<readonly string[]>;
}

/** Returns the lines of a file, or of standard input (`-`). */
export function linesIn(file: string, { stdin }: Pick<World, 'stdin'>): HandedLines {
  const isStream = file === '-';
  const name = isStream ? 'standard input' : file;
  return { name, firstLine: 1, pieces: linesOf(isStream ? stdin : createReadStream(file)) };
}

/** Returns logins that are handed over. */
export function handedOverLogins({ name, firstLine, pieces }: HandedLines): LoginSource {
  return {
    names: [name],
    // Of standard input there is no second time, and a file may be gone as well.
    isRepeatable: false,
    isRebuild: false,
    async readInto(batch, context, outcomes) {
      const { invocation } = context;
      let lines = 0;
      const take = (line: string) => {
        const number = firstLine + lines++;
        const login = line.trim() === '' ? undefined : handedLogin(line, invocation.now);
        if (login === undefined) return;
        if ('reason' in login) {
          invocation.report(badLine(`${name}:${number}`, login.reason));
          return;
        }
        const refusal = batch.login(login);
        if (refusal !== undefined) outcomes.refuse(login, refusal);
        else context.record.count(countedLogins);
      };
      try {
        for await (const piece of pieces) piece.forEach(take);
      } catch (error) {
        if (errnoOf(error) === undefined) throw error;
        // Told at once, not once an hour: somebody hands them over, and waits for what becomes of them.
        const consequence = 'no more logins are taken; the run goes on';
        invocation.report(readingTrouble(error, name, consequence));
        return { lines, isIncomplete: true, progress: undefined };
      }
      return { lines, isIncomplete: false, progress: undefined };
    },
  };
}

/** A bad line is told and costs no other. */
function badLine(where: string, why: string): Problem {
  return {
    status: ExitStatus.data,
    where,
    what: 'is no login',
    why,
    consequence: 'passed over; the other lines count',
  };
}
