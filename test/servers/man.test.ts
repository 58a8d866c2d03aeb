/** The manual pages as mandoc and man(1) read them. */
import { spawnSync } from 'node:child_process';
import { beforeAll, expect, it } from 'vitest';
import { codeLines, pageColumns, pageNames, pagesFolder, readPage } from '../man/mdoc.ts';
import { installPackages } from './install.ts';

beforeAll(() => {
  installPackages({ mandoc: 'mandoc', man: 'man-db', groff: 'groff-base' });
});

it.each(pageNames)('mandoc has nothing to say of %s', (name) => {
  const args = ['-T', 'lint', '-W', 'warning', pagesFolder + name];
  const { status, stdout } = spawnSync('mandoc', args, { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
});

/** Programs that show a page in a terminal, without its boldface. */
const formatters: Readonly<Record<string, (path: string) => string>> = {
  mandoc: (path) => `mandoc -T utf8 -O width=${pageColumns} '${path}' | col -bx`,
  man: (path) => `MANWIDTH=${pageColumns} man -P cat -l '${path}' | col -bx`,
};

const untabbed = (line: string) => line.trimEnd().replace(/(?<=\S)\s+/g, ' ');

it.each(pageNames.flatMap((name) => Object.keys(formatters).map((by) => [name, by] as const)))(
  'the code of %s stands where test/man takes it to stand, by %s',
  (name, by) => {
    const env = { ...process.env, LC_ALL: 'C.UTF-8' };
    const command = formatters[by]?.(pagesFolder + name) ?? '';
    const { stdout } = spawnSync('sh', ['-c', command], { encoding: 'utf8', env });
    const shown = new Set(stdout.split('\n').flatMap((line) => [line.trimEnd(), untabbed(line)]));
    const lines = codeLines(readPage(name)).map(({ text, indent }) => (' '.repeat(indent) + text).trimEnd());
    // Each formatter has tab stops of its own.
    expect(lines.filter((line) => !shown.has(line.includes('\t') ? untabbed(line) : line))).toEqual([]);
  },
);

it('exact(8) says on the first screen what runs when, what one has to do, and how one sees that it works', () => {
  const page = formatters.man?.(`${pagesFolder}exact.8`) ?? '';
  const { stdout } = spawnSync('sh', ['-c', page], { encoding: 'utf8' });
  const screen = stdout.split('\n').slice(0, 40).join(' ').replace(/\s+/g, ' ');
  for (const words of [
    /exact update runs each minute/,
    /exact update --check/,
    /exact dump ADDRESS/,
    /exact-maps\(7\)/,
  ])
    expect(screen).toMatch(words);
});
