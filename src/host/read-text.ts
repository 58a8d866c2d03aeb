/** Reading a small file whole. */
import { readFileSync } from 'node:fs';

/**
 * Returns the text of a file. System errors are thrown. `readFileSync(path, 'utf8')` of Node 20 aborts the process
 * where close(2) fails; reading bytes does not.
 */
export function readText(path: string): string {
  return readFileSync(path).toString('utf8');
}
