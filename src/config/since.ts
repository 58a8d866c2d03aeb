/** `--since`, `--until` and `--for` to an instant: every option that names a time or a duration is read here. */
import { ExitStatus } from '../exit-status.ts';
import type { Invocation } from '../host/invocation.ts';
import { Failure } from '../problem.ts';
import { createStampReader } from '../syslog/stamp.ts';
import { namedZone, systemZone } from '../syslog/zone.ts';
import { parseDuration, type Unread } from './duration.ts';

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
  throw new Failure({
    status: ExitStatus.usage,
    where: `--${option}`,
    what: `'${text}' is ${instant.reason}`,
  });
}

function after(text: string, now: number): number | Unread {
  const length = parseDuration(text);
  return typeof length === 'number' ? now + length : length;
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
 * parseInstant('2026-11-22T10:15:04+01:00', now, undefined); // 1795338904
 */
function parseInstant(text: string, now: number, zone: string | undefined): number | Unread {
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
