/**
 * Whether `exact update` has anything to do, asked before the program is loaded: cron calls it each minute, and mostly
 * nothing has changed since the last run, or other programs alone have written to the log. `bin/exact` asks it first, so
 * that such a minute costs little more than to start Node. It believes the note that the last run left
 * (`state/idle-note.ts`) where all is as it was; any doubt, and any error, means that the run is made.
 */
import { lstatSync, readFileSync } from 'node:fs';
import { configPaths, systemFolder } from './config/usual-paths.ts';
import { ownAddresses } from './host/own-addresses.ts';
import { hasNothingNew } from './maillog/unread/journal.ts';
import { searchUnread } from './maillog/unread/search.ts';
import { addressesWords, type IdleNote, lookAt, type OpenNote, withIdleNote } from './state/idle-note.ts';
import { statePaths } from './state/state-paths.ts';

/** What a call is made in. */
export interface GateWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Unix seconds. */
  readonly now: number;
}

/** The options of a call that are known here; with any other the run is made. */
interface Given {
  readonly config?: string;
  readonly state?: string;
}

/** Reports whether a run of `update` with these words would change nothing and say nothing; notes that one was. */
export function passesBy(words: readonly string[], { env, now }: GateWorld): boolean {
  try {
    const given = optionsOf(words);
    const config = given?.config ?? (env.EXACT_CONFIG || configPaths.find(isThere)) ?? null;
    const state = given?.state ?? configuredState(config) ?? `${systemFolder}/state`;
    // What a relative path leads to depends on where the call is made.
    if (given === undefined || config?.startsWith('/') === false || !state.startsWith('/')) return false;
    return withIdleNote(statePaths(state).idle, (open) => holds(open, config, now)) ?? false;
  } catch {
    return false;
  }
}

function holds({ note, lastRun, touch }: OpenNote, config: string | null, now: number): boolean {
  const holdsStill =
    note.config === config &&
    note.uid === process.getuid?.() &&
    // A clock that was set back is for the run to see.
    lastRun <= now &&
    now < note.until &&
    isAsItWas(note) &&
    note.addresses === addressesWords(ownAddresses()) &&
    areJournalsQuiet(note);
  if (holdsStill) touch(now);
  return holdsStill;
}

/** Whether all that the run looked at is as it was, or a log has got lines that are nothing to any rule. */
function isAsItWas({ looks, search }: IdleNote): boolean {
  let isNothing: ReturnType<typeof searchUnread> | undefined;
  return Object.entries(looks).every(([path, look]) => {
    if (lookAt(path) === look) return true;
    if (search === undefined) return false;
    isNothing ??= searchUnread(search);
    return isNothing(path, look);
  });
}

/** Asked last: it takes the longest. */
function areJournalsQuiet({ search }: IdleNote): boolean {
  if (search?.journals === undefined) return true;
  const needles = search.needles.map((needle) => Buffer.from(needle, 'base64'));
  return Object.entries(search.journals).every(([maillog, cursor]) =>
    hasNothingNew(maillog, cursor, { needles, programs: search.programs }),
  );
}

/** Returns the options that name a path, each given once; undefined where there is another one. */
function optionsOf(words: readonly string[]): Given | undefined {
  const given: { config?: string; state?: string } = {};
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    const name = word === '-c' || word === '--config' ? 'config' : word === '--state' ? 'state' : undefined;
    const path = words[index + 1];
    if (name === undefined || path === undefined || given[name] !== undefined) return undefined;
    given[name] = path;
    index++;
  }
  return given;
}

/** Where a configuration says that the state is. Where it is read wrongly there is no note of this configuration. */
function configuredState(config: string | null): string | undefined {
  if (config === null) return undefined;
  return /^[ \t]*state[ \t]+(\S+)/m.exec(readFileSync(config, 'utf8'))?.[1];
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Reports the same of this process's own call. */
export function processPassesBy(words: readonly string[]): boolean {
  return passesBy(words, { env: process.env, now: Math.floor(Date.now() / 1000) });
}
