/** A database server: PostgreSQL in a namespace, with a database `exact`, listening on the mail host's address. */
import { readdirSync } from 'node:fs';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installPackages } from './install.ts';
import { hostAddress, type Namespace } from './namespace.ts';

/** A running server. */
export interface Postgres {
  /** The folder of its socket. */
  readonly socketFolder: string;
  /** Has it take connections over TLS alone, but for those by its socket. */
  requireTls(certificate: string, key: string): Promise<void>;
  /** Runs statements as the superuser; returns the rows, fields separated by `|`. */
  sql(statements: string): Promise<string>;
  /** Runs a file of statements as the superuser, as a person would. */
  runFile(path: string): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Has all processes of the server halt or go on, so that it takes connections and answers nothing. */
  signal(name: 'STOP' | 'CONT'): Promise<void>;
}

/** Starts a server that believes everybody at its socket and wants a password from everybody else. */
export async function startPostgres(host: Namespace): Promise<Postgres> {
  installPackages({ '/usr/lib/postgresql': 'postgresql', psql: 'postgresql-client', setpriv: 'util-linux' });
  const version = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a))[0];
  const programs = `/usr/lib/postgresql/${version}/bin`;
  const folder = join(host.folder, 'postgres');
  const data = join(folder, 'data');
  await mkdir(folder);
  await host.must(['chown', 'postgres', folder]);
  await host.must(['mkdir', '-m', '1777', '/dev/shm']);
  const as = ['setpriv', '--reuid', 'postgres', '--regid', 'postgres', '--clear-groups'];
  await host.must([...as, join(programs, 'initdb'), '-D', data, '-E', 'UTF8', '--no-locale', '--no-sync']);
  await appendFile(
    join(data, 'postgresql.conf'),
    `listen_addresses = '${hostAddress.ipv4}'\nunix_socket_directories = '${folder}'\nfsync = off\n`,
  );
  await writeFile(join(data, 'pg_hba.conf'), 'local all all trust\nhost all all 0.0.0.0/0 scram-sha-256\n');
  const control = (...words: string[]) =>
    host.must([...as, join(programs, 'pg_ctl'), '-D', data, '-l', join(folder, 'log'), '-w', ...words]);
  const psql = ['psql', '-X', '-At', '-v', 'ON_ERROR_STOP=1', '-h', folder, '-U', 'postgres'];
  await control('start');
  await host.must([...psql, '-c', 'create database exact', 'postgres']);
  return {
    socketFolder: folder,
    async requireTls(certificate, key) {
      for (const [file, name] of Object.entries({ [certificate]: 'server.crt', [key]: 'server.key' })) {
        await host.must([...'install -o postgres -m 600'.split(' '), file, join(data, name)]);
      }
      await writeFile(
        join(data, 'pg_hba.conf'),
        'local all all trust\nhostssl all all 0.0.0.0/0 scram-sha-256\n',
      );
      await host.must([...psql, '-c', 'alter system set ssl = on', 'postgres']);
      await control('restart');
    },
    sql: async (statements) => (await host.must([...psql, 'exact'], statements)).trim(),
    async runFile(path) {
      await host.must([...psql, '-f', path, 'exact']);
    },
    async stop() {
      await control('stop', '-m', 'fast');
    },
    async start() {
      await control('start');
    },
    async signal(name) {
      await host.must(['pkill', `-${name}`, '-u', 'postgres', '-f', folder]);
    },
  };
}
