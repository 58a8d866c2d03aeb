/**
 * Stamps of log lines, as instants. What a stamp leaves open (year, zone, which of two equal autumn hours) is
 * settled by when the lines were written and by the zone; what is no time of any calendar is refused.
 */
import { countedSeconds, plainStamp } from './other-stamps.ts';
import type { Zone } from './zone.ts';

const day = 86_400;
/** Between two years that have a 29 February: 1896 and 1904. */
const mostYearsBack = 8;

const months: ReadonlyMap<string, number> = new Map(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name, index) => [
    name,
    index + 1,
  ]),
);

/**
 * Minutes of an hour between which nothing changes that is the same at both: offsets change at quarters of an hour (zone.ts),
 * and of what depends on when the lines were written the later minutes have the earlier reading.
 */
const quarterEnds = [0, 14, 15, 29, 30, 44, 45, 59];

const bsd = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d\d):(\d\d):(\d\d)$/;
const iso = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:([Zz])|([+-])(\d\d):?(\d\d))?$/;

/** Reads stamps; one for each log. */
export interface StampReader {
  /**
   * Returns Unix seconds, fractions cut off, or undefined for a text that is no stamp, or one before 1970. `writtenBefore` (Unix
   * seconds) is now, or when the file was last written: a stamp without a year lies in the latest year in
   * which it is at most a day later than that.
   */
  read(stamp: string, writtenBefore: number): number | undefined;
  /**
   * Returns the first second of a stamp's minute, if every second of that minute, whatever its fraction, is so
   * many seconds later as its digits say; undefined where that is not known.
   */
  minuteOf(stamp: string, writtenBefore: number): number | undefined;
  /**
   * Returns the first second of a stamp's hour, if the same is true of every minute of that hour, whose digits stand before
   * those of the seconds; undefined where that is not known.
   */
  hourOf(stamp: string, writtenBefore: number): number | undefined;
}

/** Returns a reader that takes stamps without a zone as local time of `zone`, those without a year as of `year` if given. */
export function createStampReader(zone: Zone, year?: number): StampReader {
  // The lines of a minute share all but their seconds: most need no arithmetic but a sum.
  let minute = '';
  let ending = '';
  let before = Number.NaN;
  let start: number | undefined;
  const readAny = (written: string, writtenBefore: number): number | undefined => {
    const stamp = isUsual(written) ? written : (countedSeconds(written) ?? plainStamp(written));
    if (typeof stamp !== 'string') {
      start = undefined;
      minute = '';
      return stamp;
    }
    const seconds = secondsIn(stamp);
    const rest = withoutFraction(stamp.slice(seconds + 2));
    const upTo = stamp.slice(0, seconds);
    if (upTo !== minute || rest !== ending || writtenBefore !== before) {
      [minute, ending, before] = [upTo, rest, writtenBefore];
      start = readStamp(`${upTo}00${rest}`, zone, writtenBefore, year);
      const last = readStamp(`${upTo}59${rest}`, zone, writtenBefore, year);
      // Not so where a change of offset or the limit of the year falls into it.
      if (start === undefined || last !== start + 59) start = undefined;
    }
    const second = Number(stamp.slice(seconds, seconds + 2));
    return start !== undefined && second < 60
      ? start + second
      : readStamp(`${upTo}${stamp.slice(seconds, seconds + 2)}${rest}`, zone, writtenBefore, year);
  };
  const minuteOf = (stamp: string, writtenBefore: number): number | undefined => {
    readAny(stamp, writtenBefore);
    return start === undefined || start < 0 ? undefined : start;
  };
  return {
    read(stamp, writtenBefore) {
      const seconds = readAny(stamp, writtenBefore);
      return seconds === undefined || seconds < 0 ? undefined : seconds;
    },
    minuteOf,
    hourOf(stamp, writtenBefore) {
      const minutes = secondsIn(stamp) - 3;
      if (!minuteBefore.test(stamp.slice(Math.max(0, minutes), minutes + 3))) return undefined;
      const first = minuteOf(withMinute(stamp, minutes, 0), writtenBefore);
      const isWhole = quarterEnds.every(
        (minute) =>
          minuteOf(withMinute(stamp, minutes, minute), writtenBefore) === (first ?? 0) + minute * 60,
      );
      return isWhole ? first : undefined;
    },
  };
}

const minuteBefore = /^[0-5]\d:$/;

