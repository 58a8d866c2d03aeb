/**
 * The settings in effect as a file of today's names, each with its origin as a comment: what
 * `exact dump --settings` prints, and what an old configuration becomes.
 */
import { escapeControls } from '../terminal/escape.ts';
import { parameters } from './parameters.ts';
import { withoutPassword } from './password.ts';
import type { Origin, Settings } from './settings.ts';

/**
 * Returns one line for each value, in the order of exact.conf(5); parsing them gives equal settings. A setting
 * that is unset and has no word for that has no line. A password is left out of a URL, and its line says so.
 */
export function settingsText(settings: Settings): string {
  const rows = parameters.flatMap((parameter) =>
    parameter.write(settings).map((value, index) => {
      const origin = originOf(parameter.name, value, index, settings);
      const shown = withoutPassword(value);
      const comment = escapeControls(shown === value ? `# ${origin}` : `# ${origin}; password not shown`);
      return { name: parameter.name, value: escapeControls(shown), comment };
    }),
  );
  const nameWidth = Math.max(...rows.map((row) => row.name.length));
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
