/** Times, durations and numbers as people read them. */

/** Returns a duration in its largest sensible unit: `40 s`, `29 min`, `3 h`, `2 days`. */
export function durationWords(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 90) return `${whole} s`;
  if (whole < 90 * 60) return `${Math.floor(whole / 60)} min`;
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

/** Returns an instant as RFC 3339 in UTC, to the second: how JSON and tab-separated output write it. */
export function utcText(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** How an instant is told to people: the time of day today, with the weekday within a week, else the date. */
export function clockWords(seconds: number, now: number, zone: string | undefined): string {
  const style: Intl.DateTimeFormatOptions = {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  };
  const there = zone === undefined ? {} : { timeZone: zone };
  const day = (instant: number) =>
    new Intl.DateTimeFormat('en-CA', { ...there, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
      instant * 1000,
    );
  const time = new Intl.DateTimeFormat('en-GB', { ...there, ...style }).format(seconds * 1000);
  if (day(seconds) === day(now)) return time;
  const isNear = Math.abs(seconds - now) < 6 * 86_400;
  const weekday = new Intl.DateTimeFormat('en-GB', { ...there, weekday: 'short' }).format(seconds * 1000);
  return isNear ? `${weekday} ${time.slice(0, 5)}` : `${day(seconds)} ${time.slice(0, 5)}`;
}

/** Returns the short name of the zone that times are told in (`CET`). */
export function zoneWords(seconds: number, zone: string | undefined): string {
  const there = zone === undefined ? {} : { timeZone: zone };
  const parts = new Intl.DateTimeFormat('en-GB', { ...there, timeZoneName: 'short' }).formatToParts(
    seconds * 1000,
  );
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}
