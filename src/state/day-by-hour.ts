/**
 * The last day by the hour, for `dump --stats`: how many logins counted, how many did not, and how many addresses could
 * relay. Logins belong to the hour of the run that found them. Addresses stay in the maps until a run takes them out, so
 * that an hour without a run, or with runs that had nothing to do, has those that the run before had published.
 */
import { type ByHour, hourOf, hoursRemembered, remembered } from './by-hour.ts';
import type { SavedRun } from './cursors-file.ts';

/** One hour of the last day. */
export interface HourOfDay {
  /** When it began, Unix seconds. */
  readonly begins: number;
  readonly logins: number;
  readonly refused: number;
  /** The most addresses that were published at once; undefined where that is not known. */
  readonly addresses: number | undefined;
}

/** Returns the logins by hour with those of a run at `now`, Unix seconds; what is older than a day is left out. */
export function addLogins(before: ByHour<number> = {}, logins: number, now: number): ByHour<number> {
  if (logins === 0) return before;
  const hour = hourOf(now);
  return { ...Object.fromEntries(remembered(before, now)), [hour]: (before[hour] ?? 0) + logins };
}

/**
 * Returns the most addresses by hour, with those that a run at `now` (Unix seconds) has published. Until then those were
 * published that the run before left.
 */
export function addAddresses(
  { addressesByHour = {}, lastRun, published }: Pick<SavedRun, 'addressesByHour' | 'lastRun' | 'published'>,
  publishedNow: number,
  now: number,
): ByHour<number> {
  const most: Record<string, number> = Object.fromEntries(remembered(addressesByHour, now));
  const raise = (hour: number, addresses: number) => {
    most[hour] = Math.max(most[hour] ?? 0, addresses);
  };
  const newest = hourOf(now);
  if (lastRun.time > 0) {
    const first = Math.max(hourOf(lastRun.time), newest - hoursRemembered + 1);
    for (let hour = first; hour <= newest; hour++) raise(hour, published);
  }
  raise(newest, publishedNow);
  return most;
}

/** Returns the hours of the day that ends with the one that `now` (Unix seconds) is in, the oldest first. */
export function dayByHour(saved: SavedRun, now: number): readonly HourOfDay[] {
  const { loginsByHour = {}, refusedByHour = {}, lastRun, published } = saved;
  const addresses = lastRun.time > 0 ? addAddresses(saved, published, now) : {};
  const first = hourOf(now) - hoursRemembered + 1;
  return Array.from({ length: hoursRemembered }, (_, index) => {
    const hour = first + index;
    const refused = Object.values(refusedByHour[hour] ?? {});
    return {
      begins: hour * 3600,
      logins: loginsByHour[hour] ?? 0,
      refused: refused.reduce((sum, count) => sum + count, 0),
      addresses: addresses[hour],
    };
  });
}
