import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { askYargs } from '../../src/commands/program.ts';
import { exactLines } from './command-lines.ts';
import { pageNames } from './mdoc.ts';

const root = new URL('../../', import.meta.url);

describe.each(['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md'])('%s', (name) => {
  const text = readFileSync(new URL(name, root), 'utf8');

  it('shows command lines that the program takes', async () => {
    const blocks = [...text.matchAll(/^ *```sh\n(.*?)^ *```/gms)].flatMap(([, block = '']) =>
      block.split('\n'),
    );
    const mentioned = [...text.matchAll(/`(exact [^`]*)`/g)].map(([, line = '']) => line);
    for (const words of [...blocks, ...mentioned].flatMap(exactLines)) {
      await expect(askYargs(words, '0.0.0', 80), words.join(' ')).resolves.toBeDefined();
    }
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
