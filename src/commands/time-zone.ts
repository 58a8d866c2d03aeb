/** The time zone of stamps that carry none. */
import type { Settings } from '../config/settings.ts';
import { namedZone, systemZone, type Zone } from '../rules/zone.ts';

/** Returns the zone of stamps that carry none. */
export function zoneOf({ timezone }: Settings): Zone {
  return (timezone === undefined ? undefined : namedZone(timezone)) ?? systemZone();
}
