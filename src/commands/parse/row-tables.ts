/** The tables that the build made for the machine that makes rows; they lie beside the program. */
import { readFileSync } from 'node:fs';
import { errnoOf } from '../../problem.ts';
import { type FindTable, tablesIn } from '../../recognize/rows/automaton-table.ts';

/** Returns what finds tables; undefined where the program was not built, or the file cannot be read: then it goes without. */
export function readRowTables(): FindTable | undefined {
  try {
    return tablesIn(readFileSync(new URL('./row-tables.bin', import.meta.url)));
  } catch (error) {
    if (errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}
