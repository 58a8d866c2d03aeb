/**
 * Tables that this host shares with others: which the configuration names, and what is known of them without asking.
 * Whatever asks is in push-tables.ts, which a run loads only where there is such a table.
 */
import { hostname } from 'node:os';
import type { Output, Settings } from '../../config/settings.ts';
import type { Revocation } from '../../relay/revocation.ts';
import { type KnownTables, unknownTable } from '../../state/tables-file.ts';
import { isTable } from './pgsql-output.ts';
import { foreignRevocations } from './shared-revocation.ts';
import { readTarget, type Target } from './target.ts';

/** A table of the configuration. */
export interface SharedTable {
  readonly output: Output;
  readonly target: Target;
}

/** Returns the outputs that are files of this host. */
export function fileOutputs({ outputs }: Settings): Output[] {
  return outputs.filter((output) => !isTable(output));
}

/** Returns the tables that a configuration names. */
export function sharedTables({ outputs }: Settings): SharedTable[] {
  return outputs.filter(isTable).map((output) => {
    const target = readTarget(output, hostname());
    if ('reason' in target) throw new Error(`${output.type}: ${target.reason}`);
    return { output, target };
  });
}

/** Returns what other hosts have revoked, as far as this one knows. */
export function revokedElsewhere(settings: Settings, known: KnownTables): Revocation[] {
  return sharedTables(settings).flatMap(({ target }) =>
    foreignRevocations(known[target.key] ?? unknownTable),
  );
}
