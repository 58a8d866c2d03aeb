/**
 * Refused logins, counted by reason: in all since the state was made, and by the hour of the last day. They are counted
 * by the hour of the run that met them.
 */
import { type CountsByHour, hourOf, remembered } from './by-hour.ts';

/** Counts by reason, by hour: whole hours since 1970, in decimal. */
export type RefusedByHour = CountsByHour;

/** Returns the refused logins among counters, by reason. */
export function refusedOf(counters: Iterable<readonly [string, number]>): Record<string, number> {
  return countersNamed('refused ', counters);
}

/** Returns the counters whose names begin so, by the rest of their names. */
export function countersNamed(
  beginning: string,
  counters: Iterable<readonly [string, number]>,
): Record<string, number> {
  const named: Record<string, number> = {};
  for (const [name, count] of counters) {
    if (name.startsWith(beginning)) named[name.slice(beginning.length)] = count;
  }
  return named;
}

/** Returns the counts by hour with those of a run at `now`, Unix seconds; what is older than a day is left out. */
export function addRefused(
  before: RefusedByHour = {},
  counters: Iterable<readonly [string, number]>,
  now: number,
): RefusedByHour {
  const refused = refusedOf(counters);
  if (Object.keys(refused).length === 0) return before;
  const hour = hourOf(now);
  return {
    ...Object.fromEntries(remembered(before, now)),
    [hour]: addCounts({ ...before[hour] }, refused),
  };
}

/** Returns the refused logins of the day before `now` (Unix seconds) by reason. */
export function refusedInDay(byHour: RefusedByHour = {}, now: number): Record<string, number> {
  return remembered(byHour, now).reduce((sum, [, counts]) => addCounts(sum, counts), {});
}

function addCounts(
  sum: Record<string, number>,
  counts: Readonly<Record<string, number>>,
): Record<string, number> {
  for (const [reason, count] of Object.entries(counts)) sum[reason] = (sum[reason] ?? 0) + count;
  return sum;
}
