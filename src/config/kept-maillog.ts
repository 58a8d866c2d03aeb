/**
 * Keeps a run to the mail log that the last one found, where the configuration names none: after a rotation there may be
 * no file until the next line is written, and the journal, read in its place, would be read from its beginning.
 */

import { isJournal } from '../maillog/journal-name.ts';
import { readCursors, type SavedRun } from '../state/cursors-file.ts';
import { isDamage } from '../state/damage.ts';
import { statePaths } from '../state/state-paths.ts';
import type { Settings } from './settings.ts';
import { maillogPaths } from './usual-paths.ts';

/** A log that had a cursor may be missing for so long: rotation without a new line. Seconds. */
export const missingGrace = 3600;

/**
 * Returns the mail logs for a run at `now` (Unix seconds), of those that were found on this host: the file of the last run
 * in the place of the journal, until it has been missing for {@link missingGrace}.
 */
export function keptMaillogs(
  found: readonly string[],
  { maillogs, problems }: Pick<SavedRun, 'maillogs' | 'problems'>,
  now: number,
): readonly string[] {
  if (!found.every(isJournal)) return found;
  const kept = maillogPaths.find((path) => maillogs[path]?.files !== undefined);
  if (kept === undefined) return found;
  const missing = Object.values(problems).find(
    ({ text, isOfLog }) => isOfLog && text.startsWith(`${kept}: `),
  );
  return missing !== undefined && now - missing.since >= missingGrace ? found : [kept];
}

/** Returns the settings with those mail logs, where the configuration names none. */
export function withKeptMaillogs(settings: Settings, saved: SavedRun, now: number): Settings {
  if (settings.origins.get('maillog') !== 'default (found)') return settings;
  return { ...settings, maillogs: keptMaillogs(settings.maillogs, saved, now) };
}

/** Returns the settings with the mail logs that the next run will read, as far as the state may be looked at. */
export function withNextMaillogs(settings: Settings, now: number): Settings {
  try {
    const saved = readCursors(statePaths(settings.state).cursors);
    return isDamage(saved) ? settings : withKeptMaillogs(settings, saved, now);
  } catch {
    return settings;
  }
}
