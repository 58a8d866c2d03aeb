/** How `exact test-rule` shows lines to people: parts in colours, carets under columns, cut to a terminal. */
import type { ChalkInstance } from 'chalk';
import type { LineParts } from '../../rule-debugger/parts.ts';
import type { Span } from '../../rule-debugger/pattern.ts';
import type { Zone } from '../../syslog/zone.ts';
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
  /** Control characters escaped; cut at both ends, with `…`, where it is too long. */
  readonly text: string;
  /** Columns before the mark. */
  readonly indent: number;
  /** Columns that are marked, one at least. */
  readonly width: number;
}

/** Columns that are kept before and after a mark where a text is cut. */
const leastContext = 20;

/** Returns a text so that a part of it, and what stands around, fits into a width; undefined cuts nothing. */
export function marked(text: string, part: Span, width: number | undefined): Marked {
  const before = escapeControls(text.slice(0, part.start));
  const within = escapeControls(text.slice(part.start, part.end));
  const after = escapeControls(text.slice(part.end));
  const indent = columnsOf(before);
  const marks = Math.max(1, columnsOf(within));
  const whole = [...before, ...within, ...after];
  if (width === undefined || whole.length <= width) {
    return { text: whole.join(''), indent, width: marks };
  }
  const context = Math.max(leastContext, Math.floor((width - marks) / 2));
  const from = Math.max(0, Math.min(indent - context, whole.length - width));
  const to = Math.min(whole.length, from + width);
  const cut = whole.slice(from, to);
  if (from > 0) cut[0] = '…';
  if (to < whole.length) cut[cut.length - 1] = '…';
  return { text: cut.join(''), indent: indent - from, width: Math.min(marks, to - indent) };
}

function columnsOf(text: string): number {
  return [...text].length;
}

/** Returns an instant as RFC 3339 with the offset of a zone: `2026-11-22T10:04:26+01:00`. */
export function zonedText(seconds: number, zone: Zone): string {
  const offset = zone(seconds);
  const local = new Date((seconds + offset) * 1000).toISOString().slice(0, 19);
  const minutes = Math.abs(offset) / 60;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${local}${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}
