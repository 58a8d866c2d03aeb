/** Manual pages as their mdoc(7) source has them, taken apart as far as the tests compare it with the program. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the pages. */
export const pagesFolder = fileURLToPath(new URL('../../man/', import.meta.url));

/** Names of all pages, as `exact.8`. */
export const pageNames: readonly string[] = readdirSync(pagesFolder).sort();

/** An item of a list: what stands after `.It`, and the lines below it, inner lists and their items included. */
export interface Item {
  readonly head: string;
  readonly lines: readonly string[];
}

/** Returns the source of a page. */
export function readPage(name: string): string {
  return readFileSync(pagesFolder + name, 'utf8');
}

/** Returns the lines below a heading (`.Sh EXAMPLES`, `.Ss Output`), up to the next one of its level or above. */
export function linesUnder(page: string, heading: string): string[] {
  const lines = page.split('\n');
  const start = lines.indexOf(heading);
  if (start < 0) return [];
  const isEnd = (line: string) =>
    line.startsWith('.Sh ') || (heading.startsWith('.Ss ') && line.startsWith('.Ss '));
  const length = lines.slice(start + 1).findIndex(isEnd);
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length);
}

/** Returns the items of outer lists among the lines of a page. */
export function itemsOf(lines: readonly string[]): Item[] {
  const items: { head: string; lines: string[] }[] = [];
  let depth = 0;
  for (const line of lines) {
    if (line.startsWith('.El')) depth--;
    if (depth === 1 && line.startsWith('.It ')) items.push({ head: line.slice('.It '.length), lines: [] });
    else if (depth > 0) items.at(-1)?.lines.push(line);
    if (line.startsWith('.Bl ')) depth++;
  }
  return items;
}

/** An option as a page names it: `Fl c , Fl -config Ar FILE` or `Fl -color Cm auto | always | never`. */
export interface PageOption {
  readonly name: string;
  readonly alias?: string;
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly repeats: boolean;
}

/** Returns the options that the items of some lines describe. */
export function optionsOf(lines: readonly string[]): PageOption[] {
  return itemsOf(lines).flatMap((item) => {
    const found = /^(?:Fl (\w) , )?Fl -([\w-]+)(?: Ar (\w+)| Cm (.+))?$/.exec(item.head);
    if (found === null) return [];
    const [, alias, name = '', value, choices] = found;
    return {
      name,
      ...(alias === undefined ? {} : { alias }),
      ...(value === undefined ? {} : { value }),
      ...(choices === undefined ? {} : { choices: choices.split(' | ') }),
      repeats: item.lines.includes('May repeat.'),
    };
  });
}

/** Returns the literal blocks of a page (`.Bd -literal`), as they would be typed. */
export function literalBlocks(page: string): string[] {
  return [...page.matchAll(/^\.Bd -literal.*\n((?:.*\n)*?)\.Ed$/gm)].map(([, block = '']) => typed(block));
}

/** Returns the command lines that a page shows by `.Dl`, as they are typed. */
export function shownLines(page: string): string[] {
  return [...page.matchAll(/^\.Dl (.*)$/gm)].map(([, line = '']) => typed(line));
}

/** A line that stands as it is typed, and the columns before it. */
export interface CodeLine {
  readonly text: string;
  readonly indent: number;
  /** Columns of the page up to which it may go: man(1) breaks `.Dl` two before the end. */
  readonly end: number;
}

/** Columns of the terminal that the pages are made for. */
export const pageColumns = 80;

/** Columns before the text of a section. */
const sectionIndent = 5;

/** Columns by which `.Dl` and `-offset indent` go further to the right. */
const displayIndent = 6;

/** Columns that are left for a line in a block without `-offset indent`. */
export const literalColumns = pageColumns - sectionIndent;

/**
 * Returns the lines of a page that no formatter breaks: literal blocks and `.Dl`.
 *
 * @throws Error for a block within a list, since how far to the right that stands is not known here.
 */
export function codeLines(page: string): CodeLine[] {
  let depth = 0;
  let indent: number | undefined;
  return page.split('\n').flatMap((line) => {
    if (line === '.Ed') indent = undefined;
    if (indent !== undefined) return [{ text: typed(line), indent, end: pageColumns }];
    if (line.startsWith('.Bl ')) depth++;
    if (line === '.El') depth--;
    const [, display, more = ''] = /^\.(Bd|Dl)\b(.*)/.exec(line) ?? [];
    if (display === undefined) return [];
    if (depth > 0) throw new Error(`a display in a list: ${line}`);
    if (display === 'Dl')
      return [{ text: typed(more.trim()), indent: sectionIndent + displayIndent, end: pageColumns - 2 }];
    indent = sectionIndent + (more.includes('-offset indent') ? displayIndent : 0);
    return [];
  });
}

function typed(text: string): string {
  return text
    .replace(/\\&/g, '')
    .replace(/\\\(dq/g, '"')
    .replace(/\\e/g, '\\');
}
