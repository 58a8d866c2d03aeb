/** Durations as people write them in exact.conf and on the command line. */

/** Why a text is no duration or instant. */
export interface Unread {
  readonly reason: string;
}

const day = 86_400;
const secondsOf: Readonly<Record<string, number>> = { d: day, h: 3600, m: 60, s: 1 };
const longest = 36_500 * day;

/**
 * Returns the seconds that a duration stands for, or the reason why it is none: `90s`, `30m`, `12h`, `7d`, or a
 * bare number of seconds. Whole and above zero, at most a hundred years.
 *
 * @example
 * parseDuration('30m'); // 1800
 */
export function parseDuration(text: string): number | Unread {
  const parts = /^(\d+)([smhd]?)$/.exec(text);
  if (parts === null) return { reason: 'not a duration, a whole number with s, m, h or d, as in 30m' };
  const seconds = Number(parts[1]) * (secondsOf[parts[2] || 's'] ?? 1);
  if (seconds === 0) return { reason: 'zero is no duration' };
  if (seconds > longest) return { reason: 'longer than a hundred years' };
  return seconds;
}

/** Returns the shortest text that {@link parseDuration} reads as these seconds, a positive integer: `30m`, `90s`. */
export function durationText(seconds: number): string {
  const [unit = 's', size = 1] = Object.entries(secondsOf).find(([, each]) => seconds % each === 0) ?? [];
  return `${seconds / size}${unit}`;
}
