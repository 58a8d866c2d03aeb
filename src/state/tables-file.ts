/**
 * What this host knows of tables that it shares with other hosts: their revocations, and what of its own it has
 * sent. Without the file the next push sends everything. Of a damaged one as much is kept as can be read of what other
 * hosts have revoked: while the server is away, nothing else says it. A table that is being changed is
 * written down as unknown first, so that no crash leaves rows there which nobody knows of.
 */

import { foreignRevocations, type Learned, type SharedRevocation } from '../maps/pgsql/shared-revocation.ts';
import { sharedTables } from '../maps/pgsql/shared-tables.ts';
import { replaceFile } from '../maps/replace-file.ts';
import type { Revocation } from '../relay/revocation.ts';
import { type Damage, isDamage, readStateText } from './damage.ts';
import {
  array,
  type Decoder,
  decodeJson,
  Mismatch,
  nullable,
  number,
  object,
  orElse,
  record,
  text,
  versioned,
  wholeOnes,
} from './decode.ts';
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

/** What the file comes to. */
export interface TablesFile {
  /** What is known: of a damaged file, what could be read of it. */
  readonly tables: KnownTables;
  readonly damage?: Damage;
}

type Row = readonly [key: string, expires: number];

/** There may be a million rows: what is looked at is not copied. */
const row: Decoder<Row> = (value) => {
  const isRow = Array.isArray(value) && value.length === 2 && typeof value[0] === 'string';
  if (!isRow || !value[0].includes('\t') || !Number.isSafeInteger(value[1]))
    throw new Mismatch('is not a row');
  return value as unknown as Row;
};

const sharedRevocation = object<SharedRevocation>({
  kind: text,
  what: text,
  source: text,
  at: number,
  until: number,
  who: text,
});

const knownTable = object<KnownTable>({
  rows: nullable(array(row)),
  sent: array(text),
  revocations: array(sharedRevocation),
  skew: number,
});

const nothing = () => unknownTable;

/** What can be read of a table that is damaged: revocations that are whole, and nothing of what was sent. */
const salvagedTable = object<KnownTable>({
  rows: () => null,
  sent: () => [],
  revocations: orElse(wholeOnes(sharedRevocation), () => []),
  skew: orElse(number, () => unknownTable.skew),
});

const known = versioned(version, object<{ tables: KnownTables }>({ tables: record(knownTable) }));
const salvaged = versioned(
  version,
  object<{ tables: KnownTables }>({
    tables: orElse(record(orElse(knownTable, orElse(salvagedTable, nothing))), () => ({})),
  }),
);

/** Reads the file; nothing is known where there is none. System errors are thrown. */
export function readKnownTables(path: string): TablesFile {
  const read = readStateText(path);
  if (read === undefined) return { tables: {} };
  if (typeof read !== 'string') return { tables: {}, damage: read };
  const file = decodeJson(read, known);
  if (!isDamage(file)) return file;
  const rest = decodeJson(read, salvaged);
  return { tables: isDamage(rest) ? {} : rest.tables, damage: file };
}

/** Returns what other hosts have revoked, as far as this one knows. */
export function revokedElsewhere(
  settings: Parameters<typeof sharedTables>[0],
  tables: KnownTables,
): Revocation[] {
  return sharedTables(settings).flatMap(({ target }) =>
    foreignRevocations(tables[target.key] ?? unknownTable),
  );
}

/** Writes the file, synced. */
export function writeKnownTables(path: string, tables: KnownTables): void {
  replaceFile(path, Buffer.from(`${JSON.stringify({ version, tables })}\n`), {
    mode: stateMode,
    consequence: 'the next run sends everything',
  });
}
