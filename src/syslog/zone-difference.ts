/**
 * Whether a log's stamps are in another time zone than the one they are read in. It guesses, for a warning; no
 * login is given another time for it.
 */

/** Zones differ by half hours; what is off by less is a line that was long on its way. Seconds. */
const [step, least, most] = [1800, 3600, 14 * 3600];

/** Syslog may hold a line back for so long, and two clocks may differ by so much. Seconds. */
const slack = 120;

/**
 * Returns how many seconds the stamps are behind the clock, 0 if they are not, or undefined where nobody can tell.
 * `oldest` and `newest` are the first and the last stamp of lines that were written between `from` and `to`; all
 * are Unix seconds.
 */
export function zoneDifference(
  [oldest, newest]: readonly [number, number],
  [from, to]: readonly [number, number],
): number | undefined {
  const isWithin = (behind: number) => oldest + behind >= from - slack && newest + behind <= to + slack;
  if (oldest > newest || to < from) return undefined;
  if (isWithin(0)) return 0;
  // Of lines that may be as old as half an hour, more than one difference would fit.
  if (to - from + 2 * slack >= step) return undefined;
  for (let behind = least; behind <= most; behind += step) if (isWithin(behind)) return behind;
  return undefined;
}
