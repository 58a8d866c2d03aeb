/**
 * One writer at a time, by a lock that the kernel frees when its holder dies. flock(1) is handed our own
 * descriptor: flock(2) locks the open file description, so the lock stays with this process after the helper
 * has ended, and goes when this process goes, however it does. Node has no flock(2) of its own, and a pid file
 * that a dead process leaves behind is no lock.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, ftruncateSync, openSync, writeSync } from 'node:fs';
import { ExitStatus } from '../exit-status.ts';
import { errnoOf, Failure, reasonOf, statusOf } from '../problem.ts';
import { readStateText } from './damage.ts';
import { stateMode } from './state-paths.ts';

/** A lock that is held until {@link Lock.release}, or the end of the process. */
export interface Lock {
  release(): void;
}

/** Who holds the lock: process id, and since when in Unix seconds; undefined where the file does not say. */
export interface LockHolder {
  readonly pid: number | undefined;
  readonly since: number | undefined;
}

/** Takes the lock, or returns who holds it. `now` is in Unix seconds. */
export function takeLock(path: string, now: number): Lock | LockHolder {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, stateMode);
  } catch (error) {
    throw new Failure({
      status: statusOf(error, 'creating'),
      where: path,
      what: 'cannot lock',
      why: reasonOf(error),
      consequence: 'nothing was changed',
      ...(errnoOf(error) === 'EACCES' ? { fix: 'run it with sudo' } : {}),
    });
  }
  const run = spawnSync('flock', ['-n', '3'], {
    stdio: ['ignore', 'ignore', 'pipe', fd],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' },
    encoding: 'utf8',
  });
  if (run.status === 0) {
    signLock(fd, now);
    return { release: () => closeSync(fd) };
  }
  closeSync(fd);
  if (run.status === 1 && run.stderr === '') return holderOf(path);
  throw new Failure({
    status: ExitStatus.unavailable,
    where: path,
    what: 'cannot lock',
    why:
      errnoOf(run.error) === 'ENOENT'
        ? 'no program flock (util-linux)'
        : (run.stderr || reasonOf(run.error)).trim(),
    consequence: 'nothing was changed',
    fix: 'the state must lie on a file system that has locks',
  });
}

/** Notes who holds the lock, for the message of a run that finds it held. The lock holds without it. */
function signLock(fd: number, now: number): void {
  try {
    ftruncateSync(fd, 0);
    writeSync(fd, `${process.pid} ${now}\n`, 0);
  } catch {
    // A full disk meets the state next, and is told there.
  }
}

/** Tells a lock from the holder of one. */
export function isLock(taken: Lock | LockHolder): taken is Lock {
  return 'release' in taken;
}

function holderOf(path: string): LockHolder {
  const text = readStateText(path);
  const [pid, since] = typeof text === 'string' ? text.split(/\s+/).map(Number) : [];
  return { pid: pid || undefined, since: since || undefined };
}
