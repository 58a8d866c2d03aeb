/** Times, durations and numbers as people read them. */

/** Returns a duration in its largest sensible unit: `40 s`, `29 min`, `3 h`, `2 days`. */
export function durationWords(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 90) return `${whole} s`;
  if (whole < 120 * 60) return `${Math.floor(whole / 60)} min`;
  if (whole < 48 * 3600) return `${Math.floor(whole / 3600)} h`;
  return `${Math.floor(whole / 86_400)} days`;
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

/** The formats of one zone; making them takes longer than a hundred uses. */
interface ZoneFormats {
  readonly day: Intl.DateTimeFormat;
  readonly time: Intl.DateTimeFormat;
  readonly weekday: Intl.DateTimeFormat;
  readonly name: Intl.DateTimeFormat;
}

const formatsByZone = new Map<string | undefined, ZoneFormats>();

function formatsOf(zone: string | undefined): ZoneFormats {
  let formats = formatsByZone.get(zone);
  if (formats === undefined) {
    const there = zone === undefined ? {} : { timeZone: zone };
    const digits = '2-digit';
    formats = {
      day: new Intl.DateTimeFormat('en-CA', { ...there, year: 'numeric', month: digits, day: digits }),
      time: new Intl.DateTimeFormat('en-GB', {
        ...there,
        hour: digits,
        minute: digits,
        second: digits,
        hourCycle: 'h23',
      }),
      weekday: new Intl.DateTimeFormat('en-GB', { ...there, weekday: 'short' }),
      name: new Intl.DateTimeFormat('en-GB', { ...there, timeZoneName: 'short' }),
    };
    formatsByZone.set(zone, formats);
  }
  return formats;
}

/**
 * Returns how an instant is told to people at `now`, both Unix seconds: the time of day today, with the weekday
 * within a week, else the date. An undefined zone is the system's.
 */
export function clockWords(seconds: number, now: number, zone: string | undefined): string {
  const { day, time, weekday } = formatsOf(zone);
  const clock = time.format(seconds * 1000);
  const date = day.format(seconds * 1000);
  if (date === day.format(now * 1000)) return clock;
  const isNear = Math.abs(seconds - now) < 6 * 86_400;
  return `${isNear ? weekday.format(seconds * 1000) : date} ${clock.slice(0, 5)}`;
}

/** Returns the time of day of an instant (Unix seconds), without seconds: `09:00`. */
export function hourWords(seconds: number, zone: string | undefined): string {
  return formatsOf(zone)
    .time.format(seconds * 1000)
    .slice(0, 5);
}

/** Returns the short name of the zone that times are told in (`CET`). */
export function zoneWords(seconds: number, zone: string | undefined): string {
  const parts = formatsOf(zone).name.formatToParts(seconds * 1000);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}
