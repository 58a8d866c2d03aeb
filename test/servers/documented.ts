/** Lines and commands as the documentation shows them: what is told is what is tested. */
import { readFileSync } from 'node:fs';
import { literalBlocks, readPage } from '../man/mdoc.ts';

/** Returns the lines of a manual page that have a text among them; one block of lines must. */
export function documented(text: string, page = 'exact-maps.7'): string {
  const found = literalBlocks(readPage(page)).filter((block) => block.includes(text));
  if (found.length !== 1) throw new Error(`${page} has ${found.length} blocks of lines with '${text}'`);
  return (found[0] as string).trimEnd();
}

/** Returns the blocks of a language in a section of README.md, as they would be pasted: without the blanks before. */
export function readmeBlocks(section: string, language = 'sh'): string[] {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const text = readme.split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...text.matchAll(/^( *)```(\w*)\n(.*?)^ *```/gms)]
    .filter(([, , each]) => each === language)
    .map(([, blanks = '', , block = '']) => block.replace(new RegExp(`^${blanks}`, 'gm'), ''));
}
