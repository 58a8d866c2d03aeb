/** The lines of an MTA's configuration as exact-maps(7) shows them: what is told is what is tested. */
import { literalBlocks, readPage } from '../man/mdoc.ts';

const blocks = literalBlocks(readPage('exact-maps.7'));

/** Returns the lines of the page that have a text among them; one block of lines must. */
export function documented(text: string): string {
  const found = blocks.filter((block) => block.includes(text));
  if (found.length !== 1) throw new Error(`exact-maps(7) has ${found.length} blocks of lines with '${text}'`);
  return (found[0] as string).trimEnd();
}
