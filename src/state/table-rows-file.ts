/**
 * The rows of this host in a shared table as they were last sent, a line for each: address, user, expiry (Unix seconds)
 * and members, separated by tabs. The first line has the token that the file goes by: rows of another one are those of
 * another push. Nothing is lost with the file: without it, the table itself is asked.
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { replaceFile } from '../maps/replace-file.ts';
import type { Rows } from '../maps/shared/rows.ts';
import { readStateText } from './damage.ts';
import { type StatePaths, stateMode } from './state-paths.ts';

const header = 'exact-rows 1';

/** Returns the path of the file of one table, by the key of its target. */
function pathOf(paths: StatePaths, key: string): string {
  return `${paths.rows}-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`;
}

/** Reads the rows; undefined where they are not those of the token, or are damaged. System errors are thrown. */
export function readTableRows(paths: StatePaths, key: string, token: string): Rows | undefined {
  if (token === '') return undefined;
  const read = readStateText(pathOf(paths, key));
  if (typeof read !== 'string') return undefined;
  const lines = read.split('\n');
  if (lines[0] !== `${header} ${token}` || lines.at(-1) !== 'end') return undefined;
  const ends = new Map<string, number>();
  const members = new Map<string, string>();
  for (const line of lines.slice(1, -1)) {
    const [address = '', user = '', expires = '', of] = line.split('\t');
    const key = `${address}\t${user}`;
    if (!/^\d{1,15}$/.test(expires)) return undefined;
    ends.set(key, Number(expires));
    if (of !== undefined) members.set(key, of);
  }
  return { ends, members };
}

/** Writes the rows, synced. */
export function writeTableRows(paths: StatePaths, key: string, token: string, { ends, members }: Rows): void {
  const lines = [`${header} ${token}`];
  for (const [row, expires] of ends) {
    const of = members.get(row);
    lines.push(of === undefined ? `${row}\t${expires}` : `${row}\t${expires}\t${of}`);
  }
  replaceFile(pathOf(paths, key), Buffer.from(`${lines.join('\n')}\nend`), {
    mode: stateMode,
    consequence: 'the next run asks the table for its rows',
  });
}

/** Removes the file of a table that is configured no more. */
export function removeTableRows(paths: StatePaths, key: string): void {
  rmSync(pathOf(paths, key), { force: true });
}
