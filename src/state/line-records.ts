/** Files of the state that nothing gives back, one record a line: damage to one line costs no other. */
import { isTime } from './common-values.ts';
import { type Damage, readStateText } from './damage.ts';

/** What such a file holds, and the numbers of lines that cannot be read. */
interface LineRecords<Item> {
  readonly records: Item[];
  readonly badLines: number[];
}

/**
 * Reads the records of a file whose first line begins with its name and a blank; none if there is no such file. `parse`
 * returns undefined for a line that is no record. System errors are thrown.
 */
export function readLineRecords<Item>(
  path: string,
  name: string,
  parse: (line: string) => Item | undefined,
): LineRecords<Item> | Damage {
  const text = readStateText(path) ?? '';
  if (typeof text !== 'string') return text;
  const records: Item[] = [];
  const badLines: number[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '' || line.startsWith('#') || (index === 0 && line.startsWith(`${name} `))) continue;
    const record = parse(line);
    if (record === undefined) badLines.push(index + 1);
    else records.push(record);
  }
  return { records, badLines };
}

/** Reports whether a field of a record is a time, Unix seconds. */
export function isSeconds(text: string): boolean {
  return /^\d+$/.test(text) && isTime(Number(text));
}
