/** The files of a clean Debian, made once in a run of the tests, and what its apt-get can install without a network. */
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { installPackages } from './install.ts';
import { hostAddress } from './namespace.ts';

/** A release of Debian. */
export interface DebianRelease {
  /** As the mirror has it. */
  readonly suite: string;
  /** What tests install, fetched once: packages of one list, which blanks divide, go beside each other. */
  readonly packages: readonly string[];
  /** Packages that each Debian has from the start, beside systemd. */
  readonly installed?: readonly string[];
}

/** Returns one of the releases that the package of Exact is for. */
export function debianOf(suite: 'bookworm' | 'trixie' | 'sid'): DebianRelease {
  const packages = ['adduser cron dovecot-imapd dovecot-pop3d nodejs postfix postfix-cdb sudo'];
  // In one of them the RHEL family's package is tried.
  return { suite, packages: suite === 'bookworm' ? [...packages, 'dnf rpm'] : packages };
}

/** Returns the folder with the files of a release, in which nothing is to be changed. */
export function debianFiles({ suite, packages, installed = [] }: DebianRelease): string {
  const files = join(inject('runFolder'), suite);
  if (existsSync(files)) return files;
  const unfinished = `${files}.unfinished`;
  bootstrap(suite, unfinished, ['systemd-sysv', 'dbus', ...installed]);
  writeFileSync(join(unfinished, 'etc/hostname'), 'mx\n');
  writeFileSync(
    join(unfinished, 'etc/hosts'),
    `127.0.0.1 localhost\n${hostAddress.ipv4} mx.example.net mx\n`,
  );
  // A test need not survive a power failure, and is no place for what is only recommended.
  writeFileSync(join(unfinished, 'etc/dpkg/dpkg.cfg.d/test'), 'force-unsafe-io\n');
  writeFileSync(join(unfinished, 'etc/apt/apt.conf.d/test'), 'APT::Install-Recommends "false";\n');
  for (const list of packages) {
    must('chroot', unfinished, 'apt-get', 'install', '-y', '-q', '--download-only', ...list.split(' '));
  }
  renameSync(unfinished, files);
  return files;
}

/** Returns the folder with the files of a Debian 13 without systemd and cron, as images of containers begin with. */
export function slimDebianFiles(): string {
  const files = join(inject('runFolder'), 'slim');
  if (existsSync(files)) return files;
  bootstrap('trixie', `${files}.unfinished`, []);
  must('chroot', `${files}.unfinished`, 'apt-get', 'clean');
  renameSync(`${files}.unfinished`, files);
  return files;
}

/** Makes a folder of what each Debian has, and of more packages. */
function bootstrap(suite: string, folder: string, packages: readonly string[]): void {
  installPackages({ debootstrap: 'debootstrap', unshare: 'util-linux' });
  const include = packages.length === 0 ? [] : [`--include=${packages.join()}`];
  must('debootstrap', '--variant=minbase', ...include, suite, folder, mirror());
}

/** The mirror that this machine's own Debian comes from, by apt's configuration. */
export function mirror(): string {
  const format = '$(ORIGIN) $(REPO_URI)';
  const sources = must('apt-get', 'indextargets', '--format', format, 'Created-By: Packages');
  const found = /^Debian (\S+\/debian\/?)$/m.exec(sources)?.[1];
  if (found !== undefined) return found;
  throw new Error(
    "apt's sources name no Debian (a URI that ends in /debian), from which a clean one could be made",
  );
}

/** Runs a program in namespaces of its own: what it mounts and starts ends with it, however it ends. */
function must(...command: string[]): string {
  const namespaces = '--mount --pid --mount-proc --fork --kill-child --propagation private'.split(' ');
  const { status, stdout, stderr, error } = spawnSync('unshare', [...namespaces, ...command], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`${command[0]}: ${error?.message ?? `${stdout}${stderr}`.slice(-2000)}`);
  return stdout;
}
