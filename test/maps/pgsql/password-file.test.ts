import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { passwordIn, passwordOnDisk } from '../../../src/maps/pgsql/password-file.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const login = { host: 'db', port: 5432, database: 'mail', user: 'exact' };

describe('passwordIn', () => {
  for (const { name, given, want } of [
    { name: 'the line that fits', given: 'db:5432:mail:other:1\ndb:5432:mail:exact:2\n', want: '2' },
    { name: 'the first that fits', given: '# db:5432:mail:exact:0\n*:*:*:exact:1\n*:*:*:*:2', want: '1' },
    { name: 'escaped characters', given: 'db:5432:mail:exact:a\\:b\\\\c', want: 'a:b\\c' },
    { name: 'another host', given: 'db2:5432:mail:exact:1', want: undefined },
    { name: 'another port', given: 'db:5433:mail:exact:1', want: undefined },
    { name: 'another database', given: 'db:5432:mai:exact:1', want: undefined },
    { name: 'no password', given: 'db:5432:mail', want: undefined },
    { name: 'an empty file', given: '', want: undefined },
  ]) {
    it(`knows ${name}`, () => expect(passwordIn(given, login)).toBe(want));
  }

  it('knows a socket as localhost', () => {
    expect(passwordIn('localhost:5432:mail:exact:1', { ...login, host: '/run/postgresql' })).toBe('1');
    expect(passwordIn('localhost:5432:mail:exact:1', login)).toBeUndefined();
  });
});

describe('passwordOnDisk', () => {
  const passwordFile = () => {
    const path = join(temporaryFolder(), 'pgpass');
    writeFileSync(path, 'db:*:*:exact:secret\n', { mode: 0o600 });
    return path;
  };

  it('finds it in the file that PGPASSFILE or the caller names', () => {
    const path = passwordFile();
    expect(passwordOnDisk(login, { PGPASSFILE: path })).toBe('secret');
    expect(passwordOnDisk(login, { PGPASSFILE: `${path}.none` }, path)).toBe('secret');
  });

  it('says why there is none', () => {
    const path = passwordFile();
    expect(() => passwordOnDisk(login, { PGPASSFILE: `${path}.none` })).toThrow(
      `it wants a password, and ${path}.none cannot be read: no such file`,
    );
    expect(() => passwordOnDisk({ ...login, user: 'other' }, { PGPASSFILE: path })).toThrow(
      `it wants a password, and ${path} has none for db:5432:mail:other`,
    );
    chmodSync(path, 0o640);
    expect(() => passwordOnDisk(login, { PGPASSFILE: path })).toThrow(
      `it wants a password, and ${path} may be read by others: chmod 600 it`,
    );
  });
});
