// Measures a command whose log is the journal. Where this host has no journal, root has one with a single line laid over its
// place, which no other process sees; systemd-journal-remote makes it.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { idleNode, run } from './lab.js';
import { compare } from './measure.js';

const remote = '/lib/systemd/systemd-journal-remote';

/** Returns what {@link compare} does of a command, after two runs that do whatever there is to do, and `node -e 0`. */
export function compareOverJournal(folder, argv) {
  const { stdout } = spawnSync('journalctl', ['--lines=1', '--output=cat', '--quiet'], { encoding: 'utf8' });
  if (stdout) return compareIdle(argv);
  const journal = join(folder, 'journal', readFileSync('/etc/machine-id', 'utf8').trim());
  mkdirSync(journal, { recursive: true });
  const microseconds = (Date.now() - 60_000) * 1000;
  const input = `__REALTIME_TIMESTAMP=${microseconds}\n__MONOTONIC_TIMESTAMP=1\n_BOOT_ID=${'0123456789abcdef'.repeat(2)}
_HOSTNAME=mx\n_PID=811\nSYSLOG_IDENTIFIER=dovecot
MESSAGE=imap-login: Login: user=<bench>, method=PLAIN, rip=192.0.2.10, lip=192.0.2.1\n\n`;
  execFileSync(remote, ['-o', join(journal, 'system.journal'), '--split-mode=none', '-'], {
    input,
    stdio: 'pipe',
  });
  const script = `mkdir -p /var/log/journal && mount --bind "$1" /var/log/journal && shift && exec "$@"`;
  const inside = [process.execPath, fileURLToPath(import.meta.url), ...argv];
  const command = ['--mount', 'sh', '-c', script, 'sh', join(folder, 'journal'), ...inside];
  return JSON.parse(
    execFileSync('unshare', command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
  );
}

function compareIdle(argv) {
  run(argv);
  run(argv);
  return compare({ argv }, idleNode);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(JSON.stringify(compareIdle(process.argv.slice(2))));
}
