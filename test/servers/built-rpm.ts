/** The package for the RHEL family, as `npm run rpm` builds it. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages } from './install.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the package of what `npm run ready` has built, and returns its path. */
export function buildRpm(): string {
  installPackages({ rpmbuild: 'rpm' });
  const maintainer = { DEBFULLNAME: 'Tests of Exact', DEBEMAIL: 'tests@exact.invalid' };
  const environment = { ...process.env, ...maintainer, SOURCE_DATE_EPOCH: '1795341600' };
  const printed = execFileSync('node', ['scripts/rpm.js'], { cwd: root, env: environment, encoding: 'utf8' });
  return join(root, printed.trim());
}
