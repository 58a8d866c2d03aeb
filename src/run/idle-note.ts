/**
 * Leaves the note by which later calls of `exact update` tell that nothing is to be done, or takes it away. Whatever a run
 * that does nothing looks at is on its list, or keeps it from being written: tables that hosts share; metrics, which each run writes; a problem that lasts, of which each run counts. What a run looks at
 * and is not here, and why, says test/gate.test.ts.
 */
import { closeSync, openSync, realpathSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configPaths, maillogPaths } from '../config/usual-paths.ts';
import { ExitStatus } from '../exit-status.ts';
import { isJournal } from '../maillog/journal-name.ts';
import { tailBefore } from '../maillog/unread/search.ts';
import { arePublished, identityOf, isSameFile, typeOf } from '../maps/publisher.ts';
import { replaceFile } from '../maps/replace-file.ts';
import { fileOutputs, sharedTables } from '../maps/shared/shared-tables.ts';
import { removeIfThere } from '../maps/temporary-file.ts';
import type { SavedRun } from '../state/cursors-file.ts';
import { addressesWords, type IdleNote, type LogSearch, lookAt, withIdleNote } from '../state/idle-note.ts';
import type { FileCursor, SavedMaillog } from '../state/maillog-cursor.ts';
import { stateMode } from '../state/state-paths.ts';
import { quietNote } from './quiet-note.ts';
import type { RunContext } from './run-context.ts';

/** So long a note holds at most, in case of a change that it cannot tell. Seconds. */
const longest = 3600;

/** A file that changed so shortly before the run began, or later, may have been read as it was before. Milliseconds. */
const settling = 50;

/**
 * Writes the note of a run that leaves this, if there is nothing to do until something changes. Else, and where it cannot
 * be written, there is none, and the next run is made.
 */
export function leaveIdleNote(context: RunContext, left: SavedRun | undefined): void {
  const { paths, invocation } = context;
  try {
    // Never beside another than its own.
    removeIfThere(paths.quiet);
    const note = left && noteOf(context, left);
    if (note !== undefined) {
      replaceFile(paths.idle, Buffer.from(`${JSON.stringify(note)}\n`), { mode: stateMode });
      utimesSync(paths.idle, invocation.now, invocation.now);
      const quiet = quietNote(note, invocation.now);
      if (quiet !== undefined) replaceFile(paths.quiet, Buffer.from(quiet, 'latin1'), { mode: stateMode });
      return;
    }
  } catch {
    // A disk that is full, a file that may not be looked at: whoever needs it tells.
  }
  removeIfThere(paths.idle);
}

function noteOf(context: RunContext, left: SavedRun): IdleNote | undefined {
  const { settings, invocation } = context;
  const isShown = sharedTables(settings).length > 0 || settings.metrics !== undefined;
  const hasTrouble =
    left.lastRun.status !== ExitStatus.ok || Object.keys(left.problems).length > 0 || left.isChangeDue;
  if (isShown || hasTrouble || invocation.has('now') || !isAsLeft(context, left)) return undefined;
  const seen = looksOf(context, left);
  if (seen === undefined) return undefined;
  const search = searchOf(context, left, seen);
  // A journal has no one file that would tell that nothing is new; what a log has got since is to be searched.
  const hasMore = settings.maillogs.some(isJournal) || cursorsOf(left.maillogs).some(isGrown);
  if (search === undefined && hasMore) return undefined;
  return {
    version: 1,
    config: settings.file ?? null,
    uid: process.getuid?.() ?? 0,
    until: Math.min(invocation.now + longest, ...duesOf(context, left)),
    addresses: addressesWords(context.own),
    looks: seen.looks,
    ...(search === undefined ? {} : { search }),
  };
}

/** By what the next calls tell that new lines are nothing to any rule; a run that loaded no rules takes it on. */
function searchOf(
  { settings, paths, record }: RunContext,
  { maillogs }: SavedRun,
  seen: Looks,
): LogSearch | undefined {
  const sought = record.sought ?? earlierSought(paths.idle, seen);
  if (sought === undefined) return undefined;
  const current = settings.maillogs.flatMap((maillog) => maillogs[maillog]?.files?.at(-1) ?? []);
  const logs = current.map(({ path, offset }) => [path, { offset, tail: tailOf(path, offset) }] as const);
  const journals = settings.maillogs
    .filter(isJournal)
    .map((maillog) => [maillog, maillogs[maillog]?.journal ?? ''] as const);
  return {
    needles: sought.needles,
    programs: sought.programs,
    logs: Object.fromEntries(logs),
    ...(journals.length === 0 ? {} : { journals: Object.fromEntries(journals) }),
  };
}

/** What the last note has, if nothing has changed since but what runs write and read to its end. */
function earlierSought(path: string, { looks, known }: Looks): LogSearch | undefined {
  try {
    return withIdleNote(path, ({ note }) => {
      const others = Object.keys(looks).filter((each) => !known.has(each));
      return others.every((each) => note.looks[each] === looks[each]) ? note.search : undefined;
    });
  } catch {
    return undefined;
  }
}

