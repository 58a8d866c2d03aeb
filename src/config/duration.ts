/** Durations and times as people write them in exact.conf and on the command line. It reads no clock. */
import { instantsOf, offsetAt } from './zone.ts';

/** Why a text is no duration or time. */
export interface Unread {
  readonly reason: string;
}

const secondsOf: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 };
const longest = 36_500 * 86_400;

/**
 * Returns the seconds that a duration stands for, or the reason why it is none: `90s`, `30m`, `12h`, `7d`, or a
 * bare number of seconds. Whole and above zero, at most a hundred years.
 *
 * @example
 * parseDuration('30m'); // 1800
 */
export function parseDuration(text: string): number | Unread {
  const parts = /^(\d+)([smhd]?)$/.exec(text);
  if (parts === null)
    return { reason: 'not a duration, which is a whole number with s, m, h or d, as in 30m' };
  const seconds = Number(parts[1]) * (secondsOf[parts[2] ?? ''] ?? 1);
  if (seconds === 0) return { reason: 'zero is no duration' };
  if (seconds > longest) return { reason: 'longer than a hundred years' };
  return seconds;
}

/** Returns the shortest text of whole units that {@link parseDuration} reads as these seconds: `30m`, `90s`. */
export function durationText(seconds: number): string {
  for (const [unit, size] of Object.entries(secondsOf)) {
    if (seconds % size === 0) return `${seconds / size}${unit}`;
  }
  throw new RangeError(`${seconds} is not a whole number of seconds`);
}

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?)?$/;
const timeOfDay = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/;

/**
 * Returns the instant (Unix seconds) that a text names, or the reason why it names none: a duration with its
 * unit is that long ago (`7d`, `2h`); `09:00` the latest such time of day that is not in the future;
 * `2026-11-22` the beginning of that day; or RFC 3339, where a time without an offset is one of the zone. A
 * fraction of a second is dropped.
 *
 * @param now Unix seconds.
 * @param zone As in the zone database; undefined: the system's.
 *
 * @example
 * parseTime('2026-11-22T10:15:04+01:00', now, undefined); // 1795338904
 */
export function parseTime(text: string, now: number, zone: string | undefined): number | Unread {
  if (/^\d+[smhd]$/.test(text)) {
    const ago = parseDuration(text);
    return typeof ago === 'number' ? now - ago : ago;
  }
  const clock = timeOfDay.exec(text);
  if (clock !== null) return latestAt(clock, now, zone);
  const stamp = rfc3339.exec(text);
  if (stamp !== null) return instantOf(stamp, zone);
  return { reason: 'not a time, such as 2h (ago), 09:00, 2026-11-22 or 2026-11-22T09:00:00Z' };
}

function latestAt(clock: RegExpExecArray, now: number, zone: string | undefined): number | Unread {
  const [hours, minutes, seconds] = [Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return { reason: 'there is no such time of day' };
  const localNow = now + offsetAt(now, zone);
  const today = localNow - (localNow % 86_400);
  const ofDay = hours * 3600 + minutes * 60 + seconds;
  // Two days back as well: Samoa had no 30 December 2011.
  const days = [today - 2 * 86_400, today - 86_400, today];
  const instants = days.flatMap((day) => instantsOf(day + ofDay, zone));
  return Math.max(...instants.filter((instant) => instant <= now));
}

function instantOf(stamp: RegExpExecArray, zone: string | undefined): number | Unread {
  const [year, month, day, hours, minutes, seconds] = stamp.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (year < 1970) return { reason: 'before 1970' };
  const midnight = Date.UTC(year, month - 1, day);
  // Date.UTC rolls over what the calendar does not have: 30 February becomes 2 March.
  if (new Date(midnight).getUTCDate() !== day || month < 1 || month > 12)
    return { reason: 'there is no such day' };
  if (hours > 23 || minutes > 59 || seconds > 60) return { reason: 'there is no such time of day' };
  const wallClock = midnight / 1000 + hours * 3600 + minutes * 60 + seconds;
  const offset = stamp[7];
  if (offset === undefined) return instantsOf(wallClock, zone)[0] ?? wallClock;
  if (offset === 'Z' || offset === 'z') return wallClock;
  const [offsetHours, offsetMinutes] = [Number(offset.slice(1, 3)), Number(offset.slice(-2))];
  if (offsetHours > 23 || offsetMinutes > 59) return { reason: 'there is no such offset from UTC' };
  const east = offsetHours * 3600 + offsetMinutes * 60;
  return offset.startsWith('-') ? wallClock + east : wallClock - east;
}
