/**
 * What a process may end with: grep's 0 and 1, and above that the numbers of sysexits(3).
 * exact(8) documents them; nothing else in the program writes such a number.
 */
export const ExitStatus = {
  /** Done. */
  ok: 0,
  /** The question was answered 'no': nothing matched, nobody may relay. */
  no: 1,
  /** EX_USAGE: the command line is wrong. */
  usage: 64,
  /** EX_DATAERR: input that was handed over (`--logins`) is not what it should be. */
  data: 65,
  /** EX_NOINPUT: a file to be read is missing or not readable. */
  noInput: 66,
  /** EX_UNAVAILABLE: a helper program (postmap, flock) failed or is missing. */
  unavailable: 69,
  /** EX_SOFTWARE: a bug in Exact. */
  software: 70,
  /** EX_CANTCREAT: a state file or map cannot be created. */
  cannotCreate: 73,
  /** EX_IOERR: writing or syncing failed. */
  io: 74,
  /** EX_TEMPFAIL: try again; another run holds the lock, a database is away. */
  tryAgain: 75,
  /** EX_NOPERM: not allowed. */
  noPermission: 77,
  /** EX_CONFIG: the configuration or a rule cannot be used. */
  config: 78,
} as const;

/** One of the numbers of {@link ExitStatus}. */
export type ExitStatus = (typeof ExitStatus)[keyof typeof ExitStatus];

/** Returns the worse of two exit statuses: the higher number, as sysexits(3) happens to order them. */
export function worse(a: ExitStatus, b: ExitStatus): ExitStatus {
  return a > b ? a : b;
}
