/** The package for the RHEL family: what is in it. That its scripts work is in rpm-package.all.test.ts. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pageNames } from '../man/mdoc.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { buildEarlierRpm, buildRpm } from './built-rpm.ts';
import { installPackages } from './install.ts';

const path = buildRpm();
const rpm = (...args: string[]) => spawnSync('rpm', ['-qp', ...args, path], { encoding: 'utf8' }).stdout;

it('is built again with the same bytes', () => {
  const first = readFileSync(path);
  expect(buildRpm()).toBe(path);
  expect(readFileSync(path).equals(first)).toBe(true);
});

it('has pages, units, completions, preset and account where that family looks for them', () => {
  const files = rpm('-l').trimEnd().split('\n');
  const units = readdirSync(new URL('../../examples/systemd', import.meta.url));
  expect(files).toEqual(
    expect.arrayContaining([
      ...pageNames.map((name) => `/usr/share/man/man${name.at(-1)}/${name}.gz`),
      ...units.map((name) => `/usr/lib/systemd/system/${name}`),
      ...[
        '/usr/bin/exact',
        '/usr/share/exact/bin/exact',
        '/usr/share/exact/dist/gate.js',
        '/usr/share/exact/dist/compile.js',
        '/var/lib/exact',
      ],
      '/usr/share/zsh/site-functions/_exact',
      '/usr/lib/sysusers.d/exact-relay.conf',
      '/usr/lib/systemd/system-preset/80-exact-relay.preset',
    ]),
  );
  expect(files.filter((file) => /cron|vendor-completions/.test(file))).toEqual([]);
  expect(rpm('-c').trimEnd().split('\n')).toEqual(['/etc/exact/exact-servers.conf', '/etc/exact/exact.conf']);
  expect(rpm('--requires')).toMatch(/^nodejs >= 1:18\.19$/m);
  // EL 8 reads no payload that is newer.
  expect(rpm('--qf', '%{payloadcompressor} %{arch}')).toBe('gzip noarch');
});

it.each(['', 'timeout 20m\n'])(
  'an upgrade from a package that had exact.conf in it leaves it as it is, with %j added too, and so does a removal',
  (added) => {
    const folder = temporaryFolder();
    const limit = 'max-addresses-per-user 7';
    const earlier = buildEarlierRpm(folder, limit);
    const files = join(folder, 'root');
    mkdirSync(files);
    const settings = join(files, 'etc/exact/exact.conf');
    const rpmThere = (...args: string[]) =>
      spawnSync('rpm', ['--root', files, '--dbpath', '/var/lib/rpm', '--nodeps', '--noscripts', ...args])
        .status;
    expect(rpmThere('-i', earlier)).toBe(0);
    appendFileSync(settings, added);
    expect(rpmThere('-U', path)).toBe(0);
    expect(existsSync(join(files, 'usr/share/exact/exact.conf'))).toBe(true);
    expect(readdirSync(join(files, 'etc/exact')).sort()).toEqual(['exact-servers.conf', 'exact.conf']);
    expect(readFileSync(settings, 'utf8')).toBe(`${limit}\n${added}`);
    expect(rpmThere('-e', 'exact-relay')).toBe(0);
    expect(readFileSync(settings, 'utf8')).toBe(`${limit}\n${added}`);
  },
);

it("rpmlint finds no fault but what is not the project's to mend", () => {
  installPackages({ rpmlint: 'rpmlint' });
  const { stdout } = spawnSync('rpmlint', [path], { encoding: 'utf8' });
  const errors = stdout.split('\n').flatMap((line) => / E: (\S+)/.exec(line)?.[1] ?? []);
  // Whoever hands it on signs it.
  expect(errors).toEqual(['no-signature']);
});
