// Measures commands as processes: how long they take, what processor time, how much memory; and sets two side by
// side. The shell's own timer has milliseconds where time(1) has hundredths; only memory needs time(1).
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';

/**
 * What a command finds of its surroundings: what cron gives it. Some variables make each start of Node read a large
 * file (NODE_EXTRA_CA_CERTS), which stands on both sides of a ratio and flatters it.
 */
const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: '/' };

/** How often each command is timed: an odd number. */
const runs = Number(process.env.EXACT_BENCH_RUNS ?? 9);

/**
 * A command to measure.
 *
 * @typedef {object} Command
 * @property {readonly string[]} argv
 * @property {number} [status] - The exit status to expect, 0 unless given.
 * @property {boolean} [toPipe] - Its output goes to a pipe, not to /dev/null, where grep would stop at the first match.
 * @property {() => void} [before] - Called before each run, not measured.
 */

/** Runs a command once, under a timer that ends its standard error with one line of figures; returns those. */
function figuresOf(timer, { argv, status = 0, toPipe = false, before }) {
  before?.();
  const script = `${timer} "$@" ${toPipe ? '| cat ' : ''}>/dev/null; exit "\${PIPESTATUS[0]}"`;
  const run = spawnSync('bash', ['-c', script, 'bash', ...argv], { encoding: 'utf8', env });
  const figures = run.stderr.trim().split('\n').at(-1).split(' ').map(Number);
  if (run.status !== status || figures.some(Number.isNaN)) {
    throw new Error(`${argv.join(' ')}: exit ${run.status}, not ${status}: ${run.stderr}`);
  }
  return figures;
}

/** Runs a command once; returns seconds of wall clock and of processor time. */
function timeOnce(command) {
  const [wall, user, system] = figuresOf("TIMEFORMAT='%3R %3U %3S'; time", command);
  return { wall, cpu: user + system };
}

/**
 * Times two commands in turn, after one run of each that does not count, and returns for wall clock and processor
 * time the ratio of the medians, the lowest and highest ratio of a pair of runs, and the medians in seconds.
 *
 * @param {Command} ours
 * @param {Command} theirs
 */
export function compare(ours, theirs) {
  const pairs = [];
  for (let run = 0; run <= runs; run++) pairs.push([timeOnce(ours), timeOnce(theirs)]);
  pairs.shift();
  const figures = (kind) => {
    const [our, their] = [0, 1].map((side) => median(pairs.map((pair) => pair[side][kind])));
    const ratios = pairs.map((pair) => pair[0][kind] / pair[1][kind]).sort((a, b) => a - b);
    return { ratio: our / their, low: ratios[0], high: ratios.at(-1), our, their };
  };
  return { wall: figures('wall'), cpu: figures('cpu') };
}

/** Returns the median, the lowest and the highest peak of resident memory over some runs, in MB (10^6 bytes). */
export function peakMemory(command, count = 5) {
  const peaks = Array.from({ length: count }, () => (figuresOf('env time -f %M', command)[0] * 1024) / 1e6);
  return { median: median(peaks), low: Math.min(...peaks), high: Math.max(...peaks) };
}

/** Returns the middle of an odd number of figures. */
function median(figures) {
  return [...figures].sort((a, b) => a - b)[figures.length >> 1];
}
