/**
 * Goes through the entries of a journal chunk. What the journal knows of each (its time, its process, the fields
 * that no sender can forge) decides, and not the line that says the same.
 */
import type { Chunk, JournalRecord } from '../maillog/chunk.ts';
import type { Outcome } from './outcome.ts';
import type { Recognizer } from './recognizer.ts';

/** Calls back for each of the records that is something to a rule, in their order. */
export function scanRecords(
  records: readonly JournalRecord[],
  { source, isNew, writtenBefore }: Chunk,
  recognizer: Recognizer,
  onOutcome: (outcome: Outcome) => void,
): void {
  for (const { record, time, fields } of records) {
    const outcome = recognizer.recognizeRecord(
      record,
      time,
      { source, line: 0, isNew, writtenBefore },
      fields,
    );
    if (outcome !== undefined) onOutcome(outcome);
  }
}
