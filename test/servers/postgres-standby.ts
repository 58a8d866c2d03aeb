/** A second server that follows a first one (pg_basebackup), on another port of the same address. */
import { readdirSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Namespace } from './namespace.ts';
import type { Postgres } from './postgres.ts';

/** The port on which it listens. */
export const standbyPort = 5433;

/** A running standby. */
export interface Standby {
  /** Makes it a server of its own that takes writes. */
  promote(): Promise<void>;
  stop(): Promise<void>;
}

/** Copies a server, and starts the copy as its standby. */
export async function startStandby(host: Namespace, { socketFolder, sql }: Postgres): Promise<Standby> {
  const version = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a))[0];
  const programs = `/usr/lib/postgresql/${version}/bin`;
  const data = join(socketFolder, 'standby');
  const as = ['setpriv', '--reuid', 'postgres', '--regid', 'postgres', '--clear-groups'];
  await appendFile(join(socketFolder, 'data/pg_hba.conf'), 'local replication all trust\n');
  await sql('select pg_reload_conf()');
  const copy = `pg_basebackup -D ${data} -h ${socketFolder} -U postgres -R -c fast --no-sync`.split(' ');
  await host.must([...as, ...copy]);
  await appendFile(join(data, 'postgresql.conf'), `port = ${standbyPort}\n`);
  const control = (...words: string[]) =>
    host.must([
      ...as,
      join(programs, 'pg_ctl'),
      '-D',
      data,
      '-l',
      join(socketFolder, 'log2'),
      '-w',
      ...words,
    ]);
  await control('start');
  return {
    promote: async () => {
      await control('promote');
    },
    stop: async () => {
      await control('stop', '-m', 'fast');
    },
  };
}
