/** The package for the RHEL family, as `npm run rpm` builds it. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
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

/** Builds a package of its name, in a folder, as earlier ones were: exact.conf, with one line in it, was of its files. */
export function buildEarlierRpm(folder: string, line: string): string {
  installPackages({ rpmbuild: 'rpm' });
  const spec = join(folder, 'earlier.spec');
  const settings = '/etc/exact/exact.conf';
  writeFileSync(
    spec,
    `
Name: exact-relay
Version: 0.9
Release: 1
Summary: As it was
License: MIT
BuildArch: noarch
%description
As it was.
%install
install -d %{buildroot}/etc/exact
echo '${line}' >%{buildroot}${settings}
%files
%config(noreplace) ${settings}
`,
  );
  const folders = ['_topdir', '_rpmdir'].flatMap((macro) => ['--define', `${macro} ${folder}`]);
  execFileSync('rpmbuild', ['-bb', '--quiet', ...folders, spec], { stdio: 'ignore' });
  return join(folder, 'noarch/exact-relay-0.9-1.noarch.rpm');
}
