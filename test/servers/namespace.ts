/**
 * A mail host for one test: network, mounts, processes and host name of its own, in which servers listen on their
 * usual ports, clients have real addresses, and nothing of the machine's is changed. Linux, as root.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { commandsInside, type Inside } from './commands-inside.ts';
import { installPackages } from './install.ts';

/** The mail host's own addresses; every other address of the documentation networks can be a client's. */
export const hostAddress = { ipv4: '192.0.2.1', ipv6: '2001:db8::1' } as const;

/** Namespaces that end with {@link Namespace.close}, or with the test process, however that ends. */
export interface Namespace extends Inside {
  /** A folder for the files of the servers in it, which any account may enter; removed with it. */
  readonly folder: string;
  /**
   * Puts a file or folder in the place of another one, inside only, until the machine replaces the one that is
   * covered: packages are to be installed before, since they bring accounts and so replace passwd(5).
   */
  cover(covered: string, by: string): Promise<void>;
  /** Kills all processes inside and removes what they left. */
  close(): Promise<void>;
}

/** Opens a mail host. Throws an Error where the system does not let it, not being root say. */
export async function openNamespace(): Promise<Namespace> {
  installPackages({ unshare: 'util-linux', nsenter: 'util-linux', ip: 'iproute2' });
  const folder = await mkdtemp(join(tmpdir(), 'exact-servers-'));
  await chmod(folder, 0o755);
  const script = fileURLToPath(new URL('enter-namespace.sh', import.meta.url));
  const holder = spawn(
    'unshare',
    [...'--net --mount --pid --uts --fork --kill-child --propagation private sh'.split(' '), script, folder],
    { stdio: 'pipe' },
  );
  const ended = once(holder, 'exit');
  const pid = await Promise.race([once(holder.stdout, 'data').then(String), ended.then(() => '')]);
  if (pid === '') {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`cannot open a namespace (are you root?): ${await text(holder.stderr)}`);
  }
  const inside = commandsInside(folder, [
    ...'--net --mount --pid --uts --target'.split(' '),
    pid.trim(),
    '--',
  ]);
  return {
    folder,
    ...inside,
    async cover(covered, by) {
      await inside.must(['mount', '--bind', by, covered]);
    },
    async close() {
      holder.stdin.end();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
