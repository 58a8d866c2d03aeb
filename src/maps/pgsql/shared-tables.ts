/**
 * Tables that this host shares with others: which the configuration names, and what is known of them without asking.
 * Whatever asks is in push-tables.ts, which a run loads only where there is such a table.
 */
import { hostname } from 'node:os';
import type { Output } from '../output.ts';
import { isTable } from './pgsql-output.ts';
import { readTarget, type Target } from './target.ts';

/** Settings, as far as they matter here. */
interface HasOutputs {
  readonly outputs: readonly Output[];
}

/** A table of the configuration. */
export interface SharedTable {
  readonly output: Output;
  readonly target: Target;
}

/** Returns the outputs that are files of this host. */
export function fileOutputs({ outputs }: HasOutputs): Output[] {
  return outputs.filter((output) => !isTable(output));
}

/** Returns the tables that a configuration names. */
export function sharedTables({ outputs }: HasOutputs): SharedTable[] {
  return outputs.filter(isTable).map((output) => {
    const target = readTarget(output, hostname());
    if ('reason' in target) throw new Error(`${output.type}: ${target.reason}`);
    return { output, target };
  });
}
