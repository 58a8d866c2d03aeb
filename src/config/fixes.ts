/** Commands that mend exact.conf, as text to be pasted into root's shell. None is ever run here. */

import type { Output } from '../maps/output.ts';
import { shellWord } from '../terminal/shell-word.ts';
import type { Origin, Settings } from './settings.ts';

/** The configuration to write where there is none. */
const usualFile = '/etc/exact/exact.conf';

/** Returns the command that adds lines to the configuration. */
export function addLines({ file }: Settings, lines: readonly string[]): string {
  const path = shellWord(file ?? usualFile);
  const folder = file === undefined ? 'install -d /etc/exact && ' : '';
  return `${folder}printf '%s\\n' ${lines.map(shellWord).join(' ')} >>${path}`;
}

/** Returns the command that puts a line in the place of one of the configuration, or adds it where there is none. */
export function setLine(settings: Settings, origin: Origin | undefined, line: string): string {
  const number = lineOf(settings, origin);
  if (number === undefined) return addLines(settings, [line]);
  return `sed -i ${shellWord(`${number}s|.*|${line.replace(/[|&\\]/g, '\\$&')}|`)} ${shellWord(settings.file ?? '')}`;
}

/** Returns the command that adds an `output` line. Where there is none yet, those that serve by default are kept. */
export function addOutput(settings: Settings, line: string): string {
  const kept = settings.outputs
    .filter(({ origin }) => origin === 'default')
    .map(({ type, path }) => `output ${type} ${path}`);
  return addLines(settings, [...kept, `output ${line}`]);
}

/** Returns the command that gives an output one more option. */
export function addOption(settings: Settings, output: Output, option: string): string {
  const number = lineOf(settings, output.origin);
  if (number !== undefined) return `sed -i '${number}s|$| ${option}|' ${shellWord(settings.file ?? '')}`;
  const lines = settings.outputs.map(
    (each) => `output ${each.type} ${each.path}${each === output ? ` ${option}` : ''}`,
  );
  return addLines(settings, lines);
}

/** Returns the command that puts a word of an output's line in the place of another, or adds it where that is not there. */
export function replaceInLine(settings: Settings, output: Output, word: string, other: string): string {
  const number = lineOf(settings, output.origin);
  if (number === undefined || !output.options.includes(word)) return addOption(settings, output, other);
  const pattern = word.replace(/[.*[\]^$\\|]/g, '\\$&');
  const replacement = other.replace(/[|&\\]/g, '\\$&');
  return `sed -i ${shellWord(`${number}s|${pattern}|${replacement}|`)} ${shellWord(settings.file ?? '')}`;
}

/** The number of the line of the configuration file that a setting comes from. */
function lineOf({ file }: Settings, origin: Origin | undefined): number | undefined {
  if (file === undefined || !origin?.startsWith(`${file}:`)) return undefined;
  const number = Number(origin.slice(file.length + 1));
  return Number.isInteger(number) ? number : undefined;
}
