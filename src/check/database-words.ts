/** What is typed to mend a table that hosts share: each database has a program of its own. Pure. */
import type { Target } from '../maps/shared/target.ts';
import { shellWord } from '../terminal/shell-word.ts';

/** The commands of one database. */
export interface DatabaseWords {
  /** The scripts of examples/ that make all tables, and what is missing of them. */
  readonly scripts: readonly [all: string, missing: string];
  /** Runs a script; it is done by who owns the database, wherever the server is. */
  run(script: string, database: string): string;
  /** Runs statements. */
  asOwner(statements: string, database: string): string;
  /** The statement that gives a right, such as `insert on exact_relay`. */
  grant(right: string, role: string): string;
  /** Shows by other means whether the server answers. */
  try(target: Target): string;
}

const doubled = (text: string, quote: string) => `${quote}${text.replaceAll(quote, quote + quote)}${quote}`;

const pgsql: DatabaseWords = {
  scripts: ['pgsql.sql', 'pgsql-2.sql'],
  run: (script, database) =>
    `psql -v ON_ERROR_STOP=1 -f ${script} ${shellWord(database)} # as who owns the database; it is in examples/`,
  asOwner: (statements, database) =>
    `psql -c ${shellWord(statements)} ${shellWord(database)} # as who owns the tables`,
  grant: (right, role) =>
    `grant ${right.replace('usage on ', 'usage on sequence ')} to ${doubled(role, '"')}`,
  try({ host, port, others, isWriterSought, database, user, sslMode, sslRootCert }) {
    const servers = [{ host, port }, ...others];
    const parts = {
      host: servers.map((server) => server.host).join(','),
      port: servers.map((server) => server.port).join(','),
      ...{ dbname: database, user, sslmode: sslMode, sslrootcert: sslRootCert },
      target_session_attrs: isWriterSought ? 'read-write' : undefined,
    };
    const words = Object.entries(parts).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${/^[\w.,/:-]+$/.test(String(value)) ? value : `'${value}'`}`],
    );
    return `psql ${shellWord(words.join(' '))} # does it answer?`;
  },
};

const mysql: DatabaseWords = {
  scripts: ['mysql.sql', 'mysql.sql'],
  run: (script, database) =>
    `mariadb ${shellWord(database)} < ${script} # as who owns the database; it is in examples/`,
  asOwner: (statements, database) =>
    `mariadb -e ${shellWord(statements)} ${shellWord(database)} # as who owns the tables`,
  grant(right, role) {
    const at = role.lastIndexOf('@');
    return `grant ${right} to ${doubled(role.slice(0, at), "'")}@${doubled(role.slice(at + 1), "'")}`;
  },
  try({ host, port, database, user, sslMode, sslRootCert }) {
    const words = [
      ...(host.startsWith('/') ? ['-S', host] : ['-h', host, '-P', String(port)]),
      ...(user === undefined ? [] : ['-u', user]),
      ...(sslMode === 'disable' ? [] : ['--ssl']),
      ...(sslMode === 'verify-full' ? ['--ssl-verify-server-cert'] : []),
      ...(sslRootCert === undefined ? [] : ['--ssl-ca', sslRootCert]),
    ];
    return `mariadb ${[...words, '-p', database].map(shellWord).join(' ')} # does it answer?`;
  },
};

/** Returns the commands of the database of an output type. */
export function wordsOf(type: string): DatabaseWords {
  return type === 'mysql' ? mysql : pgsql;
}
