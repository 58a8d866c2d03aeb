// What the commands that cron runs cost: with nothing to do, at the end of a long log, and with a large table.
import { appendFileSync, closeSync, openSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beginning, writeMaillog } from './generate-maillog.js';
import { idleNode, run } from './lab.js';
import { compare, peakMemory } from './measure.js';

const million = 1_000_000;
const hour = 3_600_000;

/** A minute in which nothing happened, as most are; and the same where each run is made, since metrics are wanted. */
function idle(lab) {
  const rows = [];
  for (const [name, what, line, limit] of [
    ['idle', 'idle update, 100 logins in the table', '', 1.1],
    ['idle-metrics', 'the same, the run is made', 'metrics exact.prom\n', 2.5],
  ]) {
    const host = lab.host(name);
    appendFileSync(host.config, line);
    writeMaillog(host.log, { lines: 100, mixture: 'logins only', from: Date.now() - 120_000 });
    const argv = host.byCron();
    run(argv);
    run(argv);
    const { wall, cpu } = compare({ argv }, idleNode);
    const row = { what, against: '`node -e 0`', limit };
    rows.push({ ...row, kind: 'wall', ...wall }, { ...row, kind: 'cpu', ...cpu });
  }
  return rows;
}

/**
 * Writes a log of some gigabytes with its last half hour, 100,000 lines, at the end. What comes before is one old
 * stretch over and over: all of it is older than any question asked here.
 */
function writeLongLog(lab, path) {
  const bytes = 10e9;
  const { bavail, bsize } = statfsSync(lab.folder);
  if (bavail * bsize < bytes * 1.1)
    throw new Error(`${lab.folder} has no room for ${bytes / 1e9} GB; set TMPDIR`);
  const old = readFileSync(lab.maillog(million));
  const file = openSync(path, 'wx');
  for (let written = 0; written < bytes; written += old.length) writeFileSync(file, old);
  closeSync(file);
  return writeLastHalfHour(path);
}

function writeLastHalfHour(path) {
  return writeMaillog(path, { lines: 100_000, from: beginning + 24 * hour });
}

/** Hosts that differ in the length of their log alone. */
function longAndShort(lab) {
  return [
    { name: 'long', write: (path) => writeLongLog(lab, path) },
    { name: 'short', write: writeLastHalfHour },
  ].map(({ name, write }) => {
    const host = lab.host(name);
    return { host, now: write(host.log) };
  });
}

function longLog(lab) {
  const hosts = longAndShort(lab);
  const rebuilds = hosts.map(({ host, now }) => ({ argv: host.exact(now, 'update', '--rebuild') }));
  for (const { argv } of rebuilds) run(argv);
  checkSame(hosts);
  const rebuilt = compare(...rebuilds);
  const updates = hosts.map(({ host, now }) => {
    const end = writeMaillog(host.log, { lines: 1000, from: now });
    return { argv: host.exact(end, 'update'), before: host.snapshot() };
  });
  const updated = compare(...updates);
  checkSame(hosts);
  return [
    {
      what: 'update, 1,000 new lines at the end of a 10 GB log',
      against: 'the same, a 17 MB log',
      kind: 'wall',
      limit: 1.1,
      ...updated.wall,
    },
    {
      what: 'update --rebuild, a 10 GB log, 100,000 lines in the last 30 minutes',
      against: 'the same, those lines alone',
      kind: 'wall',
      limit: 1.2,
      ...rebuilt.wall,
    },
  ];
}

function checkSame(hosts) {
  const [long, short] = hosts.map(({ host }) => readFileSync(host.text, 'utf8'));
  if (long !== short || long === '') throw new Error('the long and the short log give different tables');
}

/** Fills a host's table with a million addresses, a third of them IPv6; returns the time of the logins. */
function fillTable(host, lab) {
  const now = beginning + hour;
  const logins = join(lab.folder, 'logins.jsonl');
  const file = openSync(logins, 'w');
  for (let start = 0; start < million; start += 10_000) {
    const lines = Array.from({ length: 10_000 }, (_, index) => loginOf(start + index, now));
    writeFileSync(file, lines.join(''));
  }
  closeSync(file);
  run(host.exact(now, 'update', '--logins', logins));
  const published = readFileSync(host.text, 'latin1').split('\n').length - 1;
  if (published !== million) throw new Error(`${published} addresses are published, not a million`);
  return now;
}

