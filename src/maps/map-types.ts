/** Every map type that `output TYPE` takes: a new one is a file in this folder and a row here. */
import { cdbMap } from './cdb.ts';
import type { MapType } from './map-type.ts';
import { postmapMap } from './postmap.ts';
import { textMap } from './text.ts';

/** All map types, in the order in which pages and messages list them. */
export const mapTypes: readonly MapType[] = [textMap, cdbMap, postmapMap];

/** Returns the map type with a name, or undefined. */
export function mapTypeNamed(name: string): MapType | undefined {
  return mapTypes.find((type) => type.name === name);
}
