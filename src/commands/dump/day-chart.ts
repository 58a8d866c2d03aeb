/** The last day as a chart of three rows, a bar an hour, for a terminal: `exact dump --stats`. */
import type { ChalkInstance } from 'chalk';
import type { HourOfDay } from '../../state/day-by-hour.ts';
import { barOf, digitOf } from '../../terminal/bars.ts';
import { type Cell, type Column, formatTable } from '../../terminal/table.ts';
import { hourWords, numberWords } from '../../terminal/words.ts';

/** What it is drawn on. */
export interface Canvas {
  /** Without colours there are digits in the place of bars: a dumb terminal may have no others. */
  readonly colours: ChalkInstance;
  /** Width of the terminal; undefined or 0 where it does not say, as on a serial line. */
  readonly columns: number | undefined;
  /** The zone of the hours below which the bars stand; undefined is the system's. */
  readonly zone: string | undefined;
}

/** A row: what is counted, each hour's value, the sum where there is one, and its colour. */
interface Row {
  readonly name: string;
  readonly values: readonly (number | undefined)[];
  readonly hasSum: boolean;
  readonly paint: (text: string) => string;
}

/** Of a terminal that does not say how wide it is. */
const usualColumns = 80;
/** Where the terminal has so many columns, an hour takes two of them; what stands beside the bars takes the rest. */
const wideFrom = 76;
/** A time of day, with the blank behind it, takes as many columns as six hours do. */
const labelEvery = 6;

/** Returns the lines of the chart, the hours first; each row is as high as its own highest hour. */
export function drawnDay(hours: readonly HourOfDay[], canvas: Canvas): string[] {
  const { colours, zone } = canvas;
  const columns = canvas.columns || usualColumns;
  const perHour = columns < wideFrom ? 1 : 2;
  const isPlain = colours.level === 0;
  const axis = hours
    .filter((_, index) => index % labelEvery === 0)
    .map(({ begins }) => hourWords(begins, zone).padEnd(labelEvery * perHour))
    .join('');
  const titles: Column[] = [
    { title: 'by hour'.padEnd(11) },
    { title: axis, mayGo: true },
    { title: '24 h', alignsRight: true },
    { title: 'most', alignsRight: true },
  ];
  const of = (name: keyof HourOfDay) => hours.map((hour) => hour[name]);
  const rows: Row[] = [
    { name: 'logins', values: of('logins'), hasSum: true, paint: colours.green },
    { name: 'refused', values: of('refused'), hasSum: true, paint: colours.red },
    { name: 'addresses', values: of('addresses'), hasSum: false, paint: colours.cyan },
  ];
  const cells = rows.map(({ name, values, hasSum, paint }): Cell[] => {
    const most = Math.max(0, ...values.map((value = 0) => value));
    const sum = values.reduce<number>((all, value = 0) => all + value, 0);
    // A digit stands alone: twice, it would be another number.
    const drawn = values.map((value) =>
      isPlain ? digitOf(value, most).padEnd(perHour) : barOf(value, most).repeat(perHour),
    );
    return [
      { text: name },
      { text: drawn.join(''), paint },
      { text: hasSum ? numberWords(sum) : '' },
      { text: numberWords(most) },
    ];
  });
  return formatTable(titles, cells, columns);
}
