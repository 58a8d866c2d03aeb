/** The Debian package, as `npm run deb` builds it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Debian } from './debian.ts';
import { installPackages } from './install.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The time of its files, so that two builds can be compared. Seconds since 1970. */
const SOURCE_DATE_EPOCH = '1795341600';

/** Builds the package of what `npm run ready` has built, and returns its path. */
export function buildPackage(): string {
  installPackages({ 'dpkg-deb': 'dpkg' });
  const maintainer = { DEBFULLNAME: 'Tests of Exact', DEBEMAIL: 'tests@exact.invalid' };
  const environment = { ...process.env, ...maintainer, SOURCE_DATE_EPOCH };
  return join(
    root,
    execFileSync('node', ['scripts/deb.js'], { cwd: root, env: environment, encoding: 'utf8' }).trim(),
  );
}

/** Puts the package into the home of root of a Debian. */
export async function deliver(debian: Debian, path: string): Promise<void> {
  await debian.write(join('/root', basename(path)), readFileSync(path));
}

/** Runs what the package has cron run each minute and at boot, as cron would, and returns what it printed. */
export async function runCronJobs(debian: Debian): Promise<string> {
  const table = await debian.must(['cat', '/etc/cron.d/exact-relay']);
  const jobs = [...table.matchAll(/^(?:\* \* \* \* \*|@reboot) +exact (.*)$/gm)];
  if (jobs.length !== 2) throw new Error(`not two jobs: ${table}`);
  const become = ['setpriv', '--reuid=exact', '--regid=exact', '--init-groups', '--'];
  let printed = '';
  for (const [, job] of jobs) printed += await debian.must([...become, 'sh', '-c', `{ ${job}; } 2>&1`]);
  return printed;
}
