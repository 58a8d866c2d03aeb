/** Time zones, for stamps that carry none: how far local time is ahead of UTC at an instant. */

/** Returns the offset of local time from UTC in seconds, east positive, at an instant in Unix seconds. */
export type Zone = (utcSeconds: number) => number;

/** Coordinated universal time. */
export const utc: Zone = () => 0;

/** Returns the zone of this process (TZ, or the system's), by Date. */
export function systemZone(): Zone {
  return perQuarterHour((seconds) => -60 * new Date(seconds * 1000).getTimezoneOffset());
}

/** Returns the zone of a name of the zone database (`Europe/Paris`), or undefined for a name that is none. */
export function namedZone(name: string): Zone | undefined {
  // To make a formatter, V8 loads its tables of languages and calendars: 11 ms, a quarter of what Node starts in.
  if (name === 'UTC') return utc;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
  return perQuarterHour((seconds) => {
    const parts = new Map(
      format.formatToParts(seconds * 1000).map(({ type, value }) => [type, Number(value)]),
    );
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const local = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return local / 1000 - seconds;
  });
}

const quarterHour = 900;

/** Every change of offset in use falls on a quarter of an hour, and asking Date or Intl for each line is slow. */
function perQuarterHour(offsetAt: Zone): Zone {
  const offsets = new Map<number, number>();
  let lastQuarter = Number.NaN;
  let lastOffset = 0;
  return (seconds) => {
    const quarter = Math.floor(seconds / quarterHour);
    if (quarter === lastQuarter) return lastOffset;
    let offset = offsets.get(quarter);
    if (offset === undefined) {
      if (offsets.size > 10_000) offsets.clear();
      offset = offsetAt(quarter * quarterHour);
      offsets.set(quarter, offset);
    }
    lastQuarter = quarter;
    lastOffset = offset;
    return offset;
  };
}
