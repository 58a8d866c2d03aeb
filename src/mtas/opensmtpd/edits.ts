/** Changes of smtpd.conf, as a command for root's shell, and the one that takes them back. */
import { readText } from '../../host/read-text.ts';
import { shellWord } from '../../terminal/shell-word.ts';
import type { MtaFinding } from '../mta.ts';
import { restart } from './program.ts';

/** One change of a file. */
export interface Edit {
  readonly file: string;
  /** The line that it begins with, from 1; lines that are put in come before it. */
  readonly line: number;
  /** Lines that are taken away, as they are now. */
  readonly old: readonly string[];
  /** What stands there afterwards. */
  readonly lines: readonly string[];
}

/** Returns the command for some changes, of which no two have a line in common, and what undoes it. */
export function edited(edits: readonly Edit[]): Required<Pick<MtaFinding, 'fix' | 'undo'>> {
  const files = [...new Set(edits.map(({ file }) => file))];
  const fix: string[] = [];
  const undo: string[] = [];
  for (const file of files) {
    const its = edits.filter((edit) => edit.file === file).sort((a, b) => a.line - b.line);
    let moved = 0;
    const back = its.map(({ line, old, lines }): Edit => {
      const edit = { file, line: line + moved, old: lines, lines: old };
      moved += lines.length - old.length;
      return edit;
    });
    const length = lineCount(readText(file));
    fix.push(sed(file, its, length));
    undo.push(sed(file, back, length + moved));
  }
  return { fix: [...fix, restart].join(' && '), undo: [...undo, restart].join(' && ') };
}

/** Returns how many lines a text has, the last one with a line feed or without. */
export function lineCount(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** Each line is counted before any is changed; `length` is how many there are. */
function sed(file: string, edits: readonly Edit[], length: number): string {
  const scripts = edits.map(({ line, old, lines }) => {
    const last = line + old.length - 1;
    const range = old.length > 1 ? `${line},${last}` : `${line}`;
    if (lines.length === 0) return `${range}d`;
    // Before a line that is not there nothing can be put.
    if (old.length === 0 && line > length) return `$a\\${lines.map(literal).join('\\n')}`;
    return `${range}${old.length > 0 ? 'c' : 'i'}\\${lines.map(literal).join('\\n')}`;
  });
  return `sed -i ${scripts.map((script) => `-e ${shellWord(script)}`).join(' ')} ${shellWord(file)}`;
}

/** A backslash is one only behind another. */
function literal(line: string): string {
  return line.replace(/\\/g, '\\\\');
}
