/**
 * The settings in effect as a file of today's names, each with its origin as a comment: what
 * `exact dump --settings` prints, and what an old configuration becomes.
 */

import { withoutPassword } from '../maps/shared/password.ts';
import { escapeControls } from '../terminal/escape.ts';
import { parameters } from './parameters.ts';
import type { Origin, Settings } from './settings.ts';

/** One value of a setting, as exact.conf has it. */
export interface SettingRow {
  readonly name: string;
  /** Without a password that it may hold. */
  readonly value: string;
  readonly origin: Origin;
  readonly hidesPassword: boolean;
}

/**
 * Returns every value of the settings of these names, or of all if none is given, in the order of exact.conf(5). One
 * that is unset and has no word for that has none.
 */
export function settingRows(settings: Settings, names: readonly string[] = []): SettingRow[] {
  const asked = parameters.filter(({ name }) => names.length === 0 || names.includes(name));
  return asked.flatMap(({ name, write }) =>
    write(settings).map((value, index) => {
      const shown = withoutPassword(value);
      return {
        name,
        value: shown,
        origin: originOf(name, value, index, settings),
        hidesPassword: shown !== value,
      };
    }),
  );
}

/**
 * Returns one line for each value; parsing those of all settings gives equal ones. A password is left out of a URL, and
 * its line says so.
 */
export function settingsText(settings: Settings, names: readonly string[] = []): string {
  const rows = settingRows(settings, names).map(({ name, value, origin, hidesPassword }) => {
    const comment = escapeControls(`# ${origin}${hidesPassword ? '; password not shown' : ''}`);
    return { name, value: escapeControls(value), comment };
  });
  const nameWidth = Math.max(0, ...rows.map((row) => row.name.length));
  // One long path should not push every origin off the screen.
  const valueWidth = Math.min(40, Math.max(...rows.map((row) => row.value.length)));
  return rows
    .map((row) => `${row.name.padEnd(nameWidth)}  ${row.value.padEnd(valueWidth)}  ${row.comment}\n`)
    .join('');
}

function originOf(name: string, value: string, index: number, settings: Settings): Origin {
  const own = name === 'output' ? settings.outputs[index]?.origin : settings.origins.get(`${name} ${value}`);
  return own ?? settings.origins.get(name) ?? 'default';
}
