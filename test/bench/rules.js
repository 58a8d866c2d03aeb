// What the rules take on the lines that are hardest for them.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { joinedRulesForEsbuild } from '../../scripts/build/joined-rules.js';
import { run } from './lab.js';

/** Milliseconds that a rule may take on any line of 8 KiB. */
const limit = 5;

const repetitions = 9;

async function hostile(lab) {
  const program = join(lab.folder, 'time-rules.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('time-rules.js', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    loader: { '.conf': 'text' },
    plugins: [joinedRulesForEsbuild(fileURLToPath(new URL('../..', import.meta.url)))],
  });
  const runs = Array.from({ length: repetitions }, () => JSON.parse(run(['node', program])));
  return [
    row(
      'slowest match in the catalog, hostile lines of 8 KiB',
      runs.map(({ builtIn }) => builtIn),
    ),
    row(
      'the same, of the form of EXACT 1.41',
      runs.map(({ original }) => original),
    ),
  ];
}

function row(what, milliseconds) {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const our = sorted[Math.floor(sorted.length / 2)];
  return {
    what,
    against: `${limit} ms`,
    kind: 'wall',
    unit: 'ms',
    limit: 1,
    ratio: our / limit,
    low: sorted[0] / limit,
    high: sorted.at(-1) / limit,
    our,
    their: limit,
  };
}

/** By name, functions from a lab to rows of the table. */
export const ruleBenchmarks = { 'rules-hostile': hostile };
