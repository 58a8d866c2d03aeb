/** What is kept of the last day by the hour of the run that counted it. */

/** Something by hour: whole hours since 1970, in decimal. */
export type ByHour<Value> = Readonly<Record<string, Value>>;

/** Counts by name, by hour. */
export type CountsByHour = ByHour<Readonly<Record<string, number>>>;

/** How many hours are remembered, the one that has begun among them. */
export const hoursRemembered = 24;

/** Returns the hours that are remembered at `now` (Unix seconds), with what is kept of them. */
export function remembered<Value>(byHour: ByHour<Value>, now: number): [string, Value][] {
  const newest = hourOf(now);
  return Object.entries(byHour).filter(([hour]) => {
    return Number(hour) > newest - hoursRemembered && Number(hour) <= newest;
  });
}

/** Returns the hour that an instant (Unix seconds) is in. */
export function hourOf(seconds: number): number {
  return Math.floor(seconds / 3600);
}
