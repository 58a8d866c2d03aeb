/** The relay table between runs: may Exact write where it must, how far has it read, and what do the maps say? */
import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import type { Settings } from '../config/settings.ts';
import { openTable } from '../diagnose/open-table.ts';
import { ExitStatus } from '../exit-status.ts';
import { groupName } from '../host/accounts.ts';
import type { Invocation } from '../host/invocation.ts';
import { statIfSeen } from '../maillog/regular-file.ts';
import { typeOf } from '../maps/publisher.ts';
import { fileOutputs } from '../maps/shared/shared-tables.ts';
import { errnoOf, Failure, type Problem, reasonOf } from '../problem.ts';
import { publishedForms } from '../relay/published-form.ts';
import type { SavedRun } from '../state/cursors-file.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { countWords, durationWords } from '../terminal/words.ts';
import { isAccount, ownName } from './config.ts';
import { type Finding, findingOf } from './finding.ts';
import { checkMaps } from './maps.ts';

const writableByOthers = 0o002;
const writableByGroup = 0o020;

/** What the state holds. */
export interface StateCheck {
  readonly findings: Finding[];
  /** undefined before the first run. */
  readonly lastRun: SavedRun['lastRun'] | 'unknown' | undefined;
}

/** Looks at the table, the folders and the maps; `lastLine` is when the newest line of a log was written. */
export async function checkState(
  invocation: Invocation,
  settings: Settings,
  lastLine: number | undefined,
): Promise<StateCheck> {
  const folders = checkFolders(settings);
  let known: StateCheck['lastRun'] = 'unknown';
  try {
    const table = openTable(invocation, settings);
    const { lastRun } = table.saved();
    const hasRun = lastRun.time > 0;
    known = hasRun ? lastRun : undefined;
    const formOf = publishedForms(table.policy, settings.ipv6Prefix);
    const relaying: string[] = [];
    table.visit((entry) => {
      if (entry.relays) relaying.push(entry.address);
    });
    const count = countWords(relaying.length, 'address', 'addresses');
    const cursor = hasRun ? cursorWords(lastRun.time, lastLine) : 'no run yet';
    const text = `${settings.state}, ${count}, ${cursor}`;
    const state: Finding = hasRun
      ? { level: 'ok', subject: 'state', text }
      : { level: 'note', subject: 'state', text, fix: 'exact update -v' };
    const maps = await checkMaps(settings, relaying, formOf, hasRun);
    return { findings: [state, ...folders, ...maps], lastRun: known };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { findings: [unreadable(error.problem), ...folders], lastRun: known };
  }
}

/** A run makes a damaged state anew from the log; one that is closed to this account is for root to look at. */
function unreadable(problem: Problem): Finding {
  const fix = problem.status === ExitStatus.data ? 'exact update' : 'sudo exact update --check';
  return findingOf('FAIL', 'state', { ...problem, fix });
}

function cursorWords(lastRun: number, lastLine: number | undefined): string {
  return lastLine === undefined || lastLine <= lastRun
    ? 'log read to its end'
    : `cursor ${durationWords(lastLine - lastRun)} behind`;
}

function checkFolders(settings: Settings): Finding[] {
  const maps = fileOutputs(settings).map((output) => typeOf(output).publishedPath(output));
  const state = dirname(settings.state);
  const folders = [...new Set([state, ...maps.map(dirname)])].flatMap((folder) => {
    const subject = folder === state ? 'state' : 'map';
    const writable = isAccount(settings) ? checkWritable(folder, subject) : [];
    return [...writable, ...checkShut(folder, subject)];
  });
  return [...folders, ...checkShut(settings.state, 'state'), ...maps.flatMap((map) => checkShut(map, 'map'))];
}

function checkWritable(folder: string, subject: 'state' | 'map'): Finding[] {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return [];
  } catch (error) {
    const who = ownName();
    const isGone = errnoOf(error) === 'ENOENT';
    const text = isGone
      ? `${folder}: there is no such folder`
      : `${folder}: not writable by user ${who}: ${reasonOf(error)}`;
    return [{ level: 'FAIL', subject, text, fix: `install -d -o ${who} -m 755 ${shellWord(folder)}` }];
  }
}

/** Whoever may write a map, or put another in its place, lets relay whom he likes; root's own group is root. */
function checkShut(path: string, subject: 'state' | 'map'): Finding[] {
  const { mode, gid } = statIfSeen(path) ?? { mode: 0, gid: 0 };
  const [who, letters] =
    (mode & writableByOthers) !== 0
      ? ['everybody', 'go-w']
      : (mode & writableByGroup) !== 0 && gid !== 0
        ? [`group ${groupName(gid)}`, 'g-w']
        : [];
  if (who === undefined) return [];
  const text = `${path}: ${who} may write it, and so open the relay`;
  return [{ level: 'FAIL', subject, text, fix: `chmod ${letters} ${shellWord(path)}` }];
}
