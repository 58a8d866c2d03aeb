/** piuparts: the package is installed, upgraded, removed and purged on a small Debian, which is as it was before then. */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { buildPackage } from './built-package.ts';
import { mirror, slimDebianFiles } from './debian-files.ts';
import { installPackages } from './install.ts';

it('piuparts finds nothing that is left behind, broken or changed', () => {
  installPackages({ piuparts: 'piuparts' });
  const options = ['--existing-chroot', slimDebianFiles(), '--distribution', 'trixie'];
  // It is debconf's, which leaves it of itself.
  const ignored = ['--ignore-regex', '/var/cache/debconf/tmp[.]ci/?'];
  const from = ['--mirror', `${mirror()} main`];
  const { status, stdout } = spawnSync('piuparts', [...options, ...ignored, ...from, buildPackage()], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const told = stdout.split('\n').filter((line) => / (?:WARN|ERROR|FAIL)[A-Z]*: /.test(line));
  expect({ status, told }).toEqual({ status: 0, told: [] });
}, 1_800_000);