function withMinute(stamp: string, at: number, minute: number): string {
  return `${stamp.slice(0, at)}${String(minute).padStart(2, '0')}${stamp.slice(at + 2)}`;
}

/** Reports whether a stamp looks like RFC 3164's or RFC 3339's; svlogd's, which does too, is none, nor one with a blank before its zone. */
function isUsual(stamp: string): boolean {
  if (stamp[4] !== '-') return monthAndDay.test(stamp);
  return (
    stamp[10] !== '_' &&
    stamp[19] !== ' ' &&
    !(stamp.length === 25 && stamp[19] === '.' && endsInFive.test(stamp))
  );
}

const monthAndDay = /^[A-Z][a-z]{2} {1,2}\d{1,2} \d/;
const endsInFive = /\.\d{5}$/;

/** Where the two digits of the seconds stand: in RFC 3339 at a fixed place, else after the last colon. */
export function secondsIn(stamp: string): number {
  return stamp[4] === '-' ? 17 : stamp.lastIndexOf(':') + 1;
}

function withoutFraction(rest: string): string {
  return rest === '' ? rest : rest.replace(/^[.,]\d{1,9}/, '');
}

function readStamp(
  stamp: string,
  zone: Zone,
  writtenBefore: number,
  givenYear: number | undefined,
): number | undefined {
  const full = iso.exec(stamp);
  if (full !== null) {
    const [, year, month, date, hour, minute, second, utc, sign, zoneHours, zoneMinutes] = full;
    const local = secondsOf(Number(year), Number(month), Number(date), [
      Number(hour),
      Number(minute),
      Number(second),
    ]);
    if (local === undefined) return undefined;
    if (utc !== undefined) return local;
    if (sign === undefined) return fromLocal(local, zone, writtenBefore);
    const offset = Number(zoneHours) * 3600 + Number(zoneMinutes) * 60;
    if (Number(zoneHours) > 23 || Number(zoneMinutes) > 59) return undefined;
    return sign === '+' ? local - offset : local + offset;
  }
  const short = bsd.exec(stamp);
  if (short === null) return undefined;
  const [, name = '', date, year, hour, minute, second] = short;
  const month = months.get(name);
  if (month === undefined) return undefined;
  const inYear = (wanted: number): number | undefined => {
    const local = secondsOf(wanted, month, Number(date), [Number(hour), Number(minute), Number(second)]);
    return local === undefined ? undefined : fromLocal(local, zone, writtenBefore);
  };
  const known = year === undefined ? givenYear : Number(year);
  if (known !== undefined) return inYear(known);
  const latest = writtenBefore + day;
  const thisYear = new Date((latest + zone(latest)) * 1000).getUTCFullYear();
  for (let wanted = thisYear; wanted >= thisYear - mostYearsBack; wanted--) {
    const seconds = inYear(wanted);
    if (seconds !== undefined && seconds <= latest) return seconds;
  }
  return undefined;
}

/** Seconds of a civil time taken as UTC; undefined where no calendar has it. A leap second is the next second. */
function secondsOf(
  year: number,
  month: number,
  date: number,
  [hour, minute, second]: readonly [number, number, number],
): number | undefined {
  if (month < 1 || month > 12 || date < 1 || minute > 59 || second > 60) return undefined;
  // ISO 8601 writes midnight at the end of a day as 24:00:00.
  if (hour > 23 && !(hour === 24 && minute === 0 && second === 0)) return undefined;
  const midnight = Date.UTC(year, month - 1, date);
  // Date makes 1 March of 29 February in a common year; no stamp may.
  if (new Date(midnight).getUTCDate() !== date) return undefined;
  return midnight / 1000 + hour * 3600 + minute * 60 + second;
}

/**
 * Returns the instant of a local time. Of the two that the autumn hour has, the later one that is not in the
 * future: Date takes the first, and a login just written would be an hour old, and lost. A time that the
 * spring gap swallows becomes one within an hour of it.
 */
function fromLocal(local: number, zone: Zone, writtenBefore: number): number {
  const [before, after] = [zone(local - day), zone(local + day)];
  if (before === after) return local - before;
  const readings = [local - before, local - after].filter((instant) => instant + zone(instant) === local);
  const [first = local - before, second = first] = readings.sort((a, b) => a - b);
  return second <= writtenBefore ? second : first;
}
