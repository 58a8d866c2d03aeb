/** `--since`, `--until` and `--for` to an instant: every option that names a time or a duration is read here. */
import { ExitStatus } from '../exit-status.ts';
import type { Invocation } from '../host/invocation.ts';
import { Failure } from '../problem.ts';
import { createStampReader } from '../syslog/stamp.ts';
import { namedZone, systemZone } from '../syslog/zone.ts';
import type { Unread } from './duration.ts';
import { notASpan, parseSpan } from './span.ts';

/** Options that name an instant: a time or so long ago, or, `for`, so long from now. */
type InstantOption = 'since' | 'until' | 'for';

const day = 86_400;

/**
 * Returns the instant (Unix seconds) that an option names; undefined where it is not given. What names none throws a
 * {@link Failure} with exit status 64.
 *
 * @param zone A name of the zone database, for times without an offset; undefined: the system's.
 */
export function instantOf<Option extends InstantOption>(
  invocation: Invocation<Option>,
  option: Option,
  zone: string | undefined,
): number | undefined {
  const text = invocation.value(option);
  if (text === undefined) return undefined;
  const { now } = invocation;
  const instant = option === 'for' ? after(text, now) : parseInstant(text, now, zone);
  if (typeof instant === 'number') return instant;
  const what = `'${text}' is ${instant.reason}`;
  throw new Failure({ status: ExitStatus.usage, where: `--${option}`, what });
}

function after(text: string, now: number): number | Unread {
  const length = parseSpan(text);
  return typeof length === 'number' ? now + length : length;
}

/**
 * Returns the instant (Unix seconds) that a text names, or the reason why it names none: a length of time is that long
 * ago (`7d`, `-2h`, `1 week ago`); `09:00` the latest such time of day that is not in the future; `now`, `today`,
 * `yesterday` and `2026-11-22` the beginning of that day; or RFC 3339, where a time without an offset is one of the
 * zone. A fraction of a second is dropped.
 *
 * @param now Unix seconds.
 * @param zone A name of the zone database; undefined: the system's.
 *
 * @example
 * parseInstant('2026-11-22T10:15:04+01:00', now, undefined); // 1795338904
 */
function parseInstant(text: string, now: number, zone: string | undefined): number | Unread {
  if (text === 'now') return now;
  const [, minus = '', span = '', agoWord = ''] = /^(-?)(\d[\da-z ]*?)( ago)?$/.exec(text) ?? [];
  if (/[a-z]/.test(span) || (span !== '' && `${minus}${agoWord}` !== '')) return ago(span, now);
  const zoneOffset = (zone === undefined ? undefined : namedZone(zone)) ?? systemZone();
  const { read } = createStampReader(zoneOffset);
  const readOn = (date: string, clock: string) => read(`${date}T${clock}`, now);
  const beginningOf = (date: string) => readOn(date, '00:00:00');
  // Two days more than it takes: Samoa had no 30 December 2011.
  const lastDays = (from: number) => [0, 1, 2].map((back) => localDate(now + zoneOffset(now), from + back));
  const daysAgo = namedDays.get(text);
  if (daysAgo !== undefined) return lastDays(daysAgo).map(beginningOf).find(isThere) ?? noSuchTime;
  if (/^\d\d?:\d\d(?::\d\d)?$/.test(text)) {
    const clock = withSeconds(text[1] === ':' ? `0${text}` : text);
    const instants = lastDays(0).map((date) => readOn(date, clock));
    return instants.filter(isThere).find((instant) => instant <= now) ?? noSuchTime;
  }
  const [, date, clock, offset = ''] =
    /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d[:.\d]*)(\S*))?$/.exec(text) ?? [];
  if (date === undefined) return notATime;
  return (
    (clock === undefined ? beginningOf(date) : readOn(date, `${withSeconds(clock)}${offset}`)) ?? noSuchTime
  );
}

/** How many days ago the days that have a name were. */
const namedDays: ReadonlyMap<string, number> = new Map([
  ['today', 0],
  ['yesterday', 1],
]);

const noSuchTime: Unread = { reason: 'not a date or time that exists' };

const notATime: Unread = {
  reason: 'not a time, such as 2h (ago), 09:00, yesterday, 2026-11-22 or 2026-11-22T09:00:00Z',
};

function isThere(instant: number | undefined): instant is number {
  return instant !== undefined;
}

function ago(span: string, now: number): number | Unread {
  const length = parseSpan(span);
  // Whoever writes `9 o'clock` means a time.
  if (length === notASpan) return notATime;
  return typeof length === 'number' ? now - length : length;
}

/** Returns the date so many days before a time that is local already, in Unix seconds. */
function localDate(local: number, daysBack: number): string {
  return new Date((local - daysBack * day) * 1000).toISOString().slice(0, 10);
}

function withSeconds(clock: string): string {
  return clock.length === 5 ? `${clock}:00` : clock;
}
