/** Durations and times as people write them in exact.conf and on the command line. It reads no clock. */
import { createStampReader } from '../syslog/stamp.ts';
import { namedZone, systemZone } from '../syslog/zone.ts';

/** Why a text is no duration or time. */
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

/**
 * Returns the instant (Unix seconds) that a text names, or the reason why it names none: a duration with its
 * unit is that long ago (`7d`, `2h`); `09:00` the latest such time of day that is not in the future;
 * `2026-11-22` the beginning of that day; or RFC 3339, where a time without an offset is one of the zone. A
 * fraction of a second is dropped.
 *
 * @param now Unix seconds.
 * @param zone A name of the zone database; undefined: the system's.
 *
 * @example
 * parseTime('2026-11-22T10:15:04+01:00', now, undefined); // 1795338904
 */
export function parseTime(text: string, now: number, zone: string | undefined): number | Unread {
  if (/^\d+[smhd]$/.test(text)) {
    const ago = parseDuration(text);
    return typeof ago === 'number' ? now - ago : ago;
  }
  const zoneOffset = (zone === undefined ? undefined : namedZone(zone)) ?? systemZone();
  const { read } = createStampReader(zoneOffset);
  if (/^\d\d?:\d\d(?::\d\d)?$/.test(text)) {
    const clock = withSeconds(text[1] === ':' ? `0${text}` : text);
    // Two days back as well: Samoa had no 30 December 2011.
    for (const daysBack of [0, 1, 2]) {
      const date = new Date((now + zoneOffset(now) - daysBack * day) * 1000).toISOString().slice(0, 10);
      const instant = read(`${date}T${clock}`, now);
      if (instant !== undefined && instant <= now) return instant;
    }
    return { reason: 'there is no such time of day' };
  }
  const [, date, clock, offset] = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d[:.\d]*)(.*))?$/.exec(text) ?? [];
  if (date === undefined)
    return { reason: 'not a time, such as 2h (ago), 09:00, 2026-11-22 or 2026-11-22T09:00:00Z' };
  return (
    read(`${date}T${withSeconds(clock ?? '00:00')}${offset ?? ''}`, now) ?? {
      reason: 'there is no such time',
    }
  );
}

function withSeconds(clock: string): string {
  return clock.length === 5 ? `${clock}:00` : clock;
}
