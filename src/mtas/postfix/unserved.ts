/** Services that refuse the table's clients, as they should, unless somebody wants it otherwise: that is said, and how. */
import type { MtaFinding } from '../mta.ts';
import { refusedLists } from './lists.ts';
import type { NamedTable } from './lookups.ts';
import type { Parameters } from './main-cf.ts';

/** Says that a port for passwords, 587 or 465, wants one from the table's clients too, and how it would not. */
export function noteSubmission(service: Parameters, table: NamedTable): MtaFinding[] {
  const text = `${service.name} wants a password from clients of ${table.word} too, which is right; the fix is for who wants it otherwise`;
  return noted(text, service, table);
}

/** Says that a service does not look the table up where another does, and how it would. */
export function noteUnserved(service: Parameters, table: NamedTable): MtaFinding[] {
  const text = `${service.name} does not look up ${table.word}, which another service does; the fix is for who wants it to`;
  return noted(text, service, table);
}

function noted(text: string, service: Parameters, table: NamedTable): MtaFinding[] {
  const change = refusedLists(service, table, service.words('mynetworks').some(table.isNamed));
  return change === undefined ? [] : [{ level: 'note', text, ...change }];
}
