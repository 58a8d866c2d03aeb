/**
 * Lines that are JSON objects: journalctl's and those of collectors. A field's text cannot leave its field, so nothing
 * that a client wrote is taken for another one. An object that was put together without escaping can be told by its fields: it
 * names one twice, or has two texts, and is refused.
 */
import { escapeControls, journalLineOf } from '../../maillog/journal-entry.ts';
import { printedLine } from '../../maillog/printed.ts';
import {
  type Form,
  type IsNamed,
  isHostName,
  isProgramName,
  type LogRecord,
  nameAndPid,
  nginxIn,
} from './grammar.ts';
import { containerFields, type JsonFields, jsonFields, transports } from './json-fields.ts';
import { parseContained } from './supervised.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Returns the record of an object; `data: ` stands before it in journalctl's json-sse, U+001E in its json-seq. */
export const parseJson: Form = (line, isNamed) => {
  const text = line.replace(/^(?:\u001e|data: )/, '');
  const fields = objectOf(text);
  if (fields === undefined || hasTwoTexts(fields)) return undefined;
  if ('MESSAGE' in fields && ('__REALTIME_TIMESTAMP' in fields || '_TRANSPORT' in fields))
    return namesTwiceIn(text).has('MESSAGE') ? undefined : ofJournal(fields);
  for (const row of jsonFields) {
    if (row.has !== undefined && fieldOf(fields, [row.has]) === undefined) continue;
    const record =
      row.program.length === 0 ? wholeLine(row, fields, text, isNamed) : taggedLine(row, fields, text);
    if (record !== undefined) return record === 'refused' ? undefined : record;
  }
  return undefined;
};

function objectOf(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function ofJournal(fields: Fields): LogRecord | undefined {
  const line = journalLineOf(fields);
  return line && { ...line.record, fields: line.fields };
}

/** What a row finds in an object: undefined where it is not for it. */
type Found = LogRecord | 'refused' | undefined;

function taggedLine(row: JsonFields, fields: Fields, text: string): Found {
  const [message, tag, time] = [row.message, row.program, row.time].map((names) => fieldOf(fields, names));
  if (message === undefined || tag === undefined || time === undefined) return undefined;
  const twice = namesTwiceIn(text);
  if ([message, tag, time].some(({ name }) => twice.has(name))) return 'refused';
  const host = fieldOf(fields, row.host)?.value ?? '';
  const record = { stamp: stampOf(time.value), host: isHostName(host) ? host : '' };
  const said = escapeControls(message.value.replace(/^ |\r?\n$/g, ''));
  const nginx = tag.value === '' || tag.value.replace(/:$/, '') === host ? nginxIn(said) : undefined;
  if (nginx !== undefined) return { ...record, ...nginx };
  const { program, pid } = wholeTag.exec(tag.value)?.groups ?? {};
  if (program === undefined || !isProgramName(program)) return 'refused';
  const procid = fieldOf(fields, row.pid)?.value ?? '';
  const printed = fieldOf(fields, transports)?.value === 'stdout' ? { printed: printedLine } : {};
  return {
    ...record,
    ...{ program, pid: pid ?? (/^\d{1,10}$/.test(procid) ? procid : ''), message: said },
    ...printed,
  };
}

const wholeTag = new RegExp(`^${nameAndPid}:?$`);

function wholeLine(row: JsonFields, fields: Fields, text: string, isNamed: IsNamed): Found {
  const [message, time] = [row.message, row.time].map((names) => fieldOf(fields, names));
  if (message === undefined || time === undefined) return undefined;
  if (namesTwiceIn(text).has(message.name) || containerFields.some((name) => name in fields))
    return 'refused';
  const line = escapeControls(message.value.replace(/\r?\n$/, ''));
  const stamp = stampOf(time.value);
  // A container engine's time is when the line was written; a collector's may be when it was read, long after.
  const record = parseContained(line, stamp, row.isWritten !== true, isNamed);
  if (record === undefined) return 'refused';
  const host = fieldOf(fields, row.host)?.value ?? '';
  return record.host === '' && isHostName(host) ? { ...record, host } : record;
}

interface Field {
  /** The last of its names. */
  readonly name: string;
  readonly value: string;
}

/** Returns the first of the fields that holds a text or a number. */
function fieldOf(fields: Fields, names: readonly string[]): Field | undefined {
  for (const name of names) {
    const path = name in fields ? [name] : name.split('.');
    const value = path.reduce<unknown>(
      (within, step) => (isObject(within) ? within[step] : undefined),
      fields,
    );
    if (typeof value === 'string' || typeof value === 'number')
      return { name: path.at(-1) ?? '', value: `${value}` };
  }
  return undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

/** The names under which collectors put what was logged. */
const messageNames = [...new Set(jsonFields.flatMap(({ message }) => message))];

/** Whether the object has what was logged under two names, and says two things. */
function hasTwoTexts(fields: Fields): boolean {
  const texts = messageNames.map((name) => fields[name]).filter((value) => typeof value === 'string');
  return new Set(texts.map((text) => text.trim())).size > 1;
}

/** Of fields of one name JSON.parse() takes the last; a name may be written with escapes. */
function namesTwiceIn(text: string): Set<string> {
  const [once, twice] = [new Set<string>(), new Set<string>()];
  for (const [, quoted = '', colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?/g)) {
    if (colon === undefined) continue;
    const name: string = JSON.parse(quoted);
    (once.has(name) ? twice : once).add(name);
  }
  return twice;
}

/** Seconds since 1970, which Fluent Bit writes, as RFC 3339 has them. */
function stampOf(time: string): string {
  if (!/^\d{9,11}(?:\.\d+)?$/.test(time)) return time;
  return new Date(Number(time) * 1000).toISOString();
}
