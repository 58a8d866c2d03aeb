/**
 * Columns of a terminal: what a text takes, and a text cut or filled to so many. A character of Chinese, Japanese or
 * Korean takes two, as most emoji do; an accent of its own takes none. Text comes here escaped: control characters
 * move the cursor and have no width.
 */
import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter();

/** A character as readers see one, and the columns that it takes. */
export interface Glyph {
  readonly text: string;
  readonly columns: number;
}

/** Returns the columns that a text takes. */
export function columnsOf(text: string): number {
  return stringWidth(text, { countAnsiEscapeCodes: true });
}

/** Returns the characters of a text as readers see them: an accent belongs to its letter. */
export function glyphsOf(text: string): Glyph[] {
  return [...segmenter.segment(text)].map(({ segment }) => ({ text: segment, columns: columnsOf(segment) }));
}

/** Returns a text that takes `width` columns at most, with `…` at its end where it was cut; one column at least. */
export function cutToColumns(text: string, width: number): string {
  if (columnsOf(text) <= width) return text;
  let cut = '';
  let left = width - 1;
  for (const { text: glyph, columns } of glyphsOf(text)) {
    left -= columns;
    if (left < 0) break;
    cut += glyph;
  }
  return `${cut}…`;
}
