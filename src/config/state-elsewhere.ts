/**
 * Where the state lies of the system's configuration, if that has put it elsewhere than usual. A run leaves it in the usual
 * folder, so that what has expired leaves the maps even where the configuration is lost that said where they are.
 */
import { join } from 'node:path';
import { replaceFile } from '../maps/replace-file.ts';
import { isDamage } from '../state/damage.ts';
import { type Decoder, decodeJson, object, record, text, versioned } from '../state/decode.ts';
import { stateMode, statePaths } from '../state/state-paths.ts';
import type { FileAccess } from './locate.ts';
import type { Settings } from './settings.ts';
import { configPaths } from './usual-paths.ts';

/** States by their configurations. */
type States = Readonly<Record<string, string>>;

const decoder: Decoder<{ readonly states: States }> = versioned(1, object({ states: record(text) }));

/** Returns the path of the note in the usual folder of the state. */
export function elsewherePath(folder: string): string {
  return join(folder, 'state.elsewhere');
}

/**
 * Returns where the state lies of a configuration, or of the first of the system's that a run had, and which that is.
 * undefined where no run has left it, or where another account owns the note than the state that it names.
 */
export function stateElsewhere(
  folder: string,
  files: FileAccess,
  config?: string,
): { readonly config: string; readonly state: string } | undefined {
  const states = statesIn(folder, files);
  const found = configPaths.find((path) => states[path] !== undefined && (config ?? path) === path);
  const state = found === undefined ? undefined : states[found];
  if (found === undefined || state === undefined) return undefined;
  try {
    const owners = [elsewherePath(folder), statePaths(state).cursors].map(
      (path) => files.permissions(path).uid,
    );
    return owners[0] === owners[1] ? { config: found, state } : undefined;
  } catch {
    return undefined;
  }
}

/** Leaves where the state of the system's configuration lies, or that it lies in the usual folder again. */
export function noteStateElsewhere(
  folder: string,
  { file, state, origins }: Pick<Settings, 'file' | 'state' | 'origins'>,
  files: FileAccess,
): void {
  if (file === undefined || !configPaths.includes(file) || origins.get('state') === '--state') return;
  const { [file]: known, ...others } = statesIn(folder, files);
  const wanted = state === join(folder, 'state') ? undefined : state;
  if (known === wanted) return;
  const states = wanted === undefined ? others : { ...others, [file]: wanted };
  try {
    const bytes = Buffer.from(`${JSON.stringify({ version: 1, states })}\n`);
    replaceFile(elsewherePath(folder), bytes, { mode: stateMode });
  } catch {
    // The usual folder is not there, or not the account's: then nobody can be told.
  }
}

function statesIn(folder: string, files: FileAccess): States {
  try {
    const saved = decodeJson(files.read(elsewherePath(folder)), decoder);
    return isDamage(saved) ? {} : saved.states;
  } catch {
    return {};
  }
}
