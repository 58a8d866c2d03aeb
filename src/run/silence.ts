/** Servers whose lines are read and give no login for long: perhaps the form of their log has changed. */
import type { Settings } from '../config/settings.ts';
import { ExitStatus } from '../exit-status.ts';
import type { Problem } from '../problem.ts';
import type { SavedRun } from '../state/cursors-file.ts';
import { countWords, durationWords } from '../terminal/words.ts';
import type { ReadProgress } from './login-source.ts';

/** Counts lines of servers until one of them is a login; `now` in Unix seconds. */
export function silenceAfter(
  silence: SavedRun['silence'],
  progress: ReadProgress | undefined,
  now: number,
): SavedRun['silence'] {
  if (progress === undefined) return silence;
  const isFresh = progress.lastLogin > 0 || silence.since === 0 || silence.since > now;
  return isFresh
    ? { since: now, lines: 0 }
    : { since: silence.since, lines: silence.lines + progress.served };
}

/** Returns a warning if there was no login for as long as `warn-silent` says. */
export function silenceProblems(
  { warnSilent, maillogs }: Settings,
  { since, lines }: SavedRun['silence'],
  now: number,
): Problem[] {
  if (warnSilent === undefined || lines === 0 || now - since < warnSilent) return [];
  return [
    {
      status: ExitStatus.ok,
      isWarning: true,
      where: maillogs.join(' and '),
      what: 'no login found',
      why: `${countWords(lines, 'line')} of POP and IMAP servers read in ${durationWords(now - since)}`,
      consequence: 'has their log format changed?',
      fix: 'see exact test-rule --unmatched',
    },
  ];
}
