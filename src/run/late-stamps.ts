/** Logs whose stamps are hours behind the clock: that costs their users their logins, and nothing else would say so. */
import { ExitStatus } from '../exit-status.ts';
import type { Problem } from '../problem.ts';
import type { SavedRun } from '../state/cursors-file.ts';

/** Returns a warning for each of these logs. */
export function lateStampProblems(behind: SavedRun['behind']): Problem[] {
  return Object.entries(behind).map(([maillog, seconds]) => ({
    kind: 'stamps behind',
    status: ExitStatus.ok,
    isWarning: true,
    where: maillog,
    what: `stamps are ${seconds / 3600} h behind the clock`,
    why: 'the time zone of the log differs',
    consequence: 'logins end too early, or never count',
    fix: "set 'timezone' in exact.conf",
  }));
}
