// Runs the main job on a mail log that ships with the project: `npm start`. Everything that it writes is in a
// folder of its own, so that nothing of this host is touched.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
// The sample log was written on this day, between 9:57 and 10:01 UTC.
const now = '2026-11-22T10:12:00Z';

const demo = mkdtempSync(join(tmpdir(), 'exact-demo-'));
process.on('exit', () => rmSync(demo, { recursive: true }));
process.chdir(demo);
const maillog = `${root}src/servers/dovecot/2.3.iso.log`;
writeFileSync(
  'exact.conf',
  `maillog   ${maillog}\ntimezone  UTC\noutput    text relay.txt\noutput    cdb  relay.cdb\n`,
);

console.log(
  `A mail log: 404 lines of Dovecot 2.3. Two logins of it, and one of the clients that try to be taken for one:`,
);
show('sed', '-n', '-e', '2p', '-e', '8p', '-e', '92p', maillog);
console.log(`\nIn ${demo}, which is gone when this is over:`);
show('cat', 'exact.conf');
exact('update');
exact('dump');
exact('dump', '2001:db8::10');
console.log('\n203.0.113.66 never logged in; hostile clients of this log put it into their user names:');
exact('dump', '203.0.113.66');
exact('dump', '--maps');
show('cat', 'relay.txt');
show('ls', '-l');
console.log(`
relay.txt is what a person or Exim reads, relay.cdb what Postfix and Exim look up.
An hour later everybody's time is over:`);
exact('update', '--now', '2026-11-22T11:12:00Z');
show('wc', '-l', 'relay.txt');
console.log("\nNext: README.md, 'Five minutes to a working Postfix'.");

/** Runs exact as cron would: without an environment. */
function exact(command, ...words) {
  const clock = words.includes('--now') ? [] : ['--now', now];
  const args = [command, ...words, '-c', 'exact.conf', '--state', 'state', ...clock];
  console.log(`\n$ exact ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, [`${root}bin/exact`, ...args], {
    stdio: 'inherit',
    env: {},
  });
  // 1 is the answer 'no'.
  if (status !== 0 && status !== 1) {
    console.error(`\n${relative(process.cwd(), root)}bin/exact ended with ${status}`);
    process.exit(status ?? 1);
  }
}

function show(program, ...args) {
  console.log(`\n$ ${[program, ...args].join(' ')}`);
  spawnSync(program, args, { stdio: 'inherit' });
}
