// Where the benchmarks work: a folder for logs, configurations and states, gone when they are done.
import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeMaillog, writeSamples } from './generate-maillog.js';

const program = fileURLToPath(new URL('../../bin/exact', import.meta.url));

/** Opens a lab in the system's folder for temporary files (`TMPDIR`). */
export function openLab() {
  const folder = mkdtempSync(join(tmpdir(), 'exact-bench-'));
  const nothingConfigured = join(folder, 'empty.conf');
  writeFileSync(nothingConfigured, '');
  const lab = {
    folder,
    /** Returns the command line of `exact parse` over a log, with default settings. */
    parse: (log) => [program, 'parse', '-c', nothingConfigured, log],
    /** Returns the path of a generated log; logs are written once and shared, so nobody may append to one. */
    maillog(lines, mixture = 'usual', form = 'iso') {
      const path = join(folder, `${lines} lines, ${mixture}, ${form}.log`);
      if (!existsSync(path)) writeMaillog(path, { lines, mixture, form });
      return path;
    },
    /** Returns the path of a log with the lines of all servers' samples. */
    samples() {
      const path = join(folder, 'samples.log');
      if (!existsSync(path)) writeSamples(path);
      return path;
    },
    /** Makes a mail host; see {@link makeHost}. */
    host: (name) => makeHost(join(folder, name)),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
  process.once('exit', lab.close);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  return lab;
}

/** Makes a mail host: a folder with a configuration, room for a log (`log`, not written yet), and a state. */
function makeHost(folder) {
  const lib = join(folder, 'lib');
  mkdirSync(lib, { recursive: true });
  const host = {
    log: join(folder, 'mail.log'),
    config: join(folder, 'exact.conf'),
    text: join(lib, 'relay.txt'),
    cdb: join(lib, 'relay.cdb'),
    /** Returns the command line of `exact update` on this host. Cron's has no option: the shell answers that and this one. */
    byCron: () => [program, 'update', '-c', host.config, '--state', join(lib, 'state')],
    /** Returns the command line of `exact` on this host, with the clock at some Unix milliseconds. */
    exact(now, command, ...args) {
      const clock = ['--now', new Date(now).toISOString(), '--state', join(lib, 'state')];
      return [program, command, '-c', host.config, ...clock, ...args];
    },
    /**
     * Saves the state and the maps, and returns a function that puts them back: the very files, under second names.
     * Copies are not what the last run left, and a run that finds such reads the end of the log anew and judges
     * every pair.
     */
    snapshot() {
      const saved = join(folder, 'saved');
      linkFiles(lib, saved);
      return () => linkFiles(saved, lib);
    },
  };
  writeFileSync(
    host.config,
    `maillog ${host.log}
timezone UTC
timeout 30m
state ${join(lib, 'state')}
output text ${host.text}
output cdb ${host.cdb}
max-entries 2000000
`,
  );
  return host;
}

/** Makes a folder hold the files of another, and no others; Exact replaces files, and so changes none of them. */
function linkFiles(from, to) {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to);
  for (const name of readdirSync(from)) linkSync(join(from, name), join(to, name));
}

/** Runs a command that must succeed, and returns its standard output. */
export function run(argv) {
  return execFileSync(argv[0], argv.slice(1), { encoding: 'utf8', maxBuffer: 2 ** 30 });
}

/** Node with nothing to do: what every run of a Node program costs at least. */
export const idleNode = { argv: ['node', '-e', '0'] };
