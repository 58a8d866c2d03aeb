/** The table of what refuses mail in Postfix beside relaying, before and after: printed, and kept in RESULTS.md. */
import { lineOf, replaceLines, tableOf } from './results-table.ts';

/** One way to refuse a permitted client, or to mark its mail. */
export interface RefusalResult {
  /** Words of main.cf or master.cf, or a program. */
  readonly by: string;
  readonly before: string | number;
  readonly after: string | number;
  /** What a stranger is told after. */
  readonly stranger: string | number;
}

const heads = ['refused or marked by', 'a permitted client before', 'with the fix', 'a stranger'];

/** Prints the rows of a test; with EXACT_SERVERS=all, puts them in the place of its old ones in RESULTS.md too. */
export function tellRefusals(rows: readonly RefusalResult[]): void {
  const lines = rows.map(({ by, before, after, stranger }) =>
    lineOf([by, String(before), String(after), String(stranger)]),
  );
  process.stdout.write(`\n${tableOf(heads, lines)}\n\n`);
  if (process.env.EXACT_SERVERS !== 'all') return;
  replaceLines(heads, lines, (line) => rows.some(({ by }) => line.startsWith(`| ${by} |`)));
}
