import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Replacement, replaceFile } from '../../src/maps/replace-file.ts';
import { removeAbandoned } from '../../src/maps/temporary-file.ts';
import { Failure } from '../../src/problem.ts';
import { noon } from '../relay/table-model.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const bytes = Buffer.from('192.0.2.10\n');

describe('Replacement', () => {
  it('leaves the old file in its place until the new one is complete', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'relay.txt');
    writeFileSync(path, 'old\n');
    const replacement = new Replacement(path, { mode: 0o644 });
    replacement.append(bytes);
    expect(() => replacement.commit()).toThrow('before it was complete');
    replacement.complete();
    expect(readFileSync(path, 'utf8')).toBe('old\n');
    replacement.commit();
    expect(readFileSync(path)).toEqual(bytes);
    expect(readdirSync(folder)).toEqual(['relay.txt']);
  });

  it('leaves nothing behind when it is given up', () => {
    const folder = temporaryFolder();
    const replacement = new Replacement(join(folder, 'relay.txt'), { mode: 0o644 });
    replacement.append(bytes);
    replacement.discard();
    replacement.discard();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    { umask: 0o000, mode: 0o644 },
    { umask: 0o077, mode: 0o644 },
    { umask: 0o000, mode: 0o640 },
  ])('S10 has mode $mode under umask $umask', ({ umask, mode }) => {
    const path = join(temporaryFolder(), 'relay.txt');
    const before = process.umask(umask);
    try {
      replaceFile(path, bytes, { mode });
    } finally {
      process.umask(before);
    }
    expect(statSync(path).mode & 0o777).toBe(mode);
  });

  it('S07 replaces a symbolic link itself, and never what it names', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'passwd'), 'root');
    symlinkSync('passwd', join(folder, 'relay.txt'));
    replaceFile(join(folder, 'relay.txt'), bytes, { mode: 0o644 });
    expect(readFileSync(join(folder, 'passwd'), 'utf8')).toBe('root');
    expect(readFileSync(join(folder, 'relay.txt'))).toEqual(bytes);
  });

  it('writes into no old file, even one that has a second name', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'relay.txt'), 'old\n');
    linkSync(join(folder, 'relay.txt'), join(folder, 'kept'));
    replaceFile(join(folder, 'relay.txt'), bytes, { mode: 0o644 });
    expect(readFileSync(join(folder, 'kept'), 'utf8')).toBe('old\n');
    expect(statSync(join(folder, 'relay.txt')).nlink).toBe(1);
  });

  it.each([
    { name: 'a folder that is missing', path: 'none/relay.txt', why: 'there is no folder' },
    { name: 'a folder in its place', path: 'folder', why: 'is a directory' },
  ])('S06 names file and reason for $name', ({ path, why }) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'folder'));
    const target = join(folder, path);
    const attempt = () => replaceFile(target, bytes, { mode: 0o644, verb: 'publish' });
    expect(attempt).toThrow(Failure);
    expect(attempt).toThrow(`${target}: cannot publish: ${why}`);
    expect(readdirSync(folder)).toEqual(['folder']);
  });

  it('refuses a group that does not exist before anything is in place', () => {
    const folder = temporaryFolder();
    const attempt = () =>
      replaceFile(join(folder, 'relay.txt'), bytes, { mode: 0o640, group: 'no-such-group' });
    expect(attempt).toThrow("group 'no-such-group' does not exist");
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('removeAbandoned()', () => {
  it('S09 removes what killed runs left, by age, and nothing else', () => {
    const folder = temporaryFolder();
    const names = { old: '.relay.txt.0123456789ab.exact-new', young: '.state.ba9876543210.exact-new' };
    for (const name of [names.old, names.young, 'relay.txt', '.hidden']) {
      writeFileSync(join(folder, name), '');
      utimesSync(join(folder, name), noon - 3600, noon - 3600);
    }
    utimesSync(join(folder, names.young), noon - 60, noon - 60);
    removeAbandoned(folder, noon);
    expect(readdirSync(folder).sort()).toEqual(['.hidden', names.young, 'relay.txt']);
  });
});
