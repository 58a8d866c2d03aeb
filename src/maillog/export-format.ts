/** systemd's export format (`journalctl -o export`): entries of fields, an empty line after each. */
import { ExitStatus } from '../exit-status.ts';
import { Failure } from '../problem.ts';
import type { JournalRecord } from './chunk.ts';
import { journalLineOf } from './journal-entry.ts';

const lineFeed = 0x0a;
const equals = 0x3d;
/** Bytes of the length that stands before a value which is no text. */
const lengthBytes = 8;
/** An entry is never so long: journald takes 64 MiB for a field at most, and no mail server writes a thousandth of it. */
const longestEntry = 1 << 22;

/** The first bytes of a journal that is exported: each entry begins with its cursor. */
export const exportBeginning = Buffer.from('__CURSOR=');

/** A field's value: a text for each time that the entry has it. */
type Fields = Record<string, string | string[]>;

/** Yields the lines of an export, as many at a time as come at once. Throws a {@link Failure} for what is none. */
export async function* exportedRecords(
  stream: AsyncIterable<Buffer>,
  where: string,
): AsyncGenerator<readonly JournalRecord[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of stream) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const records: JournalRecord[] = [];
    let from = 0;
    for (let entry = entryAt(bytes, from); entry !== undefined; entry = entryAt(bytes, from)) {
      const record = journalLineOf(entry.fields);
      if (record !== undefined) records.push(record);
      from = entry.end;
    }
    rest = Buffer.from(bytes.subarray(from));
    if (records.length > 0) yield records;
    if (rest.length > longestEntry) throw brokenFailure(where);
  }
  // The last entry of a finished export may lack its empty line.
  const last = entryAt(Buffer.concat([rest, Buffer.from('\n\n')]), 0);
  const record = last && journalLineOf(last.fields);
  if (record !== undefined) yield [record];
}

/** Returns the entry that begins at a byte, and where it ends; undefined where its end has not come. */
function entryAt(bytes: Buffer, start: number): { fields: Fields; end: number } | undefined {
  const fields: Fields = {};
  for (let at = start; at < bytes.length; ) {
    const feed = bytes.indexOf(lineFeed, at);
    if (feed < 0) return undefined;
    if (feed === at) return { fields, end: at + 1 };
    const sign = bytes.subarray(at, feed).indexOf(equals);
    if (sign >= 0) {
      add(fields, bytes.toString('latin1', at, at + sign), bytes.toString('utf8', at + sign + 1, feed));
      at = feed + 1;
      continue;
    }
    const value = feed + 1 + lengthBytes;
    if (value > bytes.length) return undefined;
    const length = Number(bytes.readBigUInt64LE(feed + 1));
    if (value + length >= bytes.length) return undefined;
    add(fields, bytes.toString('latin1', at, feed), bytes.toString('utf8', value, value + length));
    at = value + length + 1;
  }
  return undefined;
}

/** A field that an entry has several times is told from one that it has once, as in journalctl's JSON. */
function add(fields: Fields, name: string, value: string): void {
  const known = Object.hasOwn(fields, name) ? fields[name] : undefined;
  fields[name] = known === undefined ? value : [known, value].flat();
}

function brokenFailure(where: string): Failure {
  return new Failure({
    status: ExitStatus.data,
    where,
    what: 'cannot read all of it',
    why: 'an entry of the journal is too long, or damaged',
  });
}
