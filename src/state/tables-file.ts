/**
 * What this host knows of tables that it shares with other hosts: their revocations, and by which tokens it knows the
 * table and itself again; the rows are in files of their own, table-rows-file.ts. Without the file the next run compares
 * all rows. Of a damaged one as much is kept as can be read of what other hosts have revoked: while the server is away,
 * nothing else says it.
 */

import { replaceFile } from '../maps/replace-file.ts';
import type { Remembered } from '../maps/shared/hosts.ts';
import {
  foreignRevocations,
  type Learned,
  type SharedRevocation,
  type Subject,
} from '../maps/shared/shared-revocation.ts';
import { sharedTables } from '../maps/shared/shared-tables.ts';
import type { Revocation } from '../relay/revocation.ts';
import { type Damage, isDamage, readStateText } from './damage.ts';
import {
  array,
  decodeJson,
  flag,
  number,
  object,
  optional,
  orElse,
  record,
  text,
  versioned,
  wholeOnes,
} from './decode.ts';
import { stateMode } from './state-paths.ts';

/** What is known of one table. */
export interface KnownTable extends Learned, Remembered {
  /** What the revocations in it came to when they were read. */
  readonly digest: string;
  /** Revocations of this host that the table has, each as one text. */
  readonly sent: readonly string[];
  /** The token of the file of rows that holds what the table has; '' where nobody knows. */
  readonly rows: string;
  /** What others have revoked since rows were sent: it may have taken out rows of this host that are right. */
  readonly touched: readonly Subject[];
  /** How many hosts were seen in the last day, as it was when the table was asked last. */
  readonly hosts: number;
  /** How many rows this host has there. */
  readonly size: number;
  /** When the table had last all of this host, where `metrics` ask for it: Unix seconds; 0: never. */
  readonly pushed: number;
  /** When rows have to be sent again though nothing has changed: Unix seconds; 0: never. */
  readonly renewAt: number;
}

/** By the key of the target. */
export type KnownTables = Readonly<Record<string, KnownTable>>;

/** What is known of a table before it is first used. */
export const unknownTable: KnownTable = {
  ...{ instance: '', former: [], beats: 0, token: '', pending: '' },
  ...{ revocations: [], skew: 0, digest: '', sent: [], rows: '', touched: [], renewAt: 0 },
  ...{ hosts: 0, size: 0, pushed: 0 },
};

const version = 1;

/** What the file comes to. */
export interface TablesFile {
  /** What is known: of a damaged file, what could be read of it. */
  readonly tables: KnownTables;
  readonly damage?: Damage;
}

const sharedRevocation = object<SharedRevocation>({
  kind: text,
  what: text,
  source: text,
  at: number,
  until: number,
  who: text,
  isUndone: optional(flag),
  over: optional(text),
});

/** An earlier release wrote the rows themselves in the place of their token, and nothing of tokens. */
const knownTable = object<KnownTable>({
  instance: optional(text, ''),
  former: optional(array(text), []),
  beats: optional(number, 0),
  token: optional(text, ''),
  pending: optional(text, ''),
  revocations: array(sharedRevocation),
  skew: number,
  digest: optional(text, ''),
  sent: array(text),
  rows: (value) => (typeof value === 'string' ? value : ''),
  touched: optional(array(object<Subject>({ kind: text, what: text })), []),
  ...{ hosts: optional(number, 0), size: optional(number, 0), pushed: optional(number, 0) },
  renewAt: optional(number, 0),
});

const nothing = () => unknownTable;

/** What can be read of a table that is damaged: revocations that are whole, who this host is, and nothing of what was sent. */
const salvagedTable = object<KnownTable>({
  ...{ beats: () => 0, token: () => '', pending: () => '', digest: () => '' },
  ...{ sent: () => [], rows: () => '', touched: () => [], renewAt: () => 0 },
  ...{ hosts: () => 0, size: () => 0, pushed: () => 0 },
  instance: orElse(text, () => ''),
  former: orElse(array(text), () => []),
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
