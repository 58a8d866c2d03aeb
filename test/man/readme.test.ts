import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exactLines, expectTaken, expectUnderstood } from './command-lines.ts';
import { literalBlocks, pageNames, readPage } from './mdoc.ts';

const root = new URL('../../', import.meta.url);

describe.each(['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md'])('%s', (name) => {
  const text = readFileSync(new URL(name, root), 'utf8');

  it('shows command lines that the program takes', async () => {
    const blocks = [...text.matchAll(/^ *```sh\n(.*?)^ *```/gms)].flatMap(([, block = '']) =>
      block.split('\n'),
    );
    const mentioned = [...text.matchAll(/`(exact [^`]*)`/g)].map(([, line = '']) => line);
    for (const words of blocks.flatMap(exactLines)) await expectTaken(words);
    // In a sentence an option may stand for itself, without what it needs.
    for (const words of mentioned.flatMap(exactLines)) await expectUnderstood(words);
  });

  it('refers to pages and files that exist', () => {
    const pages = [...text.matchAll(/\b(exact[\w.-]*)\((\d)\)/g)].map(
      ([, page, section]) => `${page}.${section}`,
    );
    for (const page of pages) expect(pageNames).toContain(page);
    const files = [...text.matchAll(/\]\(([\w./-]+)\)/g)].map(([, path = '']) => path);
    for (const path of files) expect(existsSync(new URL(path, root)), path).toBe(true);
  });
});

it('README.md has lines for MTAs as exact-maps(7) has them, which the tests on servers run', () => {
  const text = readFileSync(new URL('README.md', root), 'utf8');
  const section = (name: string) => text.split(`\n## ${name}\n`)[1]?.split('\n## ')[0] ?? '';
  const table = section('OpenSMTPD, qmail, Courier, and the rest')
    .split('\n')
    .filter((line) => line.startsWith('| '));
  const cells = [...table.join('\n').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  const shared = section('Several hosts, one table');
  const lines = [...shared.matchAll(/^```\n(.*?)^```/gms)].flatMap(([, block = '']) =>
    block.trim().split('\n'),
  );
  const shown = literalBlocks(readPage('exact-maps.7')).flatMap((block) => block.trim().split('\n'));
  expect([...cells, ...lines].length).toBeGreaterThan(14);
  expect([...cells, ...lines].filter((line) => !shown.includes(line))).toEqual([]);
});
