/** The time zone of stamps that carry none. */

import { namedZone, systemZone, type Zone } from '../syslog/zone.ts';
import type { Settings } from './settings.ts';

/** Returns the zone of stamps that carry none. */
export function zoneOf({ timezone }: Settings): Zone {
  return (timezone === undefined ? undefined : namedZone(timezone)) ?? systemZone();
}
