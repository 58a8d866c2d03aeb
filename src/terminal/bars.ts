/** A number as one character that is as high as the number is great, beside the greatest of its row. */

/** Eighths of a character, from the lowest. */
const eighths = '▁▂▃▄▅▆▇█';

/** Returns a block of one to eight eighths; a blank for nothing, and for what is not known. */
export function barOf(value: number | undefined, greatest: number): string {
  return value === undefined || value <= 0
    ? ' '
    : (eighths[levelOf(value, greatest, eighths.length) - 1] ?? ' ');
}

/** Returns the same in ASCII: a digit from 1 to 9, a full stop for nothing, a blank for what is not known. */
export function digitOf(value: number | undefined, greatest: number): string {
  if (value === undefined) return ' ';
  return value <= 0 ? '.' : String(levelOf(value, greatest, 9));
}

/** From 1, so that the least does not look like nothing; the greatest alone has the highest. */
function levelOf(value: number, greatest: number, levels: number): number {
  return Math.min(levels, Math.max(1, Math.floor((value / greatest) * levels)));
}
