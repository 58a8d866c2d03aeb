/**
 * Lines of the last day that no rule reads, though they name a user and an address and tell of no failure: has the
 * form of a server's log changed? A run has no time for such a look at lines that are nothing to it.
 */

import { badRules, recognizerFor, wantedRules } from '../config/recognition.ts';
import { linesOfChunk } from '../maillog/chunk-lines.ts';
import { failureWord } from '../rule-debugger/failure-words.ts';
import { mentionsLogin } from '../rule-debugger/mentions.ts';
import { longestLine } from '../syslog/longest-line.ts';
import type { Table } from './open-table.ts';
import { type Logs, patience } from './search-logs.ts';

/** How far back it looks. Seconds. */
const day = 86_400;

/** Who never tries to log in is named with an empty user. */
const nobody = /\buser=(?:<>|,)/;

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
    const [rule] = record === undefined ? [] : recognizer.rulesFor(record.program);
    if (record === undefined || rule === undefined) return;
    const { message } = record;
    if (recognizer.judge(record, line, { source, line: 0, isNew: false, writtenBefore }) !== undefined)
      return;
    if (!mentionsLogin(message) || nobody.test(message) || failureWord(message, []) !== undefined) return;
    lines[rule.name] = (lines[rule.name] ?? 0) + 1;
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
