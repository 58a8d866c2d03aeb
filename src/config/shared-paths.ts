/**
 * Files that Exact writes over and that something else is in: a map in the place of the mail log ends the log.
 * Of the file system it asks only which paths are the same.
 */
import { basename, dirname, join } from 'node:path';
import type { Output } from '../maps/output.ts';
import { withoutPassword } from '../maps/shared/password.ts';
import type { Problem } from '../problem.ts';
import { statePaths } from '../state/state-paths.ts';
import { conflict, originOf } from './conflicts.ts';
import type { FileAccess } from './locate.ts';
import type { OutputType } from './parameter.ts';
import type { Origin, Settings } from './settings.ts';

/** A path, what it is for, and where that is said. */
interface Use {
  readonly path: string;
  readonly purpose: string;
  readonly origin: Origin | undefined;
}

/** Gives a problem for each file that two settings name, where one of them means to write it. */
export function* sharedPaths(
  settings: Settings,
  outputTypes: readonly OutputType[],
  files: FileAccess,
): Generator<Problem> {
  const taken = new Map<string, Use>();
  for (const use of filesRead(settings)) {
    // A link is not written through but replaced, so both it and what it leads to must stay.
    taken.set(inRealFolder(use.path, files), use);
    taken.set(realPath(use.path, files), use);
  }
  for (const use of filesWritten(settings, outputTypes)) {
    const path = inRealFolder(use.path, files);
    const other = taken.get(path);
    if (other === undefined) taken.set(path, use);
    else {
      const what = `${use.purpose} ${withoutPassword(use.path)}`;
      yield conflict(use.origin, what, `is ${other.purpose} too (${other.origin})`);
    }
  }
}

function inRealFolder(path: string, files: FileAccess): string {
  return path.startsWith('/') ? join(realPath(dirname(path), files), basename(path)) : path;
}

/** Returns the path without links, or as it is where nothing is there yet. */
function realPath(path: string, files: FileAccess): string {
  try {
    return path.startsWith('/') ? files.realPath(path) : path;
  } catch {
    return path;
  }
}

function filesRead({ file, maillogs, serverdefs, outputs, origins }: Settings): Use[] {
  const listed = (purpose: string) => (path: string) => ({
    path,
    purpose,
    origin: originOf(purpose, path, origins),
  });
  // Words such as merge=FILE; those that name a further file to write clash with others all the same.
  const besideOutputs = outputs.flatMap(({ options, origin }) =>
    options.flatMap((word) => {
      const [, purpose, path] = /^([^=]+=)(\/.*)$/.exec(word) ?? [];
      return purpose === undefined || path === undefined ? [] : [{ path, purpose, origin }];
    }),
  );
  return [
    ...(file === undefined ? [] : [{ path: file, purpose: 'this configuration', origin: file }]),
    ...maillogs.map(listed('maillog')),
    ...serverdefs.map(listed('serverdefs')),
    ...besideOutputs,
  ];
}

function filesWritten(settings: Settings, outputTypes: readonly OutputType[]): Use[] {
  const { state, logfile, metrics, outputs, origins } = settings;
  const stateFiles = Object.values(statePaths(state)).map((path) => ({ path, purpose: 'state' }));
  const single = [
    ...stateFiles,
    ...(logfile === undefined ? [] : [{ path: logfile, purpose: 'logfile' }]),
    ...(metrics === undefined ? [] : [{ path: metrics, purpose: 'metrics' }]),
  ];
  return [
    ...single.map((use) => ({ ...use, origin: origins.get(use.purpose) })),
    ...outputs.map((output) => ({
      path: publishedPath(output, outputTypes),
      purpose: `output ${output.type}`,
      origin: output.origin,
    })),
  ];
}

function publishedPath(output: Output, outputTypes: readonly OutputType[]): string {
  const type = outputTypes.find((each) => each.name === output.type);
  return type === undefined || type.takesUrl ? output.path : type.publishedPath(output);
}
