// npm run bench [-- NAME…]: measures Exact against the standard tools beside it, prints the figures as the table of
// README.md, and ends with status 1 if a ratio is over its limit or a benchmark could not be run. 'seconds' has a table of
// its own.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cdbBenchmarks } from './cdb.js';
import { openLab } from './lab.js';
import { minuteBenchmarks } from './minute.js';
import { parseBenchmarks } from './parse.js';
import { ruleBenchmarks } from './rules.js';
import { measureSeconds } from './seconds.js';
import { updateBenchmarks } from './update.js';

const benchmarks = {
  ...parseBenchmarks,
  ...cdbBenchmarks,
  ...minuteBenchmarks,
  ...updateBenchmarks,
  ...ruleBenchmarks,
};

const names = process.argv.slice(2);
if (names.join() === 'seconds') process.exit(measureSeconds() > 0 ? 1 : 0);
const unknown = names.filter((name) => !Object.hasOwn(benchmarks, name));
if (unknown.length > 0) {
  console.error(
    `bench: no benchmark '${unknown[0]}'; there are: ${Object.keys(benchmarks).join(', ')}; and seconds, alone`,
  );
  process.exit(64);
}

// As the packages do where they are installed.
execFileSync(process.execPath, [fileURLToPath(new URL('../../dist/compile.js', import.meta.url))]);
const lab = openLab();
let missed = 0;
console.log('| what | against | of | ratio | limit | spread | figures |');
console.log('| --- | --- | --- | --- | --- | --- | --- |');
for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
  try {
    for (const row of await benchmarks[name](lab)) report(name, row);
  } catch (error) {
    missed++;
    console.error(`bench: ${name}: cannot be measured: ${error.message}`);
  }
}
process.exitCode = missed > 0 ? 1 : 0;

function report(name, { what, against, kind, limit, ratio, low, high, our, their, ...others }) {
  const unit = others.unit ?? (kind === 'memory' ? 'MB' : 's');
  const digits = kind === 'memory' ? 1 : 3;
  const figures = `${our.toFixed(digits)} ${unit} against ${their.toFixed(digits)} ${unit}`;
  const spread = `${low.toFixed(2)} to ${high.toFixed(2)}`;
  console.log(`| ${what} | ${against} | ${kind} | ${ratio.toFixed(2)} | ${limit} | ${spread} | ${figures} |`);
  if (ratio <= limit) return;
  missed++;
  console.error(`bench: ${name}: missed: ${ratio.toFixed(2)} of ${kind} is over ${limit}`);
}
