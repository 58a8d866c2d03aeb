/**
 * The life of the package for the RHEL family: rpm installs it into a root of its own and runs its scripts there. That root
 * is a Debian's, since none of that family can be had; so what is the family's own, SELinux among it, is not run.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { buildRpm } from './built-rpm.ts';
import { debianFiles, debianOf } from './debian-files.ts';

it('is installed, upgraded and removed', () => {
  const script = fileURLToPath(new URL('rpm-root.sh', import.meta.url));
  const namespaces = '--mount --pid --fork --kill-child --propagation private'.split(' ');
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    [...namespaces, 'sh', script, temporaryFolder(), debianFiles(debianOf('bookworm')), buildRpm()],
    { encoding: 'utf8', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' } },
  );
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: expect.not.stringMatching(/exact-relay:|warning:|error:/),
  });
  expect(stdout.trimEnd().split('\n').slice(-12)).toEqual([
    'exact systemd-journal',
    'exact exact 755',
    '1.0.0',
    'enabled enabled enabled',
    'limit: 50',
    'table after an upgrade: 198.51.100.7',
    'limit after an upgrade: off',
    'table after the removal:',
    'relay.cdb stays',
    'units: none',
    'settings stay',
    'account stays',
  ]);
}, 900_000);
