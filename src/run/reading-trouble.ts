/**
 * What keeps a run from reading something, as a problem. Nothing that is read may keep a run from its pass: an address
 * whose time is over would stay in the maps for as long as the trouble lasts.
 */
import { ExitStatus } from '../exit-status.ts';
import { errnoOf, Failure, type Problem, reasonOf, statusOf } from '../problem.ts';

/** What follows where new logins cannot be read, or cannot be judged. */
const nothingNew = 'no new login counts; what has expired is taken out all the same';

/** Returns the problem that an error met in reading comes to; `where` names what was read. */
export function readingTrouble(error: unknown, where: string, consequence = nothingNew): Problem {
  // The program itself is not whole, and it is told so where it was started.
  if (errnoOf(error) === 'MODULE_NOT_FOUND') throw error;
  if (error instanceof Failure) return { consequence, ...error.problem };
  return isSystemError(error) ? systemTrouble(error, where, consequence) : bug(error, where, consequence);
}

function isSystemError(error: unknown): boolean {
  return errnoOf(error) !== undefined && (error as NodeJS.ErrnoException).syscall !== undefined;
}

function systemTrouble(error: unknown, where: string, consequence: string): Problem {
  const status = statusOf(error, 'reading');
  const isDenied = status === ExitStatus.noInput && ['EACCES', 'EPERM'].includes(errnoOf(error) ?? '');
  return {
    status,
    where,
    what: 'cannot read',
    why: reasonOf(error),
    consequence,
    ...(isDenied ? { fix: "run it with sudo, or as the 'user' of exact.conf" } : {}),
  };
}

/** What nobody foresaw: the message and the place, which is what a report of it needs. */
function bug(error: unknown, where: string, consequence: string): Problem {
  const [place] = error instanceof Error ? (error.stack?.match(/^\s+at .*$/m) ?? []) : [];
  return {
    status: ExitStatus.software,
    where,
    what: 'a bug in exact',
    why: [String(error), place?.trim()].filter(Boolean).join(' '),
    consequence,
    fix: 'report it, with this line',
  };
}
