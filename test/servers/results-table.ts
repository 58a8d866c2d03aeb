/** The tables of results in RESULTS.md, each found by the head of its first column. */
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('RESULTS.md', import.meta.url);

/** Returns a table as text; a line is a row of cells. */
export function tableOf(heads: readonly string[], lines: readonly string[]): string {
  return [lineOf(heads), `|${' --- |'.repeat(heads.length)}`, ...lines].join('\n');
}

/** Returns a row as text. */
export function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Puts lines in the place of those that `isOld` names in the table with these heads, which are kept in order. */
export function replaceLines(
  heads: readonly string[],
  lines: readonly string[],
  isOld: (line: string) => boolean,
): void {
  const text = readFileSync(file, 'utf8');
  const start = text.indexOf(`| ${heads[0]} |`);
  if (start < 0) throw new Error(`RESULTS.md has no table that begins with ${heads[0]}`);
  const [table = ''] = text.slice(start).split('\n\n');
  const others = table
    .split('\n')
    .slice(2)
    .filter((line) => line !== '' && !isOld(line));
  const end = text.slice(start + table.trimEnd().length);
  writeFileSync(file, `${text.slice(0, start)}${tableOf(heads, [...others, ...lines].sort())}${end}`);
}
