/**
 * Getting the real programs that these tests run against, from the system's packages. Nothing else here
 * installs anything; a program that cannot be had is an error, never a test that passes without it.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where servers live too, though not in every account's PATH. */
const alsoSearched = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * Returns the path of a program, or undefined where there is none. A name with a slash is its own path, and may
 * be of any file that a package brings (a plugin of a server is no executable file).
 */
export function findProgram(program: string): string | undefined {
  if (program.includes('/')) return isAccessible(program, constants.F_OK) ? program : undefined;
  return [...(process.env.PATH ?? '').split(':'), ...alsoSearched]
    .map((folder) => join(folder, program))
    .find((path) => isAccessible(path, constants.X_OK));
}

function isAccessible(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes sure that programs exist. As root on a system with apt-get it installs the packages of those that are
 * missing.
 *
 * @param programs - Name or path of each program, and the Debian package that brings it.
 * @throws Error that names the missing programs and packages, where they cannot be installed.
 *
 * @example
 * installPackages({ cdb: 'tinycdb', postmap: 'postfix', '/usr/lib/postfix/postfix-cdb.so': 'postfix-cdb' });
 */
export function installPackages(programs: Readonly<Record<string, string>>): void {
  const wanted = missing(programs);
  if (wanted.length === 0) return;
  const packages = [...new Set(wanted.map(([, name]) => name))];
  const told = wanted.map(([program, name]) => `'${program}' (package ${name})`).join(', ');
  if (process.getuid?.() !== 0 || findProgram('apt-get') === undefined) {
    throw new Error(
      `missing: ${told}; the tests install them as root: apt-get install ${packages.join(' ')}`,
    );
  }
  const output = withServicesHeldBack(
    // An old or empty package index knows no package, or one that the mirror has no more: fetch it, try again.
    () =>
      aptGet('install', ...packages) === undefined
        ? undefined
        : (aptGet('update') ?? aptGet('install', ...packages)),
  );
  if (output !== undefined) throw new Error(`missing: ${told}; apt-get failed: ${output}`);
  const still = missing(programs).map(([program, name]) => `'${program}' (package ${name})`);
  if (still.length > 0) throw new Error(`missing though their packages are installed: ${still.join(', ')}`);
}

function missing(programs: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(programs).filter(([program]) => findProgram(program) === undefined);
}

/** Where Debian's packages ask whether they may start the service they bring (invoke-rc.d(8)). */
const servicePolicy = '/usr/sbin/policy-rc.d';

/** Installs while no package may start its service: tests start their own, where nobody else sees them. */
function withServicesHeldBack(install: () => string | undefined): string | undefined {
  if (isAccessible(servicePolicy, constants.F_OK)) return install();
  writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755, flag: 'wx' });
  try {
    return install();
  } finally {
    rmSync(servicePolicy);
  }
}

/** Returns undefined, or what apt-get said when it failed. */
function aptGet(command: string, ...packages: readonly string[]): string | undefined {
  const options = ['-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'];
  const run = spawnSync('apt-get', [command, ...options, ...packages], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return run.status === 0
    ? undefined
    : (run.error?.message ?? `${run.stdout}${run.stderr}`).trim().slice(-2000);
}
