/** The built-in catalog as its author wrote it. */
import catalog from './catalog/exact-servers.conf';

/** Returns the text of the built-in catalog. */
export function catalogText(): string {
  return catalog;
}
