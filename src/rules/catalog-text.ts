/** The built-in catalog as its authors wrote it: the build joins the rules of all servers (scripts/build/joined-rules.js). */
import catalog from '../servers/*/rules.conf';

/** Returns the text of the built-in catalog. */
export function catalogText(): string {
  return catalog;
}
