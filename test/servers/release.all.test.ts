/** `npm run release`: all files of a release, twice the same bytes. In a copy of the sources, whose changelog has a version. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { installPackages } from './install.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const identity = { DEBFULLNAME: 'Tests of Exact', DEBEMAIL: 'tests@exact.invalid' };

/** Copies what a release is made of. */
function copySources(): string {
  const copy = join(temporaryFolder(), 'exact');
  mkdirSync(copy);
  for (const name of readdirSync(root)) {
    if (/^(?:\.git|node_modules|dist|release|.*\.(?:deb|rpm|tgz))$/.test(name)) continue;
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  // A link would have other paths in it.
  execFileSync('cp', ['-a', join(root, 'node_modules'), copy]);
  const changes = join(copy, 'CHANGELOG.md');
  writeFileSync(changes, readFileSync(changes, 'utf8').replace(/^## .*$/m, `## ${version}`));
  return copy;
}

function release(folder: string, environment: Record<string, string>) {
  return spawnSync('node', ['scripts/release.js'], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: folder, SOURCE_DATE_EPOCH: '1795341600', ...environment },
  });
}

it('is made twice with the same bytes, and its checksums are right', () => {
  installPackages({ rpmbuild: 'rpm', 'dpkg-deb': 'dpkg' });
  const copies = [copySources(), copySources()];
  for (const copy of copies) expect(release(copy, identity)).toMatchObject({ status: 0, stderr: '' });
  const [first, second] = copies.map((copy) => {
    const folder = join(copy, 'release');
    execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: folder });
    return { names: readdirSync(folder).sort(), sums: readFileSync(join(folder, 'SHA256SUMS'), 'utf8') };
  });
  expect(first?.names).toEqual([
    'SHA256SUMS',
    `exact-relay-${version}-1.noarch.rpm`,
    `exact-relay-${version}.cdx.json`,
    `exact-relay-${version}.tgz`,
    `exact-relay_${version}_all.deb`,
  ]);
  expect(second).toEqual(first);
  const bill = JSON.parse(
    readFileSync(join(copies[0] ?? '', `release/exact-relay-${version}.cdx.json`), 'utf8'),
  );
  const names = bill.components.map(({ name }: { name: string }) => name);
  expect(bill.bomFormat).toBe('CycloneDX');
  // What the bundle holds, and what it is built and tested with alone.
  expect(names).toEqual(expect.arrayContaining(['yargs', 're2js', 'pg', 'ipaddr.js']));
  expect(names).not.toContain('vitest');
});

it('asks for the version that the changelog lacks, and for the address of whoever hands it on', () => {
  const copy = copySources();
  const changes = join(copy, 'CHANGELOG.md');
  writeFileSync(changes, readFileSync(changes, 'utf8').replace(/^## .*$/m, '## Unreleased'));
  expect(release(copy, identity)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("CHANGELOG.md begins with 'Unreleased'"),
  });
  expect(release(copy, {}).stderr).toContain('Set DEBFULLNAME and DEBEMAIL');
  expect(readdirSync(copy)).not.toContain('release');
});
