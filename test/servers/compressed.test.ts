/** Logs that the programs of compression made which Node does not bring: each is read by its own program. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { readWholeFile } from '../../src/maillog/read-file.ts';
import { LogOnDisk, lines, linesOfChunks, now, stampOf } from '../maillog/log-on-disk.ts';
import { installPackages } from './install.ts';

beforeAll(() => installPackages({ bzip2: 'bzip2', xz: 'xz-utils', zstd: 'zstd', lz4: 'lz4' }));

let log: LogOnDisk;
beforeEach(() => {
  log = new LogOnDisk();
});
afterEach(() => log.remove());

const linesOf = () => linesOfChunks(readWholeFile(log.path, { now, stampOf, countLines: true }));

const kinds = [
  ['bzip2', 'bz2'],
  ['xz', 'xz'],
  ['zstd', 'zst'],
  ['lz4', 'lz4'],
] as const;

function compress(program: string, name: string, ending: string): void {
  execFileSync(program, ['-q', log.at(name), ...(program === 'lz4' ? [log.at(`${name}.${ending}`)] : [])]);
}

it.each(kinds)('%s: what it made is read, whatever its name', async (program, ending) => {
  log.append(['one', 'two', '', 'four'].join('\n'));
  compress(program, 'mail.log', ending);
  writeFileSync(log.path, readFileSync(log.at(`mail.log.${ending}`)));
  expect(await linesOf()).toEqual(['one', 'two', '', 'four']);
});

it.each(kinds)('R12 %s: the generation before is read to its end', async (program, ending) => {
  log.write(1);
  await log.run();
  log.write(2);
  log.rename('mail.log', 'mail.log.1');
  compress(program, 'mail.log.1', ending);
  execFileSync('rm', ['-f', log.at('mail.log.1')]);
  log.write(3);
  const { lines: read, reading } = await log.run();
  expect(read).toEqual(lines(2, 3));
  expect(reading.facts.filesRead).toEqual([log.at(`mail.log.1.${ending}`), log.path]);
});

it('what a program says of a damaged file is told', async () => {
  log.append('BZh91AY and then nothing of the kind');
  await expect(linesOf()).rejects.toThrow(/cannot decompress all of it: .*bzip2/);
});
