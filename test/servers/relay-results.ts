/** The table of results, MTA by map by check: printed after each file of tests, and kept in RESULTS.md. */
import { lineOf, replaceLines, tableOf } from './results-table.ts';

/** What is checked of each way to look the relay table up, as heads of the table have it. */
const checks = {
  empty: 'empty: refused',
  relays: 'in it: relays, others not',
  gone: 'gone: refused',
  soon: 'new map: relays after',
  networks: 'networks',
  replaced: 'right while replaced',
  killed: 'killed update: as before',
} as const;

/** How often a map is replaced while clients connect. */
export const replacements = process.env.EXACT_SERVERS === 'all' ? 200 : 40;

/** The name of a check. */
export type Check = keyof typeof checks;

/** A row of the table. */
export interface Row {
  /** Name and version. */
  readonly mta: string;
  readonly lookup: string;
  readonly output: string;
  /** When it sees a change. */
  readonly seen: string;
  /** What the checks came to; one that does not apply has none. */
  readonly results: Partial<Record<Check, string>>;
}

const heads = ['MTA', 'lookup', '`output`', 'sees a change', ...Object.values(checks)];

function rowOf({ mta, lookup, output, seen, results }: Row): string {
  const cells = (Object.keys(checks) as Check[]).map((check) => results[check] ?? '–');
  return lineOf([mta, `\`${lookup}\``, `\`${output}\``, seen, ...cells]);
}

/** Prints the rows of an MTA; with EXACT_SERVERS=all, puts them in the place of its old ones in RESULTS.md too. */
export function tellResults(mta: string, rows: readonly Row[]): void {
  const lines = rows.map(rowOf);
  process.stdout.write(`\n${tableOf(heads, lines)}\n\n`);
  if (process.env.EXACT_SERVERS !== 'all') return;
  replaceLines(heads, lines, (line) => line.startsWith(`| ${mta} `));
}
