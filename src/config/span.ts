/** Lengths of time as people write them on the command line, with their units, as journalctl(1) takes them. */
import type { Unread } from './duration.ts';

/** Seconds of each unit, by every name that it has. */
const units = new Map(
  Object.entries({
    's sec secs second seconds': 1,
    'm min mins minute minutes': 60,
    'h hr hrs hour hours': 3600,
    'd day days': 86_400,
    'w week weeks': 7 * 86_400,
  }).flatMap(([names, seconds]) => names.split(' ').map((name) => [name, seconds] as const)),
);

const longest = 36_500 * 86_400;

/**
 * Returns the seconds of a length of time, or the reason why the text is none: `30m`, `1w`, `2 days`, `1h 30min`. A
 * number wants its unit, since 24 might be meant as hours. Whole and above zero, at most a hundred years.
 */
export function parseSpan(text: string): number | Unread {
  if (/^\d+$/.test(text)) return { reason: `without a unit; write ${text}h, ${text}m or ${text}s` };
  if (!/^(?:\d+ ?[a-z]+ ?)+$/.test(`${text} `)) return notASpan;
  let seconds = 0;
  for (const [, number, name = ''] of text.matchAll(/(\d+) ?([a-z]+)/g)) {
    const unit = units.get(name);
    if (unit === undefined) return notASpan;
    seconds += Number(number) * unit;
  }
  if (seconds === 0) return { reason: 'zero, which is no duration' };
  return seconds > longest ? { reason: 'longer than a hundred years' } : seconds;
}

/** Why a text that is no length of time is none. */
export const notASpan: Unread = { reason: 'not a duration, such as 30m, 24h, 7d or 1w' };
