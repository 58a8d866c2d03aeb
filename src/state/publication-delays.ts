/**
 * How long logins of the last day waited until their addresses were published: how many waited so long, by the hour of the
 * run that published them.
 */
import { type CountsByHour, hourOf, remembered } from './by-hour.ts';

/** Counts by seconds waited, by hour: whole hours since 1970, in decimal. */
export type DelaysByHour = CountsByHour;

/** What the delays of a day come to. Seconds. */
export interface DelaySums {
  readonly logins: number;
  readonly median: number;
  readonly worst: number;
}

/** Returns the delays by hour with those of a run that published at `now`, Unix seconds with fraction. */
export function addDelays(before: DelaysByHour = {}, logins: readonly number[], now: number): DelaysByHour {
  if (logins.length === 0) return before;
  const hour = hourOf(now);
  const counts: Record<string, number> = { ...before[hour] };
  for (const time of logins) {
    const seconds = rounded(Math.max(0, now - time));
    counts[seconds] = (counts[seconds] ?? 0) + 1;
  }
  return { ...Object.fromEntries(remembered(before, now)), [hour]: counts };
}

/** Returns the sums of the day before `now` (Unix seconds); undefined where no login was published. */
export function delaysInDay(byHour: DelaysByHour = {}, now: number): DelaySums | undefined {
  const sum = new Map<number, number>();
  for (const [, counts] of remembered(byHour, now)) {
    for (const [seconds, count] of Object.entries(counts)) {
      sum.set(Number(seconds), (sum.get(Number(seconds)) ?? 0) + count);
    }
  }
  const sorted = [...sum].sort(([one], [other]) => one - other);
  const logins = sorted.reduce((all, [, count]) => all + count, 0);
  let rest = logins / 2;
  for (const [median, count] of sorted) {
    rest -= count;
    if (rest <= 0) return { logins, median, worst: sorted.at(-1)?.[0] ?? median };
  }
  return undefined;
}

/** Few values are told apart: tenths of a second up to ten seconds, then seconds up to two minutes, then minutes. */
function rounded(seconds: number): number {
  const step = seconds < 10 ? 0.1 : seconds < 120 ? 1 : 60;
  return Math.round(Math.round(seconds / step) * step * 10) / 10;
}
