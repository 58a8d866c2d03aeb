/**
 * Expected trouble as data: what a bad file, line, argument or system call comes to. A problem is one line on
 * standard error and one exit status; code that cannot go on throws it as a {@link Failure}, and code that
 * can, collects it.
 */
import { ExitStatus } from './exit-status.ts';

/**
 * What sort of trouble a problem is, where something depends on that: its words are for people, and are never read
 * back. `no effect`: a name in exact.conf that only the daemon of EXACT 1.41 needed.
 */
export type ProblemKind = 'no such user' | 'no effect' | 'stamps behind' | 'bare lines' | 'unknown form';

/** One thing that is wrong, in the parts of the line that tells it. */
export interface Problem {
  /** Left out where nothing depends on it. */
  readonly kind?: ProblemKind;
  /** What the process should end with on account of this. */
  readonly status: ExitStatus;
  /** `FILE`, `FILE:LINE`, or the option or program that it is about. */
  readonly where: string;
  /** What cannot be done, present tense: `cannot open`. */
  readonly what: string;
  /** The reason: an errno's text, what was seen and what was wanted. */
  readonly why?: string;
  /** What follows from it, and what stays as it was. */
  readonly consequence?: string;
  /** What the reader can do. */
  readonly fix?: string;
  /** A warning changes no exit status. */
  readonly isWarning?: boolean;
}

/** Trouble that stops what was being done; its problem is printed, never a stack. */
export class Failure extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problemLine(problem));
    this.name = 'Failure';
    this.problem = problem;
  }
}

/** Returns the line for a problem, `WHERE: WHAT: WHY; CONSEQUENCE; FIX`, control characters as they are. */
export function problemLine(problem: Problem): string {
  // The journal is called 'journal:'.
  const claim = [problem.where.replace(/:$/, ''), problem.what, problem.why].filter(Boolean).join(': ');
  return [claim, problem.consequence, problem.fix].filter(Boolean).join('; ');
}

/** Reasons as people know them, for the errors that file system calls give most (errno(3)). */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EDQUOT: 'disk quota exceeded',
  EEXIST: 'exists already',
  EIO: 'input/output error',
  EISDIR: 'is a directory',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'name too long',
  ENOENT: 'no such file',
  ENOSPC: 'no space left on device',
  ENOTDIR: 'a parent is not a directory',
  ENXIO: 'no such device',
  EPERM: 'operation not permitted',
  EPIPE: 'broken pipe',
  EROFS: 'read-only file system',
  ETIMEDOUT: 'timed out',
};

/** Returns the errno name of a system error (`ENOSPC`), or undefined for any other value. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Returns the reason that a system error stands for, in the words of errno(3). */
export function reasonOf(error: unknown): string {
  const code = errnoOf(error);
  if (code !== undefined) return reasons[code] ?? code;
  return error instanceof Error ? error.message : String(error);
}

/** Returns the exit status that fits a system error met while reading or writing. */
export function statusOf(error: unknown, whileDoing: 'reading' | 'creating' | 'writing'): ExitStatus {
  const code = errnoOf(error);
  if (code === 'EACCES' || code === 'EPERM') {
    return whileDoing === 'reading' ? ExitStatus.noInput : ExitStatus.noPermission;
  }
  if (whileDoing === 'reading') return code === 'EIO' ? ExitStatus.io : ExitStatus.noInput;
  return whileDoing === 'creating' && code !== 'ENOSPC' && code !== 'EDQUOT' && code !== 'EIO'
    ? ExitStatus.cannotCreate
    : ExitStatus.io;
}
