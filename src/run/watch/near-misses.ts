/**
 * Counts near misses in new lines, for `metrics`. Without these nobody asks, and the lines of the servers are not read
 * twice.
 */
import { recognizerFor } from '../../config/recognition.ts';
import type { Settings } from '../../config/settings.ts';
import type { Chunk } from '../../maillog/chunk.ts';
import { linesOfChunk } from '../../maillog/chunk-lines.ts';
import type { Recognizer } from '../../recognize/recognizer.ts';
import { nearMissOf } from '../../rule-debugger/near-miss.ts';
import type { Rule } from '../../rules/rule.ts';
import { longestLine } from '../../syslog/longest-line.ts';

/** Looks at lines with a recognizer of its own: the one of the run remembers half-open logins for the next. */
export class NearMissCount {
  readonly #recognizer: Recognizer;
  readonly #count: (server: string) => void;

  /** `count` is told the rule that is for the program of each near miss. */
  constructor(settings: Settings, rules: readonly Rule[], count: (server: string) => void) {
    this.#recognizer = recognizerFor(settings, rules, { logouts: true, takesAnyTime: true });
    this.#count = count;
  }

  /** Looks at the lines of a chunk. */
  take(chunk: Chunk): void {
    for (const server of chunk.records === undefined ? this.#inLines(chunk) : this.#inRecords(chunk)) {
      if (server !== undefined) this.#count(server);
    }
  }

  *#inLines(chunk: Chunk): Generator<string | undefined> {
    const recognizer = this.#recognizer;
    for (const { text } of linesOfChunk(chunk)) {
      // Longer ones are passed over, as everywhere.
      const record = Buffer.byteLength(text) > longestLine ? undefined : recognizer.parse(text);
      if (record === undefined) continue;
      yield nearMissOf(recognizer, record, () => recognizer.judge(record, text, { ...chunk, line: 0 }));
    }
  }

  *#inRecords(chunk: Chunk): Generator<string | undefined> {
    const recognizer = this.#recognizer;
    for (const { record, time, fields } of chunk.records ?? []) {
      const context = { ...chunk, line: 0 };
      yield nearMissOf(recognizer, record, () => recognizer.recognizeRecord(record, time, context, fields));
    }
  }
}
