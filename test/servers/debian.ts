/**
 * A clean Debian for one test, whatever system this machine has: its own files, processes, accounts and network, with
 * systemd as on a host or without it as in a container. Linux, as root; packages come from the mirror that apt uses.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, vi } from 'vitest';
import { commandsInside, type Inside } from './commands-inside.ts';
import { type DebianRelease, debianFiles, debianOf } from './debian-files.ts';
import { installPackages } from './install.ts';

/** What root has in its environment, and scripts of packages find in theirs. */
const environment =
  'PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive';

/** A running Debian, in which `must` and `run` are run as root. */
export interface Debian extends Inside {
  /** Runs lines of a shell, and throws an Error with what they said unless each ends with status 0. */
  sh(lines: string): Promise<string>;
  /** Puts a file into it, and the folders above. */
  write(path: string, data: string | Uint8Array): Promise<void>;
  /** Programs of this machine in the network of the Debian, where they can have the addresses of its clients. */
  readonly clients: Inside;
  /** Kills all that runs in it and forgets what it wrote. */
  close(): Promise<void>;
}

/** Starts a clean Debian, 13 unless another is named; the first process in it is systemd, and all that belongs to a boot has run; or nothing. */
export async function startDebian(
  first: 'systemd' | 'nothing',
  release: DebianRelease = debianOf('trixie'),
): Promise<Debian> {
  installPackages({ unshare: 'util-linux', nsenter: 'util-linux', ip: 'iproute2' });
  const files = debianFiles(release);
  const folder = await mkdtemp(join(tmpdir(), 'exact-debian-'));
  const script = fileURLToPath(new URL('open-debian.sh', import.meta.url));
  const holder = spawn(
    'unshare',
    ['--mount', '--propagation', 'private', 'sh', script, folder, files, first],
    {
      stdio: 'pipe',
    },
  );
  const ended = once(holder, 'exit');
  const close = async () => {
    holder.stdin.end();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const pid = await Promise.race([once(holder.stdout, 'data').then(String), ended.then(() => '')]);
  if (pid === '') {
    await close();
    throw new Error(`cannot start a Debian (are you root?): ${await text(holder.stderr)}`);
  }
  const target = ['--target', pid.trim()];
  const all = [...target, ...'--net --mount --pid --uts --ipc --cgroup --root --wd'.split(' ')];
  const inside = commandsInside(folder, [...all, '--', 'env', '-i', ...environment.split(' ')]);
  if (first === 'systemd') await booted(inside);
  return {
    ...inside,
    sh: (lines) => inside.must(['sh', '-eux', '-c', lines]),
    async write(path, data) {
      await inside.must(['mkdir', '-p', dirname(path)]);
      await inside.must(['dd', 'status=none', `of=${path}`], data);
    },
    clients: commandsInside(folder, [...target, '--net', '--']),
    close,
  };
}

/** Waits for the end of the boot. A unit that cannot do its work in namespaces leaves the system 'degraded'. */
async function booted(inside: Inside): Promise<void> {
  const state = async () => (await inside.run(['systemctl', 'is-system-running'])).stdout.trim();
  await vi.waitFor(async () => expect(['running', 'degraded']).toContain(await state()), {
    timeout: 60_000,
    interval: 200,
  });
}