function tailOf(path: string, offset: number): string {
  const fd = openSync(path, 'r');
  try {
    return tailBefore(fd, offset);
  } finally {
    closeSync(fd);
  }
}

/** What is to be done at some time, though nothing changes. Unix seconds. */
function duesOf({ settings }: RunContext, { nextExpiry, silence, maillogs }: SavedRun): number[] {
  const warning =
    settings.warnSilent !== undefined && silence.lines > 0 ? [silence.since + settings.warnSilent] : [];
  const awaited = cursorsOf(maillogs).flatMap(({ awaitUntil }) =>
    awaitUntil === undefined ? [] : [awaitUntil],
  );
  return [...(nextExpiry === null ? [] : [nextExpiry]), ...warning, ...awaited];
}

/** Whether what this run wrote and read to its end stands as it left it. */
function isAsLeft(
  { settings, paths }: RunContext,
  { pairs, revoked, permits, maps, maillogs }: SavedRun,
): boolean {
  return (
    isSameFile(identityOf(paths.pairs), pairs) &&
    pairs !== undefined &&
    isSameFile(identityOf(paths.revoked), revoked) &&
    isSameFile(identityOf(paths.permits), permits) &&
    arePublished(fileOutputs(settings), maps) &&
    settings.maillogs.every((maillog) => isPlaceKnown(maillog, maillogs[maillog])) &&
    cursorsOf(maillogs).every((cursor) => isReadToEnd(cursor) || isGrown(cursor))
  );
}

/** A journal from which no entry has been read yet has no place. */
function isPlaceKnown(maillog: string, saved: SavedMaillog | undefined): boolean {
  return isJournal(maillog) ? saved?.journal !== undefined : saved?.files?.at(-1)?.path === maillog;
}

function cursorsOf(maillogs: SavedRun['maillogs']): FileCursor[] {
  return Object.values(maillogs).flatMap(({ files = [] }) => files);
}

function isReadToEnd({ path, inode, seen, modified }: FileCursor): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && stat.ino === inode && stat.size === seen && stat.mtimeMs / 1000 === modified;
}

/** Whether a log has got more since it was read, as one does all the time to which other programs write. */
function isGrown({ path, inode, seen }: FileCursor): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && stat.ino === inode && stat.size > seen;
}

/** What {@link lookAt} sees of a log, but for its size, which is that up to which it was read, and no time is that of it. */
function lookAtRead({ path, seen }: FileCursor): string {
  return [...lookAt(path).split(' ').slice(0, 5), seen, '-'].join(' ');
}

/** All that a run looks at, and which of it runs write, or read to its end. */
interface Looks {
  readonly looks: IdleNote['looks'];
  readonly known: ReadonlySet<string>;
}

/** Looks at all that a run looks at; undefined where something has changed since this one began. */
function looksOf({ settings, paths, invocation }: RunContext, { maillogs }: SavedRun): Looks | undefined {
  const { file, serverdefs } = settings;
  const outputs = fileOutputs(settings);
  const own = [
    paths.pairs,
    paths.cursors,
    paths.revoked,
    paths.permits,
    paths.history,
    paths.tables,
    paths.lock,
  ];
  const published = outputs.map((output) => typeOf(output).publishedPath(output));
  const logs = cursorsOf(maillogs).map(({ path }) => path);
  const read = [...(file === undefined ? [] : [file]), ...serverdefs];
  const others = [
    ...configPaths,
    ...maillogPaths,
    ...outputs.flatMap((output) => typeOf(output).sources?.(output) ?? []),
    ...[...read, ...configPaths.slice(0, 1)].map((path) => join(dirname(path), 'exact-servers.conf')),
    ...[...read, paths.pairs].flatMap(foldersAbove),
    // Another release is another program.
    fileURLToPath(import.meta.url),
  ];
  const known = new Set([...own, ...published, ...logs]);
  const looks: Record<string, string> = {};
  for (const path of [...known, ...read, ...others]) {
    looks[path] = lookAt(path);
    const isSettled = known.has(path) || hasSettled(path, invocation.begun);
    if (!isSettled || (looks[path] === 'absent' && read.includes(path))) return undefined;
  }
  for (const cursor of cursorsOf(maillogs)) if (isGrown(cursor)) looks[cursor.path] = lookAtRead(cursor);
  return { looks, known };
}

function hasSettled(path: string, begun: number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined || stat.isDirectory() || stat.ctimeMs < begun - settling;
}

/** The folders that decide who can put another file in a file's place, links followed and not. */
function foldersAbove(path: string): string[] {
  const folders = new Set<string>();
  for (const each of [path, realPathOr(path)]) {
    for (let folder = dirname(each); !folders.has(folder); folder = dirname(folder)) folders.add(folder);
  }
  return [...folders];
}

function realPathOr(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
