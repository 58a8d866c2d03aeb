/**
 * README's ways to install, each pasted as it is written: what builds into a fresh clone, what installs into a clean system.
 * That of the RHEL family is a Debian with its rpm and dnf. What starts an engine of containers is not among them.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { deliver } from './built-package.ts';
import { type Debian, startDebian } from './debian.ts';
import { debianOf } from './debian-files.ts';
import { readmeBlocks } from './documented.ts';
import { installPackages } from './install.ts';

const [deb = '', rpm = '', , elsewhere = ''] = readmeBlocks('Install');
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** Clones the project, and pastes lines there; returns the folder, and what they printed. */
function pasteInClone(lines: string, more: NodeJS.ProcessEnv = {}): { clone: string; printed: string } {
  const clone = join(temporaryFolder(), 'exact');
  execFileSync('git', ['clone', '-q', fileURLToPath(new URL('../..', import.meta.url)), clone]);
  const maintainer = { DEBFULLNAME: 'Tests of Exact', DEBEMAIL: 'tests@exact.invalid' };
  const env = { ...process.env, ...maintainer, ...more };
  return { clone, printed: execFileSync('bash', ['-ec', lines], { cwd: clone, env, encoding: 'utf8' }) };
}

/** Pastes the first line of a block into a clone, brings what it made into a Debian, and pastes the second there. */
async function buildAndInstall(block: string, made: RegExp, debian: Debian): Promise<void> {
  const [build = '', install = '', ...others] = block.trim().split('\n');
  expect(others).toEqual([]);
  const { clone } = pasteInClone(build);
  const [path, ...more] = readdirSync(clone).filter((name) => made.test(name));
  expect(more).toEqual([]);
  await deliver(debian, join(clone, path as string));
  await debian.must(['sh', '-c', `cd /root; ${install}`], 'y\n');
  expect(await debian.must(['exact', '--version'])).toBe(`${version}\n`);
  expect(await debian.must(['stat', '-c', '%U %a', '/var/lib/exact/relay.cdb'])).toBe('exact 644\n');
}

it('on Debian', async () => {
  const debian = await startDebian('nothing', debianOf('bookworm'));
  try {
    await buildAndInstall(deb, /\.deb$/, debian);
  } finally {
    await debian.close();
  }
}, 1_800_000);

it('on the RHEL family, by dnf', async () => {
  const debian = await startDebian('nothing', debianOf('bookworm'));
  try {
    await debian.sh('apt-get install -y -q dnf rpm nodejs');
    await debian.must(['install', '-m', '640', '/dev/null', '/var/log/maillog']);
    await deliver(debian, standIn());
    await debian.sh('dnf install -y /root/stand-in*.rpm');
    await buildAndInstall(rpm, /\.rpm$/, debian);
    expect(await debian.must(['rpm', '-q', 'exact-relay'])).toBe(`exact-relay-${version}-1.noarch\n`);
  } finally {
    await debian.close();
  }
}, 1_800_000);

it('elsewhere, by npm', () => {
  const prefix = temporaryFolder();
  const PATH = `${prefix}/bin:${process.env.PATH}`;
  const { printed } = pasteInClone(elsewhere, { npm_config_prefix: prefix, PATH });
  expect(printed.trimEnd().split('\n').at(-1)).toBe(version);
}, 1_800_000);

/** Builds a package with the names of the family for what the Debian has by other names. */
function standIn(): string {
  installPackages({ rpmbuild: 'rpm' });
  const folder = temporaryFolder();
  const spec = join(folder, 'stand-in.spec');
  const provided = ['/bin/sh', 'nodejs = 1:20', 'shadow-utils', 'systemd', 'util-linux'];
  writeFileSync(
    spec,
    `Name: stand-in
Version: 1
Release: 1
Summary: What Debian has by other names
License: MIT
BuildArch: noarch
${provided.map((name) => `Provides: ${name}\n`).join('')}
%description
Nothing.
%files
`,
  );
  const folders = ['_topdir', '_rpmdir'].flatMap((macro) => ['--define', `${macro} ${folder}`]);
  execFileSync('rpmbuild', ['-bb', '--quiet', ...folders, spec], { stdio: 'ignore' });
  return join(folder, 'noarch/stand-in-1-1.noarch.rpm');
}
