/**
 * Wall-clock times of a time zone, and the instants that they name: none in the hour that spring leaves out,
 * two in the hour that autumn repeats. It reads no clock.
 */

/** A formatter takes a millisecond to make; a run needs one or two. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
    formatters.set(zone, formatter);
  }
  return formatter;
}

/** Returns the offset from UTC in seconds, east positive, that a zone (undefined: the system's) has at an instant. */
export function offsetAt(instant: number, zone: string | undefined): number {
  const date = new Date(instant * 1000);
  if (zone === undefined) return -60 * date.getTimezoneOffset();
  const name =
    formatterOf(zone)
      .formatToParts(date)
      .find((part) => part.type === 'timeZoneName')?.value ?? '';
  // `GMT`, `GMT+01:00`, and `GMT-00:44:30` for times before standard time.
  const parts = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name);
  if (parts === null) return 0;
  const [, sign, hours, minutes, seconds] = parts;
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0);
  return sign === '-' ? -size : size;
}

/**
 * Returns the instants (Unix seconds, ascending) at which clocks of a zone show a wall-clock time, given as the
 * Unix seconds that it would be in UTC. In the hour that spring leaves out the clocks never show it, and the
 * instant is as long after the change as the wall-clock time would have been.
 */
export function instantsOf(wallClock: number, zone: string | undefined): number[] {
  const day = 86_400;
  const before = wallClock - offsetAt(wallClock - day, zone);
  const after = wallClock - offsetAt(wallClock + day, zone);
  const shown = [...new Set([before, after])].filter(
    (instant) => instant + offsetAt(instant, zone) === wallClock,
  );
  return shown.length === 0 ? [before] : shown.sort((a, b) => a - b);
}

/** Reports whether the zone database knows a zone by this name. */
export function isZone(name: string): boolean {
  // Newer versions of Node also take `+01:00` for a zone; what works must not depend on the version.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}