function loginOf(index, now) {
  const [high, middle, low] = [index >> 16, (index >> 8) & 255, index & 255];
  return `${JSON.stringify({
    time: new Date(now).toISOString(),
    address:
      index % 3 === 0
        ? `2001:db8:${high + 1}::${(index & 0xffff).toString(16)}`
        : `20.${high}.${middle}.${low}`,
    user: `user${index}`,
    server: 'dovecot',
    host: 'mx1',
    program: 'dovecot',
    pid: '',
    source: '-',
    line: index + 1,
  })}\n`;
}

function largeTable(lab) {
  const host = lab.host('large');
  writeFileSync(host.log, '');
  const filled = fillTable(host, lab);
  const dump = compare({ argv: host.exact(filled, 'dump', '20.5.6.8') }, idleNode);
  const now = writeMaillog(host.log, { lines: 1000, mixture: 'logins only', from: filled });
  const ours = { argv: host.exact(now, 'update'), before: host.snapshot() };
  const [records, database] = ['cdb-records', 'tinycdb.cdb'].map((name) => join(lab.folder, name));
  const theirs = { argv: ['cdb', '-c', database, records] };
  run(ours.argv);
  writeCdbRecords(host, records);
  run(theirs.argv);
  if (!readFileSync(host.cdb).equals(readFileSync(database))) throw new Error('the two databases differ');
  const { cpu } = compare(ours, theirs);
  const memory = peakMemory(ours);
  const what = 'update, 1,000 new logins, a million entries, text and cdb published';
  return [
    { what, against: '`cdb -c` of the same addresses', kind: 'cpu', limit: 5, ...cpu },
    {
      what: 'its peak memory',
      against: '400 MB',
      kind: 'memory',
      limit: 1,
      ratio: memory.median / 400,
      low: memory.low / 400,
      high: memory.high / 400,
      our: memory.median,
      their: 400,
    },
    { what: 'dump ADDRESS, a million entries', against: '`node -e 0`', kind: 'wall', limit: 2, ...dump.wall },
  ];
}

/** Writes what `cdb -c` reads, for the addresses of the host's text map. */
function writeCdbRecords(host, path) {
  const addresses = readFileSync(host.text, 'latin1').trimEnd().split('\n');
  writeFileSync(path, `${addresses.map((address) => `+${address.length},2:${address}->OK`).join('\n')}\n\n`);
}

/** Networks of which none holds a client of the generated log. */
function networksElsewhere(count) {
  return Array.from({ length: count }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`);
}

/** Logins are looked up among the networks of `ignore` and those that are revoked: what do a hundred times as many cost? */
function manyNetworks(lab) {
  const [many, few] = [50_000, 500].map((count) => {
    const host = lab.host(`networks-${count}`);
    const networks = networksElsewhere(count);
    appendFileSync(host.config, networks.map((network) => `ignore ${network}\n`).join(''));
    const now = writeMaillog(host.log, { lines: 20_000, mixture: 'logins only' });
    // Too many for a command line.
    const until = Math.floor(now / 1000) + 3600;
    const revoked = networks.map((network) => `network\t${network}\t${until - 3600}\t${until}\tbench\n`);
    writeFileSync(join(dirname(host.text), 'state.revoked'), revoked.join(''), { mode: 0o600 });
    return { argv: host.exact(now, 'update', '--rebuild') };
  });
  run(many.argv);
  const what = 'update --rebuild, 20,000 logins, 50,000 networks ignored and revoked';
  return [{ what, against: 'the same, 500 networks', kind: 'cpu', limit: 4, ...compare(many, few).cpu }];
}

/** By name, functions from a lab to rows of the table. */
export const updateBenchmarks = {
  'update-idle': idle,
  'update-long-log': longLog,
  'update-large-table': largeTable,
  'update-many-networks': manyNetworks,
};
