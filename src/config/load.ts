/** The way in for commands: from options and environment to settings, or to all that is wrong with them. */
import { join, resolve } from 'node:path';
import { ExitStatus } from '../exit-status.ts';
import { hasPassword } from '../maps/shared/password.ts';
import { type Problem, reasonOf } from '../problem.ts';
import { type Environment, type FileAccess, hostFiles, locateConfig, surroundingsOf } from './locate.ts';
import type { OutputType } from './parameter.ts';
import { emptyDraft, type Parsed, parseConfig } from './parse.ts';
import type { Settings } from './settings.ts';
import { settle } from './settle.ts';
import { elsewherePath, stateElsewhere } from './state-elsewhere.ts';
import { distrust, exposure } from './trust.ts';

/** What settles which configuration is used. */
export interface LoadRequest {
  /** `--config`. */
  readonly configOption?: string | undefined;
  /** `--state`. */
  readonly stateOption?: string | undefined;
  readonly env: Environment;
  /** The user id that the process started with. */
  readonly uid: number;
  readonly outputTypes: readonly OutputType[];
  /** The file system; this host's unless a test has its own. */
  readonly files?: FileAccess;
}

/** What loading comes to. */
export interface Loaded {
  /** undefined: it cannot be used; the problems say why, and the exit status is 78. */
  readonly settings?: Settings;
  /**
   * What a file that cannot be used says all the same, with defaults in the place of what was refused: for a look
   * at the rest of the host, never for a run. undefined where it cannot be read, or like {@link Loaded.state}.
   */
  readonly assumed?: Settings;
  /** The configuration file, also one that cannot be used; undefined: there is none. */
  readonly file?: string;
  /**
   * Where the state lies, as far as a configuration that cannot be used says so: expiry goes on there. Of one that
   * cannot be read it is where --state says, where the last run has left it, or the usual place. undefined where others than root may have written it.
   */
  readonly state?: string;
  /** What is wrong, all of it, and warnings. */
  readonly problems: readonly Problem[];
  /** What only `update --check` tells: names without effect, and what old names mean today. */
  readonly notes: readonly Problem[];
}

/** Finds, reads and checks the configuration. Changes nothing. */
export function loadSettings(request: LoadRequest): Loaded {
  const { env, uid, outputTypes, files = hostFiles } = request;
  const { file, namedBy } = locateConfig(request.configOption, env, files);
  const parsed =
    file === undefined
      ? { draft: emptyDraft(), problems: [], notes: [] }
      : readConfig(file, namedBy, request);
  const surroundings = surroundingsOf(file, uid, env, files);
  const stateOption = request.stateOption === undefined ? undefined : resolve(request.stateOption);
  const isLost = stateOption === undefined && (file === undefined || !('draft' in parsed));
  const left = isLost ? stateElsewhere(surroundings.folder, files, file) : undefined;
  if (file === undefined && left !== undefined)
    return { problems: [lost(left.config, surroundings.folder)], notes: [], state: left.state };
  if (!('draft' in parsed)) {
    // What the file would have named the last run has left, or it is where the state lies by default.
    const state = stateOption ?? left?.state ?? join(surroundings.folder, 'state');
    return { problems: [parsed], notes: [], state, ...(file === undefined ? {} : { file }) };
  }
  if (stateOption !== undefined) {
    parsed.draft.state = stateOption;
    parsed.draft.origins.set('state', '--state');
  }
  const settings = settle(parsed, file, surroundings, { outputTypes, files });
  const distrust = distrusted(settings, uid, files);
  const problems = [...distrust, ...parsed.problems];
  const isUsable = problems.every((problem) => problem.isWarning);
  return {
    ...(isUsable ? { settings } : {}),
    ...(distrust.length === 0 ? { state: settings.state, assumed: settings } : {}),
    ...(file === undefined ? {} : { file }),
    problems,
    notes: parsed.notes,
  };
}

/** A configuration that is no longer there is not the same as none: what it had published must expire. */
function lost(config: string, folder: string): Problem {
  const fix = `put it back, or remove ${elsewherePath(folder)} to go on without it`;
  return { status: ExitStatus.config, where: config, what: 'is gone', why: 'the last run had it', fix };
}

function readConfig(
  file: string,
  namedBy: string | undefined,
  { outputTypes, files = hostFiles }: LoadRequest,
): Parsed | Problem {
  try {
    return parseConfig(files.read(file), file, outputTypes);
  } catch (error) {
    const problem = { status: ExitStatus.config, where: file, what: 'cannot read', why: reasonOf(error) };
    return namedBy === undefined ? problem : { ...problem, fix: `put it there, or correct ${namedBy}` };
  }
}

function distrusted({ file, serverdefs, outputs }: Settings, uid: number, files: FileAccess): Problem[] {
  const believed = file === undefined ? serverdefs : [file, ...serverdefs];
  const found = uid === 0 ? believed.flatMap((path) => distrust(path, files)) : [];
  const holdsPassword = file !== undefined && outputs.some((output) => hasPassword(output.path));
  const exposed = holdsPassword ? exposure(file, files) : [];
  // Configuration and rules mostly share their folders, and what is wrong there is told once.
  const byText = new Map(
    [...found, ...exposed].map((problem) => [`${problem.where}: ${problem.what}`, problem]),
  );
  return [...byText.values()];
}
