/** A database server: MariaDB in a namespace, with a database `exact`, listening on the mail host's address. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outcome } from './commands-inside.ts';
import { installPackages } from './install.ts';
import { hostAddress, type Namespace } from './namespace.ts';

/** A running server. */
export interface MariaDb {
  /** Its socket. */
  readonly socket: string;
  /** Runs statements as the owner of the database; returns the rows, fields separated by `|`. */
  sql(statements: string): Promise<string>;
  /** Runs a statement as the account of the MTAs, whose password is 'reader'. */
  asReader(statement: string): Promise<Outcome>;
  /** Runs a file of statements as the owner, as a person would. */
  runFile(path: string): Promise<void>;
  stop(): Promise<void>;
  /** Starts it, with options such as `--ssl-cert=…`. */
  start(...options: readonly string[]): Promise<void>;
  /** Has the server halt or go on, so that it takes connections and answers nothing. */
  signal(name: 'STOP' | 'CONT'): Promise<void>;
}

/** Starts a server that believes root at its socket and wants a password from everybody else. */
export async function startMariaDb(host: Namespace): Promise<MariaDb> {
  installPackages({ mariadbd: 'mariadb-server', mariadb: 'mariadb-client', setpriv: 'util-linux' });
  const folder = join(host.folder, 'mariadb');
  const [data, socket, pid] = ['data', 'socket', 'pid'].map((name) => join(folder, name)) as [
    ...[string, string, string],
  ];
  await mkdir(folder);
  await host.must(['chown', 'mysql', folder]);
  const as = ['setpriv', '--reuid', 'mysql', '--regid', 'mysql', '--clear-groups'];
  const install = ['mariadb-install-db', '--no-defaults', '--auth-root-authentication-method=normal'];
  await host.must([...as, ...install, '--skip-test-db', `--datadir=${data}`]);
  const client = ['mariadb', '--no-defaults', '-N', '-B', '-S', socket, '-u', 'root'];
  // A database that is not of UTF-8, in another time zone than UTC: neither is to matter.
  const server = [
    ...['mariadbd', '--no-defaults', `--datadir=${data}`, `--socket=${socket}`, `--pid-file=${pid}`],
    ...[`--bind-address=${hostAddress.ipv4}`, '--skip-name-resolve', `--log-error=${folder}/log`],
    ...['--innodb-flush-log-at-trx-commit=0', '--character-set-server=latin1'],
    ...['--default-time-zone=-05:00', '--transaction-isolation=REPEATABLE-READ'],
  ];
  const start = async (...options: readonly string[]) => {
    const words = [...as, ...server, ...options].map((word) => `'${word}'`).join(' ');
    const isUp = `mariadb-admin --no-defaults -S ${socket} -u root ping >/dev/null 2>&1`;
    await host.must([
      'sh',
      '-c',
      `${words} </dev/null >/dev/null 2>&1 & n=0; until ${isUp}; do n=$((n + 1)); [ $n -lt 300 ] || exit 1; sleep 0.1; done`,
    ]);
  };
  await start();
  await host.must([...client, '-e', 'create database exact']);
  return {
    socket,
    start,
    sql: async (statements) =>
      (await host.must([...client, 'exact'], statements)).trim().replaceAll('\t', '|'),
    asReader: (statement) =>
      host.run([
        ...['mariadb', '--no-defaults', '-N', '-B', '-h', hostAddress.ipv4, '-u', 'exact_reader'],
        ...['-preader', 'exact', '-e', statement],
      ]),
    async runFile(path) {
      await host.must(['sh', '-c', `${client.join(' ')} exact < ${path}`]);
    },
    async stop() {
      await host.must(['mariadb-admin', '--no-defaults', '-S', socket, '-u', 'root', 'shutdown']);
      await host.must(['sh', '-c', `while [ -e ${pid} ]; do sleep 0.1; done`]);
    },
    async signal(name) {
      await host.must(['sh', '-c', `kill -${name} $(cat ${pid})`]);
    },
  };
}
