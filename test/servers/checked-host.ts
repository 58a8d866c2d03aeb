/** A mail host that `exact update --check` looks at, on which its fixes are pasted into a shell as they are printed. */
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dovecotLogin } from '../commands/run-exact.ts';
import { installExact } from './installed-exact.ts';
import type { Namespace } from './namespace.ts';

/** What `--check` says of one thing. */
interface Told {
  readonly level: string;
  readonly subject: string;
  readonly text: string;
  readonly fix?: string;
  readonly undo?: string;
}

/** What `--check --as` says of the steps of conversations. */
interface PlayedRows {
  readonly status: number | null;
  readonly rows: readonly (Readonly<Record<'as' | 'mta' | 'way' | 'step' | 'verdict' | 'said', string>> & {
    readonly reply?: string;
    readonly by?: string;
  })[];
}

/** The host: a log with one login, Exact as it is installed, and a job of cron for it. */
export interface CheckedHost {
  /** Who has logged in. */
  readonly client: string;
  /** Writes exact.conf, beside the lines that every one of these hosts has, and makes the maps. */
  configure(...lines: readonly string[]): Promise<void>;
  /** Returns what is told of a subject. */
  check(subject: string): Promise<Told[]>;
  /** Returns what people read, and the exit status. */
  read(): Promise<{ readonly status: number | null; readonly text: string }>;
  /** Returns the steps of the conversations of a client and a made-up one, and the exit status. */
  playAs(address: string, ...options: readonly string[]): Promise<PlayedRows>;
  /** Returns what people read of them. */
  readAs(address: string): Promise<{ readonly status: number | null; readonly text: string }>;
  /** Returns what a run of cron would say. */
  update(): Promise<string>;
  /** Lets another address relay, by hand; for bob unless somebody else is named. */
  permit(address: string, user?: string): Promise<void>;
  /** Ends the leave of an address to relay. */
  revoke(address: string): Promise<void>;
  /** Pastes a fix; there is no systemd in a namespace, so `reload` stands for what it would reload. */
  paste(fix: string | undefined, reload?: readonly string[]): Promise<void>;
}

const configuration = '/etc/exact/exact.conf';

/** Sets up the host; /etc and /usr are layers of its own, by unpackPackages(). */
export async function openCheckedHost(host: Namespace): Promise<CheckedHost> {
  const exact = await installExact(host);
  const client = '198.51.100.7';
  const log = join(host.folder, 'mail.log');
  await writeFile(log, '');
  const now = new Date(Date.now() - 60_000).toISOString();
  await appendFile(log, dovecotLogin(`${now.slice(0, 19)}Z`, 'alice', client));
  await host.must(['install', '-d', '/etc/exact', '/etc/cron.d', '/var/lib/exact']);
  await host.cover('/var/lib/exact', exact.folder);
  await host.must(['sh', '-c', 'cat >/etc/cron.d/exact'], '* * * * * exact exact update\n');
  await host.must(
    ['sh', '-c', 'cat >/usr/local/bin/systemctl; chmod 755 /usr/local/bin/systemctl'],
    '#!/bin/sh\nexit 1\n',
  );
  return {
    client,
    async configure(...lines) {
      const text = ['user exact', `maillog ${log}`, 'timezone UTC', 'server dovecot', ...lines, ''].join(
        '\n',
      );
      await host.must(['sh', '-c', `cat >${configuration}`], text);
      await exact.run('update', '-q');
    },
    async check(subject) {
      const { stdout } = await exact.run('update', '--check', '--json');
      const all = stdout.trimEnd().split('\n');
      return all.map((line) => JSON.parse(line) as Told).filter((told) => told.subject === subject);
    },
    async read() {
      const { status, stdout, stderr } = await exact.run('update', '--check');
      return { status, text: stdout + stderr };
    },
    async playAs(address, ...options) {
      const words = ['update', '--check', '--as', address, '--json', ...options];
      const { status, stdout, stderr } = await exact.run(...words);
      if (stdout === '') throw new Error(stderr);
      return {
        status,
        rows: stdout
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line)),
      };
    },
    async readAs(address) {
      const { status, stdout, stderr } = await exact.run('update', '--check', '--as', address);
      return { status, text: stdout + stderr };
    },
    async update() {
      const { stdout, stderr } = await exact.run('update');
      return stdout + stderr;
    },
    async permit(address, user = 'bob') {
      await exact.run('update', '-q', '--permit', address, '--user', user, '--for', '1h');
    },
    async revoke(address) {
      await exact.run('expire', '-q', address);
    },
    async paste(fix, reload = ['true']) {
      if (fix === undefined) throw new Error('no fix');
      const functions = [
        `systemctl() { ${reload.join(' ')}; }`,
        `exact() { ${process.execPath} ${join(host.folder, 'exact/program/bin/exact')} "$@"; }`,
      ];
      await host.must(['bash', '-ec', `${functions.join('\n')}\n${fix}`]);
    },
  };
}
