/**
 * A mail host for one test: network, mounts, processes and host name of its own, in which servers listen on their
 * usual ports, clients have real addresses, and nothing of the machine's is changed. Linux, as root.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { installPackages } from './install.ts';

/** The mail host's own addresses; every other address of the documentation networks can be a client's. */
export const hostAddress = { ipv4: '192.0.2.1', ipv6: '2001:db8::1' } as const;

/** What a command came to. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Namespaces that end with {@link Namespace.close}, or with the test process, however that ends. */
export interface Namespace {
  /** A folder for the files of the servers in it, which any account may enter; removed with it. */
  readonly folder: string;
  /** Runs a command inside, to its end. Daemons that it leaves behind live until the namespace ends. */
  run(command: readonly string[], input?: string): Promise<Outcome>;
  /** Runs a command inside, and throws an Error with what it said unless it ends with status 0. */
  must(command: readonly string[], input?: string): Promise<string>;
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
  const entering = ['--target', pid.trim(), '--net', '--mount', '--pid', '--uts', '--'];

  let runs = 0;
  const run = async (command: readonly string[], input = ''): Promise<Outcome> => {
    // Files, not pipes: a daemon may keep its standard error open for as long as it lives.
    const path = join(folder, `run-${++runs}`);
    const [stdout, stderr] = [openSync(`${path}.stdout`, 'wx'), openSync(`${path}.stderr`, 'wx')];
    const child = spawn('nsenter', [...entering, ...command], {
      cwd: folder,
      stdio: ['pipe', stdout, stderr],
    });
    closeSync(stdout);
    closeSync(stderr);
    // A command that does not read its input may be gone before it is written.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    const [status] = (await once(child, 'exit')) as [number | null];
    const read = (name: string) => readFile(`${path}.${name}`, 'utf8');
    return { status, stdout: await read('stdout'), stderr: await read('stderr') };
  };
  const must = async (command: readonly string[], input?: string): Promise<string> => {
    const { status, stdout, stderr } = await run(command, input);
    if (status !== 0) throw new Error(`${command.join(' ')}: exit ${status}: ${stdout}${stderr}`);
    return stdout;
  };
  return {
    folder,
    run,
    must,
    async cover(covered, by) {
      await must(['mount', '--bind', by, covered]);
    },
    async close() {
      holder.stdin.end();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
