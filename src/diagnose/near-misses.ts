/**
 * The near misses of the last day, looked for when somebody asks. A run counts those in its new lines, and only for
 * `metrics`.
 */

import { badRules, recognizerFor, wantedRules } from '../config/recognition.ts';
import { linesOfChunk } from '../maillog/chunk-lines.ts';
import { nearMissOf } from '../rule-debugger/near-miss.ts';
import { longestLine } from '../syslog/longest-line.ts';
import type { Table } from './open-table.ts';
import { type Logs, patience } from './search-logs.ts';

/** How far back it looks. Seconds. */
const day = 86_400;

/** What was found. */
export interface NearMisses {
  /** Lines by the name of the rule that is for their program. */
  readonly lines: Readonly<Record<string, number>>;
  /** Whether the whole day was looked at. */
  readonly isWhole: boolean;
}

/** Counts them, for two seconds at most. */
export async function countNearMisses({ settings, policy }: Table, logs: Logs): Promise<NearMisses> {
  const { rules, problems } = await wantedRules(settings);
  if (badRules(problems).length > 0) return { lines: {}, isWhole: false };
  const recognizer = recognizerFor(settings, rules, { logouts: true, takesAnyTime: true });
  const lines: Record<string, number> = {};
  const take = (line: string, source: string, writtenBefore: number) => {
    const record = recognizer.parse(line);
    if (record === undefined) return;
    const context = { source, line: 0, isNew: false, writtenBefore };
    const server = nearMissOf(recognizer, record, () => recognizer.judge(record, line, context));
    if (server !== undefined) lines[server] = (lines[server] ?? 0) + 1;
  };
  const isWhole = await logs.search({
    since: policy.now - day,
    patience,
    take(chunk) {
      for (const { text } of linesOfChunk(chunk)) {
        // Longer ones are passed over, as everywhere.
        if (Buffer.byteLength(text) <= longestLine) take(text, chunk.source, chunk.writtenBefore);
      }
    },
  });
  return { lines, isWhole };
}
