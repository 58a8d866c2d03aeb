/**
 * What this host knows of tables that it shares with other hosts: their revocations, and what of its own it has
 * sent. Without the file, or with a damaged one, the next push sends everything. A table that is being changed is
 * written down as unknown first, so that no crash leaves rows there which nobody knows of.
 */

import { readText } from '../host/read-text.ts';
import { foreignRevocations, type Learned } from '../maps/pgsql/shared-revocation.ts';
import { sharedTables } from '../maps/pgsql/shared-tables.ts';
import { replaceFile } from '../maps/replace-file.ts';
import { errnoOf } from '../problem.ts';
import type { Revocation } from '../relay/revocation.ts';
import { stateMode } from './state-paths.ts';

/** What is known of one table. */
export interface KnownTable extends Learned {
  /** The rows of this host as they were last pushed: key and expiry, Unix seconds; null: not known. */
  readonly rows: readonly (readonly [key: string, expires: number])[] | null;
  /** Revocations of this host that the table has, each as one text. */
  readonly sent: readonly string[];
}

/** By the key of the target. */
export type KnownTables = Readonly<Record<string, KnownTable>>;

/** What is known of a table before it is first used. */
export const unknownTable: KnownTable = { rows: null, sent: [], revocations: [], skew: 0 };

const version = 1;

/** Reads the file; nothing is known where there is none, or none that can be used. System errors are thrown. */
export function readKnownTables(path: string): KnownTables {
  try {
    const value = JSON.parse(readText(path)) as { version?: unknown; tables?: unknown } | null;
    return value?.version === version && typeof value.tables === 'object'
      ? ((value.tables ?? {}) as KnownTables)
      : {};
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Returns what other hosts have revoked, as far as this one knows. */
export function revokedElsewhere(
  settings: Parameters<typeof sharedTables>[0],
  known: KnownTables,
): Revocation[] {
  return sharedTables(settings).flatMap(({ target }) =>
    foreignRevocations(known[target.key] ?? unknownTable),
  );
}

/** Writes the file, synced. */
export function writeKnownTables(path: string, tables: KnownTables): void {
  replaceFile(path, Buffer.from(`${JSON.stringify({ version, tables })}\n`), {
    mode: stateMode,
    consequence: 'the next run sends everything',
  });
}
