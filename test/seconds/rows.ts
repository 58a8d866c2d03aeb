/** The rows of the table that `npm run bench -- seconds` prints: no timing fails a test, a row that misses fails the bench. */
import { appendFileSync } from 'node:fs';

/** What was measured, in seconds. */
interface Row {
  readonly what: string;
  /** Each figure beside what it may be at most. */
  readonly figures: readonly { readonly name: string; readonly is: number; readonly atMost: number }[];
}

/** Enters a row into the file that EXACT_ROWS names, and prints it where none does. */
export function enter(row: Row): void {
  const line = `${JSON.stringify(row)}\n`;
  if (process.env.EXACT_ROWS === undefined) process.stdout.write(line);
  else appendFileSync(process.env.EXACT_ROWS, line);
}

/** Returns a figure of delays in milliseconds, as seconds: that share of them took no longer. */
export function quantile(delays: readonly number[], share: number): number {
  const sorted = delays.toSorted((a, b) => a - b);
  return (sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN) / 1000;
}
