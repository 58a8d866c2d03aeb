/** Does anything run `exact update` each minute? Without that nothing expires. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../config/settings.ts';
import { ExitStatus } from '../exit-status.ts';
import { answerOf } from '../host/ask.ts';
import { isProgram } from '../host/helper-program.ts';
import { readText } from '../host/read-text.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { durationWords } from '../terminal/words.ts';
import type { Finding } from './finding.ts';
import { isLoopRunning } from './loop.ts';
import type { StateCheck } from './state.ts';

/** A job that runs each minute has run within that time. Seconds. */
const patience = 300;

/** What is seen of timers and cron jobs. */
export interface Jobs {
  /** State of systemd's exact.timer, as systemctl(1) has it; '' where there is none. */
  readonly timer: string;
  /** Whether it is to elapse at the beginning of each minute. */
  readonly isEachMinute: boolean;
  /** Whether it is there, active or not. */
  readonly hasTimer: boolean;
  /** A file with a job of cron that runs `exact update`, and its schedule. */
  readonly job: { readonly file: string; readonly schedule: string } | undefined;
  /** Whether a loop runs it, as in a container. */
  readonly hasLoop: boolean;
  /** Whether a cron is installed that a job could be given to. */
  readonly hasCron: boolean;
  /** Whether root looked, who sees every account's jobs. */
  readonly sawAll: boolean;
}

/** Looks for what runs `exact update`; to be done as root, where there is root. */
export function findJobs(): Jobs {
  const shown =
    answerOf('systemctl', ['show', '-p', 'ActiveState,LoadState,TimersCalendar', 'exact.timer']) ?? '';
  return {
    timer: /^ActiveState=(.*)$/m.exec(shown)?.[1] ?? '',
    isEachMinute: /OnCalendar=\*-\*-\* \*:\*:00 /.test(shown),
    hasTimer: /^LoadState=loaded$/m.test(shown),
    job: findCronJob(),
    hasLoop: isLoopRunning(),
    hasCron: ['cron', 'crond', 'busybox'].some(isProgram),
    sawAll: process.geteuid?.() === 0,
  };
}

/** A line of a cron table; its first group is the schedule. */
const runsUpdate = /^[ \t]*(@\w+|(?:[^\s#=]+[ \t]+){4}[^\s#]+)[ \t].*\bexact\b.*\bupdate\b/;

function findCronJob(): Jobs['job'] {
  // The table of the Debian package leaves the work to the timer there.
  const isSystemdHost = existsSync('/run/systemd/system');
  // cron(8) passes over names with other characters than these in cron.d.
  const ofSystem = filesIn('/etc/cron.d').filter((path) => /\/[\w-]+$/.test(path));
  const ofAccounts = [...filesIn('/var/spool/cron/crontabs'), ...filesIn('/var/spool/cron')];
  for (const file of ['/etc/crontab', ...ofSystem, ...ofAccounts]) {
    const lines = textOf(file).split('\n');
    const jobs = lines.filter((line) => !(isSystemdHost && line.includes('test -d /run/systemd/system ||')));
    const schedule = jobs.map((job) => runsUpdate.exec(job)?.[1]).find((each) => each !== undefined);
    if (schedule !== undefined) return { file, schedule };
  }
  return undefined;
}

/** Says what runs `exact update`, and whether that shows in the state. */
export function checkTimer(
  { timer, isEachMinute, hasTimer, job, hasLoop, hasCron, sawAll }: Jobs,
  { user }: Pick<Settings, 'user'>,
  lastRun: StateCheck['lastRun'],
  now: number,
): Finding[] {
  const isActive = timer === 'active';
  if (lastRun === 'unknown') {
    return [unseenRun(isActive ? 'exact.timer' : (job?.file ?? (hasLoop ? 'exact-loop' : undefined)))];
  }
  const age = lastRun === undefined ? Number.POSITIVE_INFINITY : now - lastRun.time;
  const ran =
    lastRun === undefined ? 'no run yet' : `last run ${durationWords(age)} ago, exit ${lastRun.status}`;
  if (isActive || job !== undefined || hasLoop) {
    const what = isActive
      ? `exact.timer${isEachMinute ? ', each minute' : ''}`
      : job === undefined
        ? 'exact-loop'
        : `cron job in ${job.file}, ${scheduleWords(job.schedule)}`;
    const isLate = age > patience;
    const text = `${what}, ${ran}`;
    if (isActive && job !== undefined) {
      const both = `${what}, and a cron job in ${job.file} too: when both run at once, one does nothing; ${ran}`;
      const fix = `sed -i '/\\bexact\\b.*\\bupdate\\b/s/^/# /' ${shellWord(job.file)}`;
      return [{ level: 'WARN', subject: 'timer', text: both, fix }];
    }
    if (!isLate && lastRun?.status === ExitStatus.ok) return [{ level: 'ok', subject: 'timer', text }];
    const lateFix = isActive
      ? 'systemctl status exact.timer exact.service'
      : job === undefined
        ? 'exact update -v'
        : 'ps -C cron,crond';
    const fix = isLate ? lateFix : 'exact update -v';
    return [{ level: 'WARN', subject: 'timer', text, fix }];
  }
  const timerWords = hasTimer ? 'exact.timer is not active' : 'no exact.timer';
  const jobWords = sawAll ? 'no cron job' : 'no cron job that this account can see';
  const isRun = age <= patience;
  const text = `${timerWords}, and ${jobWords}; ${isRun ? ran : `${ran}: without runs nothing expires`}`;
  return [{ level: isRun ? 'WARN' : 'FAIL', subject: 'timer', text, fix: startFix(hasTimer, hasCron, user) }];
}

/** The state is closed to this account, or damaged, which is told by itself. */
function unseenRun(what = 'no job seen'): Finding {
  const text = `${what}; this account cannot see when the last run was`;
  return { level: 'note', subject: 'timer', text, fix: 'sudo exact update --check' };
}

function scheduleWords(schedule: string): string {
  return /^(?:\*[ \t]+){4}\*$/.test(schedule) ? 'each minute' : `at ${schedule.replace(/\s+/g, ' ')}`;
}

function startFix(hasTimer: boolean, hasCron: boolean, user = 'root'): string {
  if (hasTimer) return 'systemctl enable --now exact.timer';
  if (!hasCron) return "install cron, or start a container by exact-loop; exact(8), 'Containers'";
  const lines = [
    'PATH=/usr/local/bin:/usr/bin:/bin',
    `* * * * * ${user} exact update`,
    `@reboot ${user} exact expire`,
  ];
  return `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} >/etc/cron.d/exact`;
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readText(file);
  } catch {
    return '';
  }
}
