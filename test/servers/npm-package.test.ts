/** The package of npm: installed as root does it, with no network, it is whole by itself. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pageNames } from '../man/mdoc.ts';
import { installPackages } from './install.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'exact-npm-'));
const prefix = join(folder, 'prefix');
const installed = join(prefix, 'lib/node_modules/exact-relay');

beforeAll(() => {
  installPackages({ man: 'man-db' });
  const npm = (...args: string[]) =>
    execFileSync('npm', [...args, '--silent', '--offline', '--cache', join(folder, 'cache')], {
      cwd: root,
      encoding: 'utf8',
    });
  const tarball = npm('pack', '--pack-destination', folder, '--ignore-scripts').trim();
  npm('install', '--global', '--prefix', prefix, join(folder, tarball));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('brings the command, which needs no other package', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const environment = { PATH: `${prefix}/bin:/usr/bin:/bin` };
  expect(execFileSync('exact', ['--version'], { env: environment, encoding: 'utf8' })).toBe(`${version}\n`);
  expect(existsSync(join(installed, 'node_modules'))).toBe(false);
  expect(readdirSync(join(prefix, 'lib/node_modules'))).toEqual(['exact-relay']);
});

it('brings every page to where man looks beside the command', () => {
  const environment = { PATH: '/usr/bin:/bin', MANPATH: join(prefix, 'share/man') };
  for (const page of pageNames) {
    const [, name = '', section = ''] = /^(.*)\.(\d)$/.exec(page) ?? [];
    const path = execFileSync('man', ['--where', section, name], {
      env: environment,
      encoding: 'utf8',
    }).trim();
    expect(readFileSync(path, 'utf8')).toBe(readFileSync(join(root, 'man', page), 'utf8'));
  }
});

it('brings the completions, examples and units that the README installs from it', () => {
  for (const part of ['completions', 'examples', 'examples/systemd']) {
    expect(readdirSync(join(installed, part))).toEqual(readdirSync(join(root, part)));
  }
});
