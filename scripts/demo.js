// Runs the main job on the mail logs that ship with the project: `npm start`. Everything it writes is in demo/.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';

const root = new URL('..', import.meta.url).pathname;
// The sample logs were written on this day between 9:56 and 10:10 UTC.
const now = '2026-11-22T10:12:00Z';
const logs = ['dovecot', 'courier', 'cyrus', 'uw-imapd', 'perdition'];
const state = 'demo/state';
const config = 'demo/exact.conf';

rmSync(`${root}demo`, { recursive: true, force: true });
mkdirSync(`${root}demo`);
writeFileSync(
  root + config,
  `${logs.map((name) => `maillog   ../test/maillogs/${name}.iso.log\n`).join('')}timezone  UTC
output    text relay.txt
output    cdb  relay.cdb
`,
);

show('cat', config);
run('bin/exact', 'update', '-v', '--config', config, '--state', state, '--now', now);
run('bin/exact', 'dump', '--config', config, '--state', state, '--now', now);
run('bin/exact', 'dump', '192.0.2.10', '--config', config, '--state', state, '--now', now);
run('bin/exact', 'dump', '--maps', '--config', config, '--state', state, '--now', now);
show('cat', 'demo/relay.txt');
show('ls', '-l', 'demo/relay.cdb');
console.log('\nThe table above is what an MTA reads: Exim from relay.txt, Postfix and Exim from relay.cdb.');
console.log("Next: README.md, 'Five minutes to a working Postfix'.");

function run(...words) {
  const status = show(...words);
  if (status !== 0) process.exit(status ?? 1);
}

function show(program, ...args) {
  console.log(`\n$ ${[program, ...args].join(' ')}`);
  return spawnSync(program, args, { cwd: root, stdio: 'inherit' }).status;
}
