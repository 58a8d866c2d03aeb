/** The truth about a sample against what the rules find in it. */
import type { Login } from '../relay/login.ts';
import type { Fact, Place } from './expect.ts';
import { factWords, type Located } from './expected-lines.ts';

/** A line of which the rules find something else than what is true; or a text that the sample has not, or too often. */
export type Difference = Place & {
  /** `alice from 192.0.2.10`, `no login`. */
  readonly expected: string;
  readonly found: string;
};

/** How the truth and what was found compare. */
export interface Comparison {
  /** Logins and refusals that are as expected. */
  readonly logins: number;
  readonly refusals: number;
  /** In the order of lines, then those of no line. */
  readonly differences: readonly Difference[];
}

/** Compares the truth about a sample with the logins found in it; a line that it does not name must be none. */
export function compareWithTruth({ expected, amiss }: Located, found: readonly Login[]): Comparison {
  const byLine = new Map(found.map((login) => [login.line, login]));
  const differences: (Difference & { readonly line: number })[] = [];
  let logins = 0;
  let refusals = 0;
  for (const { line, fact } of expected) {
    const login = byLine.get(line);
    byLine.delete(line);
    if (!isAsExpected(fact, login)) {
      differences.push({ line, expected: factWords(fact), found: foundWords(login) });
    } else if (login === undefined) refusals++;
    else logins++;
  }
  for (const [line, login] of byLine) {
    differences.push({ line, expected: 'no login', found: foundWords(login) });
  }
  differences.sort((a, b) => a.line - b.line);
  return { logins, refusals, differences: [...differences, ...amiss] };
}

function isAsExpected({ login, user, address }: Fact, found: Login | undefined): boolean {
  if (found === undefined) return login !== true;
  if (login === false) return false;
  return found.address === address && (user === undefined || found.user === user);
}

function foundWords(login: Login | undefined): string {
  return login === undefined ? 'no login' : `${login.user} from ${login.address}`;
}
