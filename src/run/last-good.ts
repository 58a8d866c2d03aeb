/**
 * A configuration that cannot be used must not keep addresses in the maps: expiry goes on with the settings of the
 * last run that had any, while the problems are told and the exit status is theirs.
 */
import { lstatSync } from 'node:fs';
import type { Misconfigured } from '../config/configured.ts';
import type { Settings } from '../config/settings.ts';
import type { ExitStatus } from '../exit-status.ts';
import { accountById } from '../host/accounts.ts';
import type { Invocation } from '../host/invocation.ts';
import { readCursors } from '../state/cursors-file.ts';
import { isDamage } from '../state/damage.ts';
import { statePaths } from '../state/state-paths.ts';
import { namedZone } from '../syslog/zone.ts';
import { beginRun } from './begin-run.ts';
import type { Run, RunOptions } from './run.ts';

/** Begins a run with the settings of the last good one; undefined if there are none, and the problems are told. */
export function beginByLastGood(
  invocation: Invocation<'dry-run'>,
  { problems, state }: Misconfigured,
  options: RunOptions = {},
): Run | undefined {
  const settings = state === undefined ? undefined : lastGoodSettings(state);
  if (settings === undefined) {
    for (const problem of problems) invocation.report(problem);
    return undefined;
  }
  const run = beginRun(invocation, settings, options);
  const consequence = 'the last good settings stay in force, and nothing new is read';
  run?.meet(problems.map((problem) => ({ ...problem, consequence })));
  return run;
}

/** Takes out what has expired, by the last good settings, and returns the exit status of the problems. */
export async function expireByLastGood(
  invocation: Invocation<'dry-run'>,
  misconfigured: Misconfigured,
): Promise<ExitStatus> {
  const run = beginByLastGood(invocation, misconfigured);
  if (run === undefined) return invocation.status;
  await run.pass();
  return run.end();
}

/**
 * Returns the settings that the last run left, or undefined. The file that holds them belongs to the account that
 * Exact runs as, and says nothing about which account that is: root becomes the file's owner, whatever it says.
 */
function lastGoodSettings(state: string): Settings | undefined {
  const { cursors } = statePaths(state);
  let saved: ReturnType<typeof readCursors>;
  let owner: string | undefined;
  try {
    saved = readCursors(cursors);
    owner = accountById(lstatSync(cursors).uid)?.name;
  } catch {
    return undefined; // Not ours to read; the configuration's own problems are told.
  }
  if (isDamage(saved) || saved.settings?.state !== state || owner === undefined) return undefined;
  const { timezone, ...rest } = saved.settings;
  // The zone database may be another one by now.
  const zone = timezone === undefined || namedZone(timezone) === undefined ? {} : { timezone };
  // What reads logs is not saved, and not needed.
  const unread = { servers: [], serverdefs: [], connectWindow: 0 };
  return { ...rest, ...zone, ...unread, user: owner, origins: new Map() };
}
