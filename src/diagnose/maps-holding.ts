/** Which published maps hold an address, for the answer about it; `dump --maps` compares them whole. */
import { familyOf, holdsFamily, type Output } from '../maps/output.ts';
import { typeOf } from '../maps/publisher.ts';
import { fileOutputs } from '../maps/shared/shared-tables.ts';
import { Failure, reasonOf } from '../problem.ts';
import type { Address } from '../relay/address.ts';
import { publishedForms } from '../relay/published-form.ts';
import type { Table } from './open-table.ts';

/** What one map says of an address. */
export interface MapAnswer {
  /** Its type and file: `cdb /var/lib/exact/relay.cdb`. */
  readonly map: string;
  /** Undefined where it cannot be read. */
  readonly hasIt: boolean | undefined;
  /** Why it cannot be read. */
  readonly trouble?: string;
}

/** Looks an address up in every map that is to hold it, in the form in which they name it. */
export function mapsHolding(table: Table, address: Address): MapAnswer[] {
  const { settings, policy } = table;
  const form = publishedForms(policy, settings.ipv6Prefix)(address);
  return fileOutputs(settings)
    .filter((output) => holdsFamily(output, familyOf(address)))
    .map((output) => lookUp(output, form));
}

function lookUp(output: Output, form: string): MapAnswer {
  const type = typeOf(output);
  const map = `${output.type} ${type.publishedPath(output)}`;
  try {
    return { map, hasIt: type.has?.(output, form) ?? new Set(type.read(output)).has(form) };
  } catch (error) {
    const trouble = error instanceof Failure ? (error.problem.why ?? error.problem.what) : reasonOf(error);
    return { map, hasIt: undefined, trouble };
  }
}
