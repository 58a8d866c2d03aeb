import { describe, expect, it } from 'vitest';
import { mysqlOutput } from '../../../src/maps/mysql/mysql-output.ts';
import { pgsqlOutput } from '../../../src/maps/pgsql/pgsql-output.ts';
import { readUrl } from '../../../src/maps/shared/target.ts';

function output(path: string, ...options: string[]) {
  return { type: 'pgsql', path, kind: '', families: 'both', mode: 0o644, options, origin: '' } as const;
}

const usual = {
  host: 'db.example.org',
  port: 5432,
  user: 'exact',
  database: 'mail',
  password: undefined,
  sslMode: 'disable',
  sslRootCert: undefined,
  passwordFile: undefined,
  others: [] as readonly object[],
  isWriterSought: false,
  source: 'mx1',
};

describe('readUrl', () => {
  for (const { name, given, want } of [
    { name: 'a server', given: output('postgres://exact@db.example.org/mail'), want: usual },
    { name: 'the other scheme', given: output('postgresql://exact@db.example.org/mail'), want: usual },
    {
      name: 'a port, a password, TLS',
      given: output('postgres://exact:p%40s%3As@db.example.org:6432/mail?sslmode=verify-full'),
      want: { ...usual, port: 6432, password: 'p@s:s', sslMode: 'verify-full' },
    },
    {
      name: 'files for TLS and the password',
      given: output(
        'postgres://exact@db.example.org/mail?sslmode=verify-full&sslrootcert=/etc/exact/ca.pem&passfile=/etc/exact/pg',
      ),
      want: {
        ...usual,
        sslMode: 'verify-full',
        sslRootCert: '/etc/exact/ca.pem',
        passwordFile: '/etc/exact/pg',
      },
    },
    {
      name: 'an IPv6 address',
      given: output('postgres://exact@[2001:db8::5]/mail'),
      want: { ...usual, host: '2001:db8::5' },
    },
    {
      name: 'a socket',
      given: output('postgres:///mail?host=/run/postgresql&user=exact'),
      want: { ...usual, host: '/run/postgresql' },
    },
    {
      name: 'a socket in the place of the host',
      given: output('postgres://exact@%2Frun%2Fpostgresql/mail'),
      want: { ...usual, host: '/run/postgresql' },
    },
    {
      name: 'several servers, of which it wants the one that takes writes',
      given: output('postgresql://exact:p,w@db.example.org,b:5433,[2001:db8::5]:5434/mail'),
      want: {
        ...{ ...usual, password: 'p,w', isWriterSought: true },
        others: [
          { host: 'b', port: 5433 },
          { host: '2001:db8::5', port: 5434 },
        ],
      },
    },
    {
      name: 'ports of all servers, and that any server will do',
      given: output('postgres://exact@db.example.org:5433,b:5434/mail?target_session_attrs=any'),
      want: { ...usual, port: 5433, others: [{ host: 'b', port: 5434 }] },
    },
    {
      name: 'a server that has to take writes',
      given: output('postgres://exact@db.example.org/mail?target_session_attrs=primary'),
      want: { ...usual, isWriterSought: true },
    },
    {
      name: 'no user, another source',
      given: output('postgres://db.example.org/mail', 'source=pop3'),
      want: { ...usual, user: undefined, source: 'pop3' },
    },
  ]) {
    it(`reads ${name}`, () => {
      const target = readUrl(pgsqlOutput.form, given, 'mx1');
      expect(target).toMatchObject(want);
      expect('key' in target && target.key).not.toContain('p@s');
    });
  }

  it('knows a table again to which a server was added', () => {
    const [one, two] = ['postgres://db/mail', 'postgres://db,b:5433/mail'].map((url) =>
      readUrl(pgsqlOutput.form, output(url), 'mx1'),
    );
    expect(two).toMatchObject({ key: one !== undefined && 'key' in one && one.key });
  });

  it('tells tables, sources and families apart, whatever the password', () => {
    const keys = [
      output('postgres://exact@db/mail'),
      output('postgres://exact@db/mail', 'source=a'),
      output('postgres://exact@db/other'),
      output('postgres://exact@db2/mail'),
      { ...output('postgres://exact@db/mail'), families: 'ipv4' } as const,
    ].map((each) => readUrl(pgsqlOutput.form, each, 'mx1'));
    expect(new Set(keys.map((target) => 'key' in target && target.key)).size).toBe(5);
    expect(readUrl(pgsqlOutput.form, output('postgres://exact:new@db/mail'), 'mx1')).toMatchObject({
      key: 'key' in (keys[0] ?? {}) && (keys[0] as { key: string }).key,
    });
  });

  for (const { given, want } of [
    { given: 'mysql://db/mail', want: 'not a URL that begins postgres://' },
    { given: 'postgres://db', want: 'names no database, as in postgres://user@host/database' },
    {
      given: 'postgres:///mail',
      want: 'names no host; a socket is postgres:///database?host=/run/postgresql',
    },
    { given: 'postgres://db/mail?sslmode=prefer', want: 'sslmode is disable, require, verify-full' },
    {
      given: 'postgres://db/mail?options=x',
      want: "does not know 'options' in its URL, only host, user, password, passfile, sslmode, sslrootcert, target_session_attrs",
    },
    { given: 'postgres://db/mail?passfile=pg', want: 'passfile is not an absolute path' },
    {
      given: 'postgres://db/mail?sslmode=verify-full&sslrootcert=ca.pem',
      want: 'sslrootcert is not an absolute path',
    },
    // Read and without effect, it would leave the password to whoever stands between.
    { given: 'postgres://db/mail?sslrootcert=/ca.pem', want: 'sslrootcert wants sslmode=verify-full' },
    {
      given: 'postgres://db/mail?sslmode=require&sslrootcert=/ca.pem',
      want: 'sslrootcert wants sslmode=verify-full',
    },
    {
      given: 'postgres:///mail?host=/run/postgresql&sslmode=require',
      want: 'a socket has no TLS; remove sslmode=require',
    },
    { given: 'postgres://a,b:x/mail', want: "names a server 'b:x', which is none" },
    { given: 'postgres://a,,b/mail', want: "names a server '', which is none" },
    { given: 'postgres://a,b/mail?host=/run', want: 'names several servers and host= or an empty one' },
    {
      given: 'postgres://a,b/mail?target_session_attrs=standby',
      want: 'target_session_attrs is read-write, primary, any, since Exact writes',
    },
    { given: 'postgres://a:100%@db/mail', want: 'holds a % without two hexadecimal digits after it' },
  ]) {
    it(`refuses ${given}`, () => expect(pgsqlOutput.refusal(output(given))).toBe(want));
  }

  it('reads those of MariaDB and MySQL by their own words', () => {
    const read = (path: string) => readUrl(mysqlOutput.form, { ...output(path), type: 'mysql' }, 'mx1');
    const table = { host: 'db', port: 3306, database: 'mail', user: 'exact', source: 'mx1' };
    expect(read('mysql://exact@db/mail')).toMatchObject({
      ...table,
      key: expect.stringMatching(/^mysql exact@/),
    });
    expect(read('mariadb://exact@db/mail')).toMatchObject(table);
    const others = [{ host: 'b', port: 3306 }];
    expect(read('mysql://exact@db,b/mail')).toMatchObject({ ...table, others, isWriterSought: true });
    expect(read('postgres://exact@db/mail')).toEqual({ reason: 'not a URL that begins mysql://' });
    expect(read('mysql:///mail')).toEqual({
      reason: 'names no host; a socket is mysql:///database?host=/run/mysqld/mysqld.sock',
    });
  });
});
