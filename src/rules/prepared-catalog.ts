/**
 * The built-in catalog, prepared. In the bundle this module holds the result alone (scripts/build/prepared.js): what it
 * takes to come to it would take longer than the rest of a usual run.
 */
import { catalogText } from './catalog-text.ts';
import { type PreparedRule, prepareStanza } from './prepare.ts';
import { builtInFile, parseStanzas } from './stanza.ts';

/** The rules of the catalog, in its order. */
export const preparedCatalog: readonly PreparedRule[] = parseStanzas(builtInFile, catalogText()).stanzas.map(
  prepareStanza,
);
