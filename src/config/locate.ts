/**
 * Where the configuration, and the things that it leaves to be found, lie on this host. Files are seen through
 * {@link FileAccess}, so that a test has a host of its own.
 */
import { lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readText } from '../host/read-text.ts';
import { journalPrefix } from '../maillog/journal-name.ts';
import { errnoOf } from '../problem.ts';
import { configPaths, maillogPaths, systemFolder } from './usual-paths.ts';

/** Who may do what to a file. */
export interface Permissions {
  readonly uid: number;
  readonly gid: number;
  /** With the bits of the file's type. */
  readonly mode: number;
}

/** What the configuration asks of the file system. */
export interface FileAccess {
  /** Returns the text of a file; throws the system's error. */
  read(path: string): string;
  /** Reports whether a name is there; also one that may not be looked at, or a link that leads nowhere. */
  exists(path: string): boolean;
  /** Reports whether a path leads to a file that is no folder. */
  isFile(path: string): boolean;
  /** Returns the path without symbolic links; throws the system's error. */
  realPath(path: string): string;
  /** Returns owner and mode, links followed; throws the system's error. */
  permissions(path: string): Permissions;
}

/** The file system of this host. */
export const hostFiles: FileAccess = {
  read: (path) => readText(path),
  exists(path) {
    try {
      lstatSync(path);
      return true;
    } catch (error) {
      // A folder that keeps us out may hold it: to go on as if it were not there would be a second truth.
      return errnoOf(error) !== 'ENOENT' && errnoOf(error) !== 'ENOTDIR';
    }
  },
  isFile(path) {
    try {
      return !statSync(path).isDirectory();
    } catch {
      return false;
    }
  },
  realPath: (path) => realpathSync.native(path),
  permissions: (path) => statSync(path),
};

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the configuration file to read, and the option or variable that names it; nothing where there is none. */
export function locateConfig(
  option: string | undefined,
  env: Environment,
  files: FileAccess,
): { readonly file?: string; readonly namedBy?: string } {
  if (option !== undefined) return { file: resolve(option), namedBy: '--config' };
  if (env.EXACT_CONFIG) return { file: resolve(env.EXACT_CONFIG), namedBy: '$EXACT_CONFIG' };
  const file = configPaths.find((path) => files.exists(path));
  return file === undefined ? {} : { file };
}

/** What defaults depend on. */
export interface Surroundings {
  /** The folder of the state and the maps. */
  readonly folder: string;
  /** The system's mail log: a file if there is one, else the journal. */
  readonly maillog: string;
  /** `exact-servers.conf` beside the configuration file, if there is one. */
  readonly serverdefs?: string;
}

/** Returns what this host has for what the configuration does not name. */
export function surroundingsOf(
  config: string | undefined,
  uid: number,
  env: Environment,
  files: FileAccess,
): Surroundings {
  const beside = join(dirname(config ?? (configPaths[0] as string)), 'exact-servers.conf');
  return {
    folder: folderOf(uid, env, files),
    maillog: maillogPaths.find((path) => files.isFile(path)) ?? journalPrefix,
    ...(files.exists(beside) ? { serverdefs: beside } : {}),
  };
}

/**
 * A user who is not root has a state of their own only where the system has none: else `exact dump` would show
 * an empty table of theirs in the place of the one that counts.
 */
function folderOf(uid: number, env: Environment, files: FileAccess): string {
  if (uid === 0 || [systemFolder, ...configPaths].some((path) => files.exists(path))) return systemFolder;
  // A relative path is to be ignored (XDG Base Directory Specification).
  const states = env.XDG_STATE_HOME?.startsWith('/') ? env.XDG_STATE_HOME : undefined;
  if (states !== undefined) return join(states, 'exact');
  return env.HOME?.startsWith('/') ? join(env.HOME, '.local/state/exact') : systemFolder;
}
