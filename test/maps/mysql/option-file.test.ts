import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { passwordIn, passwordOnDisk } from '../../../src/maps/mysql/option-file.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

describe('passwordIn', () => {
  for (const { name, given, want } of [
    { name: 'that of [client]', given: '[mysqld]\npassword=1\n[client]\npassword=2\n', want: '2' },
    { name: 'the last one', given: '[client]\npassword = 1\n[mysql]\n[client]\npassword=2', want: '2' },
    { name: 'one in quotes', given: '[client]\npassword = "a b#"\n', want: 'a b#' },
    { name: 'one with any characters', given: '[client]\npassword=p:w@rd/=1\n', want: 'p:w@rd/=1' },
    { name: 'none in a comment', given: '[client]\n# password=1\n', want: undefined },
    { name: 'none in another section', given: 'password=0\n[exact]\npassword=1\n', want: undefined },
  ]) {
    it(`knows ${name}`, () => expect(passwordIn(given)).toBe(want));
  }
});

describe('passwordOnDisk', () => {
  it('finds it in a file that nobody else may read, and says what is wrong with others', () => {
    const path = join(temporaryFolder(), 'exact.cnf');
    writeFileSync(path, '[client]\npassword=secret\n', { mode: 0o600 });
    expect(passwordOnDisk(path)).toBe('secret');
    chmodSync(path, 0o640);
    const lack = (why: string) => `it wants a password, and ${path} ${why}`;
    expect(() => passwordOnDisk(path)).toThrow(lack('may be read by others: chmod 600 it'));
    writeFileSync(path, '[mysql]\npassword=secret\n');
    chmodSync(path, 0o600);
    expect(() => passwordOnDisk(path)).toThrow(lack('has none in its section [client]'));
    expect(() => passwordOnDisk(`${path}.none`)).toThrow('cannot be read: no such file');
  });
});
