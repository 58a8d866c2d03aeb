/** Tables in columns: numbers to the right, the widest column cut where a terminal is too narrow. */
import { columnsOf, cutToColumns } from './columns.ts';

/** A column. */
export interface Column {
  /** A table without any title has no head. */
  readonly title: string;
  readonly alignsRight?: boolean;
  /** May be cut, with `…`, to fit the width. */
  readonly mayShrink?: boolean;
  /** Left out where the width does not do even so. */
  readonly mayGo?: boolean;
}

/** A cell: its text, and how to colour it once its width is settled. */
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/**
 * Returns the lines of a table, the titles first, if there are any. `width` is the number of columns of a terminal; undefined
 * cuts nothing.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number | undefined,
): string[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((row) => columnsOf(row[index]?.text ?? ''))),
  );
  if (width !== undefined && !shrink(columns, widths, width) && columns.some(({ mayGo }) => mayGo)) {
    const stays = (_one: unknown, index: number) => columns[index]?.mayGo !== true;
    return formatTable(
      columns.filter(stays),
      rows.map((row) => row.filter(stays)),
      width,
    );
  }
  const titles = columns.map(({ title }): Cell => ({ text: title }));
  const hasHead = columns.some(({ title }) => title !== '');
  return [...(hasHead ? [titles] : []), ...rows].map((row) => {
    const cells = columns.map(({ alignsRight = false }, index) => {
      const { text, paint = (plain: string) => plain } = row[index] ?? { text: '' };
      const cut = cutToColumns(text, widths[index] ?? 0);
      const gap = ' '.repeat(Math.max(0, (widths[index] ?? 0) - columnsOf(cut)));
      return alignsRight ? gap + paint(cut) : paint(cut) + gap;
    });
    return cells.join('  ').trimEnd();
  });
}

/** Cuts what may be cut, and reports whether all fits then. */
function shrink(columns: readonly Column[], widths: number[], width: number): boolean {
  const total = () => widths.reduce((sum, each) => sum + each, 0) + 2 * (widths.length - 1);
  for (const [index, { title, mayShrink = false }] of columns.entries()) {
    const excess = total() - width;
    if (excess > 0 && mayShrink) widths[index] = Math.max(title.length, 8, (widths[index] ?? 0) - excess);
  }
  return total() <= width;
}
