/** Two hosts on which people read their mail, one table in a database: what the tests of shared tables work with. */
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outcome } from './commands-inside.ts';
import { type InstalledExact, installExact } from './installed-exact.ts';
import type { Namespace } from './namespace.ts';

/** The hosts; they share a machine, and nothing but the table. */
type HostName = 'alpha' | 'beta';

/** Two installations of Exact that write to one table. */
export interface TableHosts {
  readonly exact: InstalledExact;
  /** Runs a command on one of the hosts. */
  on(name: HostName, ...words: string[]): Promise<Outcome>;
  /** Has users log in at a host, some seconds ago, and updates its table. */
  login(name: HostName, logins: Readonly<Record<string, string>>, ago?: number): Promise<Outcome>;
  /** Makes the hosts empty, as before the first run. */
  emptyHosts(): Promise<void>;
}

/** The password of the writer. */
export const password = 'p:w@rd/1';

/** Installs the hosts, with the table that an output names, as `pgsql postgres://…`. */
export async function openTableHosts(host: Namespace, output: string): Promise<TableHosts> {
  const exact = await installExact(host);
  for (const name of ['alpha', 'beta']) {
    const folder = join(exact.folder, name);
    await host.must(['install', '-d', '-o', 'exact', folder]);
    await exact.configure(
      `${name}.conf`,
      [
        `maillog ${join(host.folder, 'no-mail.log')}`,
        'timeout 10m',
        'warn-repeat 1m',
        `state ${folder}/state`,
        `output text ${folder}/relay.txt`,
        `output ${output} source=${name}`,
        '',
      ].join('\n'),
    );
    await chmod(join(host.folder, 'exact/etc', `${name}.conf`), 0o600);
  }
  const on = (name: HostName, ...words: string[]) =>
    exact.run(...words, '-c', join(host.folder, 'exact/etc', `${name}.conf`));
  return {
    exact,
    on,
    async login(name, logins, ago = 0) {
      const time = new Date(Date.now() - ago * 1000).toISOString();
      const lines = Object.entries(logins).map(([address, user]) =>
        JSON.stringify({ time, address, user, server: 'dovecot' }),
      );
      const file = join(host.folder, 'logins.json');
      await writeFile(file, lines.map((line) => `${line}\n`).join(''));
      return on(name, 'update', '--logins', file);
    },
    async emptyHosts() {
      await host.must(['sh', '-c', `rm -f ${exact.folder}/*/*`]);
    },
  };
}
