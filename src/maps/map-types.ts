/** Everything that `output TYPE` takes: a new map type is a file in this folder and a row here. */
import { cdbMap } from './cdb.ts';
import { cidrMap } from './cidr.ts';
import { courierMap } from './courier.ts';
import { iplsearchMap } from './iplsearch.ts';
import { makemapMap } from './makemap.ts';
import type { MapType } from './map-type.ts';
import { opensmtpdMap } from './opensmtpd.ts';
import { postmapMap } from './postmap.ts';
import { sendmailAccessMap } from './sendmail-access.ts';
import { tableOutputs } from './shared/shared-tables.ts';
import { tcprulesMap } from './tcprules.ts';
import { textMap } from './text.ts';

/** All map types, in the order in which pages and messages list them: for all, then by MTA. */
const mapTypes: readonly MapType[] = [
  textMap,
  cdbMap,
  postmapMap,
  cidrMap,
  iplsearchMap,
  makemapMap,
  sendmailAccessMap,
  opensmtpdMap,
  tcprulesMap,
  courierMap,
];

/** What `output` lines may name: the map types, and the tables that are no files. */
export const outputTypes = [...mapTypes, ...tableOutputs] as const;

/** Returns the map type with a name, or undefined. */
export function mapTypeNamed(name: string): MapType | undefined {
  return mapTypes.find((type) => type.name === name);
}
