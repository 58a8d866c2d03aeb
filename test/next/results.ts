/** What the tries came to: a table that is printed, and kept in test/servers/RESULTS.md. */
import { lineOf, replaceLines, tableOf } from '../servers/results-table.ts';

const heads = ['new release', 'version', 'verdict'];

/** Runs a test of something and enters it into the table, with how it came out; rethrows what the test throws. */
export async function entered(
  kind: string,
  name: string,
  test: () => Promise<[string, string]>,
): Promise<void> {
  let [version, verdict] = ['?', 'FAILS'];
  try {
    [version, verdict] = await test();
  } finally {
    const line = lineOf([`${kind}: ${name}`, version, verdict]);
    process.stdout.write(`\n${tableOf(heads, [line])}\n\n`);
    replaceLines(heads, [line], (old) => old.startsWith(`| ${kind}: ${name} |`));
  }
}
