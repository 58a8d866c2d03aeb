/** How `exact test-rule` shows lines to people: parts in colours, carets under columns, cut to a terminal. */
import type { ChalkInstance } from 'chalk';
import type { LineParts } from '../../rule-debugger/parts.ts';
import type { Span } from '../../rule-debugger/pattern.ts';
import type { Zone } from '../../syslog/zone.ts';
import { columnsOf, type Glyph, glyphsOf } from '../../terminal/columns.ts';
import { escapeControls } from '../../terminal/escape.ts';

/** Returns a log line, control characters escaped, each of its parts in its colour. */
export function paintedLine(line: string, parts: LineParts, chalk: ChalkInstance): string {
  const painted: readonly (readonly [Span | undefined, ChalkInstance])[] = [
    [parts.stamp, chalk.blue],
    [parts.host, chalk.magenta],
    [parts.program, chalk.cyan],
    [parts.user, chalk.green],
    [parts.address, chalk.yellow],
  ];
  const present = painted.flatMap(([span, paint]) => (span === undefined ? [] : [{ ...span, paint }]));
  let text = '';
  let at = 0;
  for (const { start, end, paint } of present.sort((a, b) => a.start - b.start)) {
    // A user's group may lie within an address's in a careless rule.
    if (start < at) continue;
    text += escapeControls(line.slice(at, start)) + paint(escapeControls(line.slice(start, end)));
    at = end;
  }
  return text + escapeControls(line.slice(at));
}

/** A text with marks under a part of it. */
export interface Marked {
  /** What stands before the mark, control characters escaped; cut, with `…` at its beginning, where it is too long. */
  readonly before: string;
  /** What is marked and what follows it, cut with `…` at its end. */
  readonly rest: string;
  /** Columns before the mark. */
  readonly indent: number;
  /** Columns that are marked, one at least. */
  readonly width: number;
}

/** Columns that are kept before and after a mark where a text is cut. */
const leastContext = 20;

/** Returns a text so that a part of it, and what stands around, fits into so many columns; undefined cuts nothing. */
export function marked(text: string, part: Span, width = Number.POSITIVE_INFINITY): Marked {
  const before = glyphsOf(escapeControls(text.slice(0, part.start)));
  const within = glyphsOf(escapeControls(text.slice(part.start, part.end)));
  const after = glyphsOf(escapeControls(text.slice(part.end)));
  const [indent, marks, rest] = [before, within, after].map(sumOf) as [number, number, number];
  const total = indent + marks + rest;
  if (total <= width) return markedOf(before, within, after);
  const context = Math.max(leastContext, Math.floor((width - marks) / 2));
  const from = Math.max(0, Math.min(indent - context, total - width));
  const [shownBefore, shownWithin, shownAfter] = window([before, within, after], from, from + width);
  return markedOf(shownBefore ?? [], shownWithin ?? [], shownAfter ?? []);
}

/**
 * Returns the line below a marked text that says something of the mark: carets, then the words; the words first where
 * only so both fit into so many columns, and on a line of their own where neither does. Undefined takes any length.
 */
export function markLine(
  mark: Marked,
  words: string,
  paint: ChalkInstance,
  width = Number.POSITIVE_INFINITY,
): string {
  const blanks = (count: number) => ' '.repeat(count);
  const carets = '^'.repeat(mark.width);
  const length = columnsOf(words);
  if (mark.indent + mark.width + 1 + length <= width)
    return blanks(mark.indent) + paint(`${carets} ${words}`);
  const gap = mark.indent - length - 1;
  if (gap >= 0) return blanks(gap) + paint(`${words} ${carets}`);
  return `${blanks(mark.indent)}${paint(carets)}\n  ${paint(words)}`;
}

function markedOf(before: readonly Glyph[], within: readonly Glyph[], after: readonly Glyph[]): Marked {
  const textOf = (glyphs: readonly Glyph[]) => glyphs.map(({ text }) => text).join('');
  return {
    before: textOf(before),
    rest: textOf([...within, ...after]),
    indent: sumOf(before),
    width: Math.max(1, sumOf(within)),
  };
}

function sumOf(glyphs: readonly Glyph[]): number {
  return glyphs.reduce((sum, { columns }) => sum + columns, 0);
}

const ellipsis: Glyph = { text: '…', columns: 1 };

/** Returns the characters of each part that lie between two columns of all; the first and last are `…` where some do not. */
function window(parts: readonly (readonly Glyph[])[], from: number, to: number): Glyph[][] {
  let column = 0;
  const placed = parts.flatMap((glyphs, part) =>
    glyphs.map((glyph) => {
      const start = column;
      column += glyph.columns;
      return { glyph, part, isShown: start >= from && column <= to };
    }),
  );
  const first = placed.findIndex(({ isShown }) => isShown);
  const last = placed.findLastIndex(({ isShown }) => isShown);
  const isCut = (index: number) =>
    (index === first && first > 0) || (index === last && last < placed.length - 1);
  return parts.map((_glyphs, wanted) =>
    placed.flatMap(({ glyph, part, isShown }, index) =>
      isShown && part === wanted ? [isCut(index) ? ellipsis : glyph] : [],
    ),
  );
}

/** Returns an instant as RFC 3339 with the offset of a zone: `2026-11-22T10:04:26+01:00`. */
export function zonedText(seconds: number, zone: Zone): string {
  const offset = zone(seconds);
  const local = new Date((seconds + offset) * 1000).toISOString().slice(0, 19);
  const minutes = Math.abs(offset) / 60;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${local}${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}
