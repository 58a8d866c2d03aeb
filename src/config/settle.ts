/** A draft → settings: defaults, what EXACT 1.41 said in other words, and what one setting means for another. */
import { conflicts } from './conflicts.ts';
import { outputOfAuthfile } from './former-parameters.ts';
import type { FileAccess, Surroundings } from './locate.ts';
import { writeOutput } from './output-line.ts';
import type { Draft, Given, OutputType, Parameter } from './parameter.ts';
import { parameters } from './parameters.ts';
import { note, type Parsed } from './parse.ts';
import type { Settings } from './settings.ts';
import { sharedPaths } from './shared-paths.ts';
import { systemFolder } from './usual-paths.ts';

/**
 * Completes what was parsed into settings; adds to its problems and notes. The settings are fit for use only if
 * no problem but warnings is left.
 */
export function settle(
  parsed: Parsed,
  file: string | undefined,
  surroundings: Surroundings,
  { outputTypes, files }: { readonly outputTypes: readonly OutputType[]; readonly files: FileAccess },
): Settings {
  const { draft } = parsed;
  translateAuthfile(parsed);
  noteUnusedLogfile(parsed);
  if (draft.maillogs.length === 0) give('maillog', surroundings.maillog, draft.maillogs, draft);
  if (draft.serverdefs.length === 0 && surroundings.serverdefs !== undefined) {
    give('serverdefs', surroundings.serverdefs, draft.serverdefs, draft);
  }
  for (const parameter of parameters) {
    if (!draft.origins.has(parameter.name)) readDefaults(parameter, draft, surroundings.folder, outputTypes);
  }
  if (file !== undefined) draft.file = file;
  const { authfile, authtype, ...settings } = draft;
  parsed.problems.push(...conflicts(settings, outputTypes), ...sharedPaths(settings, outputTypes, files));
  return settings;
}

function give(name: string, value: string, list: string[], draft: Draft): void {
  if (draft.origins.has(name)) return; // every line of it was refused
  list.push(value);
  draft.origins.set(name, 'default (found)');
}

/** The state stays where `authfile` puts it also beside `output` lines: moved away, it would lose revocations. */
function translateAuthfile({ draft, notes }: Parsed): void {
  const origin = draft.origins.get('authfile');
  if (draft.authfile === undefined || origin === undefined) return;
  if (!draft.origins.has('state')) {
    draft.state = `${draft.authfile}.state`;
    draft.origins.set('state', origin);
  }
  if (draft.origins.has('output')) {
    notes.push(note(origin, 'authfile has no effect', 'output lines say where to publish'));
    return;
  }
  const output = outputOfAuthfile(draft, draft.authfile);
  draft.outputs.push(output);
  draft.origins.set('output', origin);
  notes.push(note(origin, 'authfile', `means output ${writeOutput(output)}`));
}

function noteUnusedLogfile({ draft, notes }: Parsed): void {
  const origin = draft.origins.get('logfile');
  if (origin === undefined || draft.logging === 'internal') return;
  notes.push(note(origin, 'logfile has no effect', `logging is ${draft.logging}, not internal`));
}

/** Reads defaults as lines are read, so that table, page and program cannot differ. */
function readDefaults(
  parameter: Parameter,
  draft: Draft,
  folder: string,
  outputTypes: readonly OutputType[],
): void {
  for (const value of parameter.defaults) {
    const given: Given = {
      value,
      origin: 'default',
      outputTypes,
      absolute: (path) => path.replace(systemFolder, () => folder),
      refuse(text, why) {
        throw new Error(`default of ${parameter.name}: '${text}': ${why}`);
      },
      note: () => {},
    };
    parameter.read(given, draft);
    draft.origins.set(parameter.name, given.origin);
  }
}
