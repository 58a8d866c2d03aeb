/** What the last run left: read as it is, or set aside where it cannot be used. */
import { ExitStatus } from '../exit-status.ts';
import { Failure, type Problem, reasonOf, statusOf } from '../problem.ts';
import type { Revocation } from '../relay/revocation.ts';
import { noRun, readCursors, type SavedRun } from '../state/cursors-file.ts';
import type { MetProblem } from '../state/lasting-problems.ts';
import { readRevocations } from '../state/revoked-file.ts';
import { setAside } from '../state/set-aside.ts';

/** Reads a file of the state, and tells what to do where that is denied. */
export function attemptToRead<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const isDenied = statusOf(error, 'reading') === ExitStatus.noInput;
    throw new Failure({
      status: statusOf(error, 'reading'),
      where: path,
      what: 'cannot read',
      why: reasonOf(error),
      ...(isDenied ? { fix: "run it with sudo, or as the 'user' of exact.conf" } : {}),
    });
  }
}

/**
 * Returns the cursors that the last run saved; where the file is damaged it is set aside, the damage is noted among
 * the problems met, and the run begins with no cursors. `now` in Unix seconds; a rehearsal moves nothing.
 */
export function readSaved(path: string, now: number, isRehearsal: boolean, met: MetProblem[]): SavedRun {
  const read = attemptToRead(path, () => readCursors(path));
  if (!('damage' in read)) return read;
  const aside = isRehearsal ? undefined : setAside(path, now, read.isNewer ? 'newer' : 'corrupt');
  met.push({ problem: damageProblem(path, read.damage, aside) });
  return noRun;
}

/** Returns what is told of a state file that cannot be used. */
export function damageProblem(path: string, damage: string, aside: string | undefined): Problem {
  return {
    status: ExitStatus.ok,
    isWarning: true,
    where: path,
    what: damage,
    ...(aside === undefined ? {} : { why: `moved to ${aside}` }),
    consequence: 'rebuilt from the log',
  };
}

/** Returns the revocations that hold; each line that is none is noted among the problems met. */
export function readRevoked(path: string, met: MetProblem[]): Revocation[] {
  const { revocations, badLines } = attemptToRead(path, () => readRevocations(path));
  for (const line of badLines) {
    met.push({
      problem: {
        status: ExitStatus.io,
        where: `${path}:${line}`,
        what: 'is no revocation',
        consequence: 'the others hold',
        fix: 'repeat the exact expire that it stood for, then remove the line',
      },
    });
  }
  return revocations;
}
