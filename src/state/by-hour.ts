/** Counts of the last day, kept by the hour of the run that made them. */

/** Counts by name, by hour: whole hours since 1970, in decimal. */
export type CountsByHour = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** How many hours are remembered, the one that has begun among them. */
const hours = 24;

/** Returns the hours that are remembered at `now` (Unix seconds), with their counts. */
export function remembered(byHour: CountsByHour, now: number): [string, CountsByHour[string]][] {
  const newest = hourOf(now);
  return Object.entries(byHour).filter(([hour]) => {
    return Number(hour) > newest - hours && Number(hour) <= newest;
  });
}

/** Returns the hour that an instant (Unix seconds) is in. */
export function hourOf(seconds: number): number {
  return Math.floor(seconds / 3600);
}
