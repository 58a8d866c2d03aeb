/** The maps by which Postfix may know the clients of a family, as its services name them. */
import type { Settings } from '../../config/settings.ts';
import { type Family, holdsFamily } from '../../maps/output.ts';
import { namesTable } from './lists.ts';
import { lookupOf, type NamedTable, namedTable, type PostfixLookup } from './lookups.ts';
import type { Parameters } from './main-cf.ts';

/** Returns how Postfix looks up the configured maps, of those that it can look up. */
export function lookupsOf({ outputs }: Settings): PostfixLookup[] {
  return outputs.flatMap((output) => lookupOf(output) ?? []);
}

/**
 * Returns the maps of a family; undefined where there are none. A list that looks nothing up yet is to look up what
 * `services` do, or what this Postfix can open.
 */
export function tableFor(
  family: Family,
  all: readonly PostfixLookup[],
  services: readonly Parameters[],
  types: readonly string[],
): NamedTable | undefined {
  const lookups = all.filter(({ output }) => holdsFamily(output, family));
  const [first] = lookups;
  if (first === undefined) return undefined;
  const isUsed = (lookup: PostfixLookup) =>
    services.some((each) => looksIn(each, namedTable([lookup], lookup)));
  const fallback = lookups.find(({ type }) => types.includes(type)) ?? first;
  return namedTable(lookups, lookups.find(isUsed) ?? fallback, all);
}

/** Whether a service looks at a table, early or late. */
export function looksIn(service: Parameters, table: NamedTable): boolean {
  return inNetworks(service, table) || namesTable(service, table);
}

/** Whether the table is part of what a service takes for own networks. */
export function inNetworks(service: Parameters, table: NamedTable): boolean {
  return service.words('mynetworks').some(table.isNamed);
}
