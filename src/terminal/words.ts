/** Times, durations and numbers as people read them. */

/** Returns a duration in its largest sensible unit: `40 s`, `29 min`, `3 h`, `2 days`. */
export function durationWords(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 90) return `${whole} s`;
  if (whole < 120 * 60) return `${Math.floor(whole / 60)} min`;
  if (whole < 48 * 3600) return `${Math.floor(whole / 3600)} h`;
  return `${Math.floor(whole / 86_400)} days`;
}

/**
 * Returns how far a clock is from another, in seconds: `0 s`, `2 s ahead`, `59 min behind`. Runs begin at whole seconds,
 * and what they ask takes its time: below 2 seconds nothing is said to differ.
 */
export function clockDifferenceWords(seconds: number): string {
  const whole = Math.floor(Math.abs(seconds));
  if (whole < 2) return '0 s';
  return `${durationWords(whole)} ${seconds > 0 ? 'ahead' : 'behind'}`;
}

/** Returns a number with commas between thousands. */
export function numberWords(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Returns `1 address`, `2 addresses`. */
export function countWords(count: number, one: string, many = `${one}s`): string {
  return `${numberWords(count)} ${count === 1 ? one : many}`;
}

/** What {@link utcText} gave last: times come in runs, and what Date makes of one costs more than the rest of its line. */
const last = { seconds: Number.NaN, text: '', minute: Number.NaN, minuteText: '' };

/** Returns an instant as RFC 3339 in UTC, to the second: how JSON and tab-separated output write it. */
export function utcText(seconds: number): string {
  if (seconds === last.seconds) return last.text;
  const minute = Math.floor(seconds / 60);
  if (minute !== last.minute) {
    last.minuteText = new Date(minute * 60_000).toISOString().slice(0, 17);
    last.minute = minute;
  }
  const second = String(Math.floor(seconds) - minute * 60).padStart(2, '0');
  last.text = `${last.minuteText}${second}Z`;
  last.seconds = seconds;
  return last.text;
}

/** What is told of an instant, and how. */
const digits = '2-digit';
const formats = {
  day: ['en-CA', { year: 'numeric', month: digits, day: digits }],
  time: ['en-GB', { hour: digits, minute: digits, second: digits, hourCycle: 'h23' }],
  weekday: ['en-GB', { weekday: 'short' }],
  name: ['en-GB', { timeZoneName: 'short' }],
} as const;

/** By kind and zone. To make one takes as long as a hundred uses: each is made when it is needed. */
const made = new Map<string, Intl.DateTimeFormat>();

function formatOf(kind: keyof typeof formats, zone: string | undefined): Intl.DateTimeFormat {
  const name = `${kind} ${zone}`;
  const known = made.get(name);
  if (known !== undefined) return known;
  const [locale, parts] = formats[kind];
  const format = new Intl.DateTimeFormat(locale, zone === undefined ? parts : { ...parts, timeZone: zone });
  made.set(name, format);
  return format;
}

/**
 * Returns the date and the time of day of an instant, Unix seconds: `2026-11-30` and `09:00:00`. The system's own zone and
 * UTC, which most hosts go by, are asked of Date: to make a format takes as long as all else of an answer.
 */
function dayAndTime(seconds: number, zone: string | undefined): readonly [day: string, time: string] {
  const at = new Date(seconds * 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  if (zone === undefined) {
    return [
      `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
      `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`,
    ];
  }
  if (zone === 'UTC') return [at.toISOString().slice(0, 10), at.toISOString().slice(11, 19)];
  return [formatOf('day', zone).format(at), formatOf('time', zone).format(at)];
}

/**
 * Returns how an instant is told to people at `now`, both Unix seconds: the time of day today, with the weekday
 * within a week, else the date. An undefined zone is the system's.
 */
export function clockWords(seconds: number, now: number, zone: string | undefined): string {
  const [date, clock] = dayAndTime(seconds, zone);
  if (date === dayAndTime(now, zone)[0]) return clock;
  const isNear = Math.abs(seconds - now) < 6 * 86_400;
  return `${isNear ? formatOf('weekday', zone).format(seconds * 1000) : date} ${clock.slice(0, 5)}`;
}

/** Returns the time of day of an instant (Unix seconds), without seconds: `09:00`. */
export function hourWords(seconds: number, zone: string | undefined): string {
  return dayAndTime(seconds, zone)[1].slice(0, 5);
}

/** Returns the short name of the zone that times are told in (`CET`). */
export function zoneWords(seconds: number, zone: string | undefined): string {
  const parts = formatOf('name', zone).formatToParts(seconds * 1000);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}
