/**
 * Stamps that are neither RFC 3164's nor RFC 3339's, as one of these or as Unix seconds: TAI64N, svlogd's, journalctl's,
 * asctime(3)'s, and what strftime(3) makes of the usual choices for Dovecot's `log_timestamp`.
 */

/**
 * TAI is 10 s ahead of Unix time as libtai has it, which knows of no leap second (multilog, svlogd -t), and it writes
 * microseconds and a half: 500 ns at the end. s6-log counts leap seconds: those since that second of Unix time. For one
 * of its stamps in a thousand, which ends so too, the time is 27 s late.
 */
const leapSeconds = [
  [1_483_228_800, 37],
  [1_435_708_800, 36],
  [1_341_100_800, 35],
  [0, 34],
] as const;
const libtaiAhead = 10;

const tai = /^@40000000([\da-f]{8})([\da-f]{8})$/;
const epoch = /^\d{9,11}(?:[.]\d{1,9})?$/;

/** Returns the Unix seconds of a stamp that counts seconds, fractions cut off; undefined for another. */
export function countedSeconds(stamp: string): number | undefined {
  if (epoch.test(stamp)) return Math.floor(Number(stamp));
  const [, seconds = '', nanoseconds = ''] = tai.exec(stamp) ?? [];
  if (seconds === '') return undefined;
  const atomic = Number.parseInt(seconds, 16);
  if (Number.parseInt(nanoseconds, 16) % 1000 === 500) return atomic - libtaiAhead;
  for (const [since, ahead] of leapSeconds) if (atomic - ahead >= since) return atomic - ahead;
  return undefined;
}

const clock = String.raw`(\d\d:\d\d:\d\d)(?:[.,]\d{1,9})?`;
const zone = String.raw`(?: ?(Z|[A-Z]{2,5}|[+-]\d\d(?::?\d\d)?))?`;
const weekday = '(?:[A-Z][a-z]{2},? )?';
const monthNames = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** Each has groups of its own for year, month, day, time and zone. */
const forms: readonly RegExp[] = [
  `${weekday}(?<y>\\d{4})[-/.](?<m>\\d\\d)[-/.](?<d>\\d\\d)[T _-]${clock}${zone}`,
  `(?<d>\\d{1,2})\\.(?<m>\\d{1,2})\\.(?<y>\\d{4}),? ${clock}${zone}`,
  `${weekday}(?<d>\\d{1,2})[-/ ](?<m>[A-Z][a-z]{2})[-/ ](?<y>\\d{4})[: ]${clock}${zone}`,
].map((form) => new RegExp(`^${form}$`));
const asctime = new RegExp(`^[A-Z][a-z]{2},? ([A-Z][a-z]{2}) {1,2}(\\d{1,2}) ${clock}${zone} (\\d{4})$`);
const compact = new RegExp(String.raw`^(\d{4})(\d\d)(\d\d)[T _-]?(\d\d)(\d\d)(\d\d)${zone}$`);

/** svlogd's stamps are UTC, without saying so: -tt has a low line for the T, -ttt five digits after the seconds. */
const svlogd = /^\d{4}-\d\d-\d\d[_T]\d\d:\d\d:\d\d\.\d{5}$/;

/** Returns a stamp of one of these forms as RFC 3339 writes it, without a zone if it has none; undefined for another. */
export function plainStamp(stamp: string): string | undefined {
  if (svlogd.test(stamp)) return `${stamp.slice(0, 10)}T${stamp.slice(11, 19)}Z`;
  const [, name, date, clockOf, of, inYear] = asctime.exec(stamp) ?? [];
  if (name !== undefined) return written([inYear, name, date], clockOf, of);
  const [, y, m, d, hours, minutes, seconds, ending] = compact.exec(stamp) ?? [];
  if (y !== undefined) return written([y, m, d], `${hours}:${minutes}:${seconds}`, ending);
  for (const form of forms) {
    const found = form.exec(stamp);
    if (found === null) continue;
    const [clockAt, zoneAt] = [found.length - 2, found.length - 1];
    const { y: year, m: month, d: day } = found.groups ?? {};
    return written([year, month, day], found[clockAt], found[zoneAt]);
  }
  return undefined;
}

function written(
  [year = '', month = '', day = '']: readonly (string | undefined)[],
  clockOf = '',
  zoneOf: string | undefined = '',
): string | undefined {
  const number = /^\d/.test(month) ? month : `${monthNames.indexOf(month) / 3 + 1}`;
  if (!/^\d{1,2}$/.test(number)) return undefined;
  return `${year}-${number.padStart(2, '0')}-${day.padStart(2, '0')}T${clockOf}${offsetOf(zoneOf)}`;
}

/** Of a zone's short name only that of UTC says which: other times are local. */
function offsetOf(zoneOf: string): string {
  if (/^(?:Z|UTC|GMT)$/.test(zoneOf)) return 'Z';
  if (!/^[+-]/.test(zoneOf)) return '';
  return zoneOf.length === 3 ? `${zoneOf}:00` : zoneOf;
}
