/** Exact as it is installed on a mail host: the built program alone, an account of its own, and cron's environment. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './commands-inside.ts';
import type { Namespace } from './namespace.ts';

/** An account that does not exist on the host; only the namespace's passwd(5) and group(5) have it. */
const account = { name: 'exact', id: 64_990 };

/** An installation on a {@link Namespace}. */
export interface InstalledExact {
  /** The folder that the account owns: state and maps. */
  readonly folder: string;
  /** Writes a configuration file beside exact.conf, and returns its path. */
  configure(name: string, settings: string): Promise<string>;
  /** Returns the command that runs `exact` with some arguments as cron would. */
  command(...args: readonly string[]): string[];
  /** Runs it as root. */
  run(...args: readonly string[]): Promise<Outcome>;
}

/** Installs what `npm run build` made; its account is in group adm, which may read mail logs. */
export async function installExact(host: Namespace): Promise<InstalledExact> {
  const program = join(host.folder, 'exact/program');
  const settings = join(host.folder, 'exact/etc');
  const folder = join(host.folder, 'exact/lib');
  await copyProgram(program);
  await mkdir(settings);
  await mkdir(folder);
  await addAccount(host);
  await host.must(['chown', `${account.name}:${account.name}`, folder]);
  // cron gives its jobs no more than this, and /usr/sbin is not in its PATH.
  const environment = ['PATH=/usr/bin:/bin', 'HOME=/root', 'LOGNAME=root', 'SHELL=/bin/sh'];
  const command = (...args: readonly string[]) => [
    ...['env', '-i', ...environment],
    ...[process.execPath, join(program, 'bin/exact'), ...args],
  ];
  return {
    folder,
    async configure(name, text) {
      const path = join(settings, name);
      await writeFile(path, `user ${account.name}\n${text}`);
      return path;
    },
    command,
    run: (...args) => host.run(command(...args)),
  };
}

/** Copies the program away from node_modules, and from a work tree that its account may not be able to enter. */
export async function copyProgram(folder: string): Promise<void> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  for (const part of ['bin', 'dist', 'package.json']) {
    await cp(join(root, part), join(folder, part), { recursive: true });
  }
}

async function addAccount(host: Namespace): Promise<void> {
  const { name, id } = account;
  const passwd = await host.must(['cat', '/etc/passwd']);
  const group = (await host.must(['cat', '/etc/group'])).replace(
    /^(adm:.*:)(.*)$/m,
    (_line, head: string, members: string) => head + (members === '' ? name : `${members},${name}`),
  );
  const files = {
    passwd: `${passwd}${name}:x:${id}:${id}::/nonexistent:/usr/sbin/nologin\n`,
    group: `${group}${name}:x:${id}:\n`,
  };
  for (const [file, text] of Object.entries(files)) {
    const path = join(host.folder, file);
    await writeFile(path, text);
    await host.cover(join('/etc', file), path);
  }
}
