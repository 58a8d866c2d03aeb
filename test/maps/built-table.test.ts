import {
  copyFileSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type TableRecipe, writeBuiltTable } from '../../src/maps/built-table.ts';
import { textMap } from '../../src/maps/text.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { failureOf, outputOf } from './map-table.ts';

/** A table whose program copies its lines. */
function recipeIn(folder: string, rest: Partial<TableRecipe> = {}): TableRecipe {
  return {
    path: join(folder, 'relay.db'),
    suffix: '.db',
    line: (address) => `${address} OK`,
    make: (source, table) => copyFileSync(source, table),
    ...rest,
  };
}

function writerIn(folder: string, rest: Partial<TableRecipe> = {}, mode = 0o640) {
  return writeBuiltTable(outputOf(textMap, { path: join(folder, 'relay'), mode }), recipeIn(folder, rest));
}

describe('writeBuiltTable()', () => {
  it('publishes what the program makes of the lines, and leaves nothing else', () => {
    const folder = temporaryFolder();
    const writer = writerIn(folder, { preface: '# own\n', line: (a) => (a === 'b' ? undefined : a) });
    for (const address of ['a', 'b', 'c']) writer.add(address);
    writer.finish();
    expect(existsSync(join(folder, 'relay.db'))).toBe(false);
    writer.publish();
    writer.discard();
    expect(readFileSync(join(folder, 'relay.db'), 'utf8')).toBe('# own\na\nc\n');
    expect(statSync(join(folder, 'relay.db')).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['relay.db']);
  });

  it('keeps every byte of a long preface', () => {
    const folder = temporaryFolder();
    const preface = `${'é\u0080#'.repeat(100_000)}\n`;
    const writer = writerIn(folder, { preface });
    writer.finish();
    writer.publish();
    expect(readFileSync(join(folder, 'relay.db'), 'latin1')).toBe(preface);
  });

  it('P07 publishes copies under further names, each a file of its own', () => {
    const folder = temporaryFolder();
    const other = join(folder, 'relay');
    writeFileSync(other, 'old');
    linkSync(other, join(folder, 'kept'));
    const writer = writerIn(folder, { furtherPaths: [other] }, 0o600);
    writer.add('a');
    writer.finish();
    expect(readFileSync(other, 'utf8')).toBe('old');
    writer.publish();
    expect(readFileSync(other, 'utf8')).toBe('a OK\n');
    expect(statSync(other)).toMatchObject({ nlink: 1 });
    expect(statSync(other).mode & 0o777).toBe(0o600);
    expect(statSync(other).ino).not.toBe(statSync(join(folder, 'relay.db')).ino);
    expect(readdirSync(folder).sort()).toEqual(['kept', 'relay', 'relay.db']);
  });

  it('P07 gives a copy that Postfix takes for the source no later time than the table', () => {
    const folder = temporaryFolder();
    const [table, copy] = [join(folder, 'relay.db'), join(folder, 'relay')];
    const make = (source: string, path: string) => {
      copyFileSync(source, path);
      utimesSync(path, 1_000_000, 1_000_000);
    };
    const writer = writerIn(folder, { furtherPaths: [copy], make });
    writer.finish();
    writer.publish();
    expect(statSync(copy).mtimeMs).toBe(statSync(table).mtimeMs);
  });

  it('has one digest for one content', () => {
    const digestOf = (preface: string, ...addresses: readonly string[]) => {
      const writer = writerIn(temporaryFolder(), { preface });
      for (const address of addresses) writer.add(address);
      return writer.finish();
    };
    expect(digestOf('', 'a', 'b')).toBe(digestOf('', 'a', 'b'));
    expect(new Set([digestOf(''), digestOf('', 'a'), digestOf('', 'b'), digestOf('# x\n', 'a')]).size).toBe(
      4,
    );
  });

  it('leaves the old table, and no other file, if the program makes none', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'relay.db');
    writeFileSync(path, 'old');
    const writer = writerIn(folder, { make: () => {} });
    writer.add('a');
    expect(failureOf(() => writer.finish())).toBe(
      `${path}: cannot publish: no such file; the old map stays in use, and expired addresses stay in it`,
    );
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['relay.db']);
  });

  it('leaves nothing when it is given up, at whatever step', () => {
    for (const steps of [[], ['add'], ['add', 'finish']]) {
      const folder = temporaryFolder();
      const writer = writerIn(folder, { furtherPaths: [join(folder, 'relay')] });
      if (steps.includes('add')) writer.add('a');
      if (steps.includes('finish')) writer.finish();
      writer.discard();
      writer.discard();
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it('names the table for a folder that is missing', () => {
    expect(failureOf(() => writerIn('/nonexistent'))).toMatch(
      /^\/nonexistent\/relay.db: cannot publish: there is no folder/,
    );
  });
});
