/** Which program is Exim here: Debian has it by a name of its own. */
import { answerOf } from '../../host/ask.ts';

/** Exim as it is installed. */
export interface EximProgram {
  readonly program: string;
  /** What `-bV` says: its version, its lookups, and where its configuration is. */
  readonly version: string;
}

/** Finds it; undefined where it is not installed. */
export function findExim(): EximProgram | undefined {
  for (const program of ['exim4', 'exim']) {
    const version = answerOf(program, ['-bV']);
    if (version?.startsWith('Exim version') === true) return { program, version };
  }
  return undefined;
}
