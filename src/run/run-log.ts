/**
 * The log of what Exact did (`logging`): one line for each address authorised, expired, revoked or refused, and
 * for one refreshed at most one in each `timeout`:
 *
 *     OUTCOME ADDRESS user="NAME" server=RULE until=TIME reason="WHY"
 *
 * To syslog it goes through logger(1), once a run, as standard input; facility daemon, so that it does not come
 * back in the mail log, priority notice, since the service keeps no less (LogLevelMax), and under the name `exact`, whose lines no rule is tried on.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import type { Settings } from '../config/settings.ts';
import { ExitStatus } from '../exit-status.ts';
import { writeAll } from '../maps/buffered-output.ts';
import { errnoOf, type Problem, reasonOf, statusOf } from '../problem.ts';
import { escapeControls } from '../terminal/escape.ts';
import { utcText } from '../terminal/words.ts';

/** One thing that was done. */
export interface LoggedOutcome {
  readonly outcome: 'authorised' | 'refreshed' | 'expired' | 'revoked' | 'refused';
  readonly address: string;
  readonly user: string;
  readonly server: string;
  /** Unix seconds until which the address relays, or did. */
  readonly until: number;
  readonly reason?: string | undefined;
}

/** Returns the line of an outcome. */
export function logLine({ outcome, address, user, server, until, reason }: LoggedOutcome): string {
  const quote = (text: string) => `"${escapeControls(text).replace(/["\\]/g, '\\$&')}"`;
  const why = reason === undefined ? '' : ` reason=${quote(reason)}`;
  return `${outcome} ${address} user=${quote(user)} server=${escapeControls(server)} until=${utcText(until)}${why}`;
}

/** Writes a run's lines where `logging` says; returns what kept it from that. `now` is in Unix seconds. */
export function writeRunLog(settings: Settings, lines: readonly string[], now: number): Problem | undefined {
  if (lines.length === 0 || settings.logging === 'none') return undefined;
  return settings.logging === 'syslog' ? sendToSyslog(lines) : append(settings.logfile ?? '', lines, now);
}

function sendToSyslog(lines: readonly string[]): Problem | undefined {
  const run = spawnSync('logger', ['-t', `exact[${process.pid}]`, '-p', 'daemon.notice'], {
    input: lines.map((line) => `${line}\n`).join(''),
    env: { PATH: '/usr/bin:/bin' },
    encoding: 'utf8',
    timeout: 10_000,
  });
  if (run.status === 0) return undefined;
  return {
    status: ExitStatus.unavailable,
    where: 'logging syslog',
    what: 'cannot log',
    why: errnoOf(run.error) === 'ENOENT' ? 'no program logger' : run.stderr.trim() || 'logger failed',
    consequence: 'the relay table is published all the same',
  };
}

function append(path: string, lines: readonly string[], now: number): Problem | undefined {
  const stamp = utcText(now);
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  try {
    const fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o640);
    try {
      writeAll(fd, Buffer.from(lines.map((line) => `${stamp} exact[${process.pid}]: ${line}\n`).join('')));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    return {
      status: statusOf(error, 'writing'),
      where: path,
      what: 'cannot log',
      why: reasonOf(error),
      consequence: 'the relay table is published all the same',
    };
  }
  return undefined;
}
