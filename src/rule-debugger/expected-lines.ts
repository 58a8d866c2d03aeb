/**
 * Which lines of a sample the rows of its truth are about. A row that says what its line says stays true when another
 * line is put before it, which a number does not.
 */
import { parseEnvelope } from '../syslog/envelope.ts';
import type { Expectation, Fact, Place } from './expect.ts';

/** What is true of a sample, each fact with the number of its line. */
export interface Located {
  readonly expected: readonly { readonly line: number; readonly fact: Fact }[];
  /** Texts of which the sample has fewer lines than there are rows, or more. */
  readonly amiss: readonly (Place & { readonly expected: string; readonly found: string })[];
}

/**
 * Finds the lines. The text of a row is that of the whole line or of its message, which is the same in each form of
 * syslog. Rows with the same text are about the lines with this text, in their order.
 */
export class ExpectedLines {
  readonly #numbered: Located['expected'];
  readonly #texts = new Map<string, { readonly facts: Fact[]; readonly lines: number[] }>();

  constructor(expectations: readonly Expectation[]) {
    this.#numbered = expectations.flatMap((row) => ('line' in row ? [{ line: row.line, fact: row }] : []));
    for (const row of expectations) {
      if ('line' in row) continue;
      const same = this.#texts.get(row.text);
      if (same === undefined) this.#texts.set(row.text, { facts: [row], lines: [] });
      else same.facts.push(row);
    }
  }

  /** Takes the next line of the sample, without its line end. */
  take(line: number, text: string): void {
    if (this.#texts.size === 0) return;
    const same = this.#texts.get(text) ?? this.#texts.get(parseEnvelope(text)?.message ?? '');
    same?.lines.push(line);
  }

  /** Returns what is true of the lines that were taken. */
  located(): Located {
    const texts = [...this.#texts];
    const found = texts.flatMap(([, { facts, lines }]) =>
      lines.flatMap((line, index) => {
        const fact = facts[index];
        return fact === undefined ? [] : [{ line, fact }];
      }),
    );
    const amiss = texts.flatMap(([text, { facts, lines }]) => {
      const missing = facts.slice(lines.length);
      if (missing.length > 0) {
        return missing.map((fact) => ({ text, expected: factWords(fact), found: 'no such line' }));
      }
      if (facts.length === lines.length) return [];
      return [{ text, expected: `${facts.length} of such a line`, found: `${lines.length}` }];
    });
    return { expected: [...this.#numbered, ...found], amiss };
  }
}

/** Returns a fact in words: `alice from 192.0.2.10`, `no login`. */
export function factWords({ login, user = 'somebody', address = '' }: Fact): string {
  return login === false
    ? 'no login'
    : `${user} from ${address}${login === 'optional' ? ', or no login' : ''}`;
}
