/**
 * Servers whose packages cannot be installed beside each other (there is one mail transfer agent to a Debian system):
 * their files are laid over those of the system, inside one namespace only. No package is installed, and no script of
 * one runs; what such a script would do, accounts and file modes, whoever starts the server does.
 */
import { spawnSync } from 'node:child_process';
import { appendFile, copyFile, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { installPackages } from './install.ts';
import type { Namespace } from './namespace.ts';

/** Accounts that a server wants, each with a group of its name, get ids from here on. */
const firstId = 64_900;

/** Folders of the system that packages bring files for. */
const layers = ['usr', 'etc', 'var'];

/**
 * Lays packages, and what they depend on, over the system of a namespace, and returns the versions of these packages.
 * To be called before anything else changes /etc or /var in there.
 */
export async function unpackPackages(
  host: Namespace,
  packages: readonly string[],
  accounts: readonly string[],
): Promise<Record<string, string>> {
  installPackages({ 'apt-get': 'apt', 'dpkg-deb': 'dpkg', tar: 'tar' });
  const downloads = join(host.folder, 'packages');
  await mkdir(join(downloads, 'partial'), { recursive: true });
  if (packages.length > 0) download(packages, downloads);
  const root = join(host.folder, 'unpacked');
  for (const layer of layers) await mkdir(join(root, layer), { recursive: true });
  // Since Debian 12 these are links, and packages may name their files by either path.
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(root, 'usr', name), { recursive: true });
    await symlink(`usr/${name}`, join(root, name));
  }
  const files = (await readdir(downloads)).filter((name) => name.endsWith('.deb'));
  for (const file of files) unpack(join(downloads, file), root);
  await addAccounts(join(root, 'etc'), accounts);
  await layOver(host, root);
  return Object.fromEntries(
    files.map((file) => {
      const [name = '', version = ''] = decodeURIComponent(file).split('_');
      return [name, version.replace(/^\d+:|-[^-]*$/g, '')];
    }),
  );
}

function download(packages: readonly string[], folder: string): void {
  const options = ['-q', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'];
  const get = () =>
    must('apt-get', [
      'install',
      '--download-only',
      ...options,
      '-o',
      `Dir::Cache::archives=${folder}`,
      ...packages,
    ]);
  try {
    get();
  } catch {
    // An old or empty package index knows no package, or one that the mirror has no more.
    must('apt-get', ['update', '-q']);
    get();
  }
}

function unpack(file: string, root: string): void {
  // dpkg-deb -x would put a folder in the place of the links above.
  const script = 'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"';
  must('bash', ['-o', 'pipefail', '-c', script, 'unpack', file, root]);
}

function must(program: string, args: readonly string[]): void {
  const run = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (run.status !== 0) {
    throw new Error(`${program}: ${run.error?.message ?? `${run.stdout}${run.stderr}`.slice(-2000)}`);
  }
}

async function addAccounts(folder: string, accounts: readonly string[]): Promise<void> {
  const lines = (line: (name: string, id: number) => string) =>
    accounts.map((name, index) => `${line(name, firstId + index)}\n`).join('');
  for (const file of ['passwd', 'group']) await copyFile(join('/etc', file), join(folder, file));
  await appendFile(
    join(folder, 'passwd'),
    lines((name, id) => `${name}:x:${id}:${id}::/nonexistent:/usr/sbin/nologin`),
  );
  await appendFile(
    join(folder, 'group'),
    lines((name, id) => `${name}:x:${id}:`),
  );
}

/** What is written to these folders afterwards goes to memory, and is gone with the namespace. */
async function layOver(host: Namespace, root: string): Promise<void> {
  const written = join(host.folder, 'written');
  await mkdir(written);
  await host.must(['mount', '-t', 'tmpfs', 'written', written]);
  await host.must(['mount', '-t', 'tmpfs', 'run', '/run']);
  for (const layer of layers) {
    const [upper, work] = [join(written, layer), join(written, `${layer}.work`)];
    await host.must(['mkdir', upper, work]);
    const folders = `lowerdir=${join(root, layer)}:/${layer},upperdir=${upper},workdir=${work}`;
    await host.must(['mount', '-t', 'overlay', 'overlay', '-o', folders, `/${layer}`]);
  }
}
