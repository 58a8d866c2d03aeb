// The way from a login to the relay on a booted Debian 13: test/seconds measures it, as root and for most of an hour, so
// that it is no part of what is measured when nothing is named.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Prints a row for each thing measured, and returns how many were over their limit or could not be measured. */
export function measureSeconds() {
  const folder = mkdtempSync(join(tmpdir(), 'exact-bench-'));
  try {
    const rows = join(folder, 'rows');
    // Its progress goes where errors go: standard output is the table.
    const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'seconds'], {
      env: { ...process.env, EXACT_ROWS: rows },
      stdio: ['ignore', 2, 2],
    });
    const lines = existsSync(rows) ? readFileSync(rows, 'utf8').trimEnd().split('\n') : [];
    console.log('| what | measured | at most |');
    console.log('| --- | --- | --- |');
    let missed = status === 0 ? 0 : 1;
    for (const { what, figures } of lines.map((line) => JSON.parse(line))) {
      const words = (key) => figures.map((each) => `${each.name} ${Number(each[key].toFixed(2))}`).join(', ');
      console.log(`| ${what} | ${words('is')} | ${words('atMost')} |`);
      for (const { name, is, atMost } of figures.filter((figure) => figure.is > figure.atMost)) {
        missed++;
        console.error(`bench: seconds: ${what}: missed: ${name} ${is.toFixed(2)} is over ${atMost}`);
      }
    }
    return missed;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
