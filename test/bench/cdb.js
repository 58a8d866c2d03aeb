// What a constant database of a million addresses costs, made by src/cdb-ts and by tinycdb of the same records.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { idleNode, run } from './lab.js';
import { compare, peakMemory } from './measure.js';

const million = 1_000_000;

/** Memory that a million addresses may take above that of an idle Node, in MB. */
const memoryLimit = 120;

/** Returns a million addresses in the order of the relay table: IPv4 first, then a third of them IPv6. */
function addresses() {
  const ipv4 = Math.floor((million * 2) / 3);
  return Array.from({ length: million }, (_, i) => {
    const number = i < ipv4 ? 0x0b000000 + i * 1009 : i - ipv4;
    const [a, b, c, d] = [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255];
    if (i < ipv4) return `${a}.${b}.${c}.${d}`;
    return `2001:db8:${(b + 1).toString(16)}:${c.toString(16)}::${(d + 1).toString(16)}`;
  });
}

function write(lab) {
  const inLab = (name) => join(lab.folder, name);
  const records = addresses().map((key) => `+${key.length},2:${key}->OK\n`);
  writeFileSync(inLab('records'), `${records.join('')}\n`);
  buildSync({
    entryPoints: [fileURLToPath(new URL('write-cdb.js', import.meta.url))],
    outfile: inLab('write-cdb.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
  });
  const ours = { argv: ['node', inLab('write-cdb.mjs'), inLab('ours.cdb'), inLab('records')] };
  const theirs = { argv: ['cdb', '-c', inLab('theirs.cdb'), inLab('records')] };
  for (const { argv } of [ours, theirs]) run(argv);
  const [our, their] = ['ours.cdb', 'theirs.cdb'].map((name) => readFileSync(inLab(name)));
  if (!our.equals(their)) throw new Error('the two databases differ');
  const { cpu } = compare(ours, theirs);
  const idle = peakMemory(idleNode).median;
  const peak = peakMemory(ours);
  const above = ({ median, low, high }) => [median, low, high].map((figure) => (figure - idle) / memoryLimit);
  const [ratio, low, high] = above(peak);
  return [
    { what: 'cdb of a million addresses, by src/cdb-ts', against: '`cdb -c`', kind: 'cpu', limit: 2, ...cpu },
    {
      what: 'its peak memory, above that of `node -e 0`',
      against: `${memoryLimit} MB`,
      kind: 'memory',
      limit: 1,
      ratio,
      low,
      high,
      our: peak.median - idle,
      their: memoryLimit,
    },
  ];
}

/** By name, functions from a lab to rows of the table. */
export const cdbBenchmarks = { 'cdb-write': write };
