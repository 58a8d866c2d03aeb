// What the commands that cron runs cost: with nothing to do, at the end of a long log, and with a large table.
import { appendFileSync, closeSync, openSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beginning, writeMaillog } from './generate-maillog.js';
import { idleNode, run } from './lab.js';
import { fillTable, usualTime, writeLogins } from './large-table.js';
import { compare, peakMemory } from './measure.js';

const million = 1_000_000;
const hour = 3_600_000;

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

/** A host with a million entries, a log with a hundred logins that are new, and `cdb -c` of what it then publishes. */
function runWithNewLogins(lab, name, settings) {
  const host = lab.host(name);
  appendFileSync(host.config, settings);
  writeFileSync(host.log, '');
  const filled = fillTable(host, lab);
  const now = writeMaillog(host.log, { lines: 100, mixture: 'logins only', from: filled });
  const ours = { argv: host.exact(now, 'update'), before: host.snapshot() };
  const [records, database] = ['records', 'tinycdb.cdb'].map((file) => join(lab.folder, `${name}-${file}`));
  const theirs = { argv: ['cdb', '-c', database, records] };
  run(ours.argv);
  writeCdbRecords(host, records);
  run(theirs.argv);
  if (!readFileSync(host.cdb).equals(readFileSync(database))) throw new Error('the two databases differ');
  return { host, filled, ours, theirs };
}

const what = 'update, 100 new logins, a million entries, text and cdb published';
const against = '`cdb -c` of the same addresses';

function largeTable(lab) {
  const { host, filled, ours, theirs } = runWithNewLogins(lab, 'large', '');
  const dump = compare({ argv: host.exact(filled, 'dump', '20.5.6.8') }, idleNode);
  return [
    { what, against, kind: 'cpu', limit: 2.5, ...compare(ours, theirs).cpu },
    memoryRow('its peak memory', ours, 400),
    { what: 'dump ADDRESS, a million entries', against: '`node -e 0`', kind: 'wall', limit: 2, ...dump.wall },
  ];
}

/** What examples/exact.conf sets, but for the account, which need not be here. */
function shippedSettings(lab) {
  const shipped = readFileSync(new URL('../../examples/exact.conf', import.meta.url), 'utf8');
  const settings = shipped
    .split('\n')
    .filter((line) => /^[a-z]/.test(line) && !line.startsWith('user '))
    .map((line) => `${line}\n`);
  const { ours, theirs } = runWithNewLogins(lab, 'shipped', settings.join(''));
  const row = { what: `${what}, by the exact.conf of the package`, against, kind: 'cpu', limit: 4 };
  return [{ ...row, ...compare(ours, theirs).cpu }];
}

function manyLogins(lab) {
  const host = lab.host('logins');
  writeFileSync(host.log, '');
  const argv = host.exact(usualTime, 'update', '--logins', writeLogins(lab, usualTime));
  return [
    memoryRow('update --logins of a million new pairs, peak memory', { argv, before: host.snapshot() }, 250),
  ];
}

/** A row that sets the peak memory of a command beside so many MB. */
function memoryRow(what, command, most) {
  const { median, low, high } = peakMemory(command, 3);
  const ratios = { ratio: median / most, low: low / most, high: high / most };
  return { what, against: `${most} MB`, kind: 'memory', limit: 1, ...ratios, our: median, their: most };
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
  'update-long-log': longLog,
  'update-large-table': largeTable,
  'update-shipped-settings': shippedSettings,
  'update-logins': manyLogins,
  'update-many-networks': manyNetworks,
};
