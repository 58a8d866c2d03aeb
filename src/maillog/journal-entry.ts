/**
 * An entry of systemd's journal, as `journalctl --output=json` prints it, as a line of a log. What a sender
 * brings (identifier, message) is put where no text of it can be taken for anything else.
 */
import type { Chunk, JournalRecord } from './chunk.ts';
import { printedOf } from './printed.ts';

/** An entry that has been read. */
export interface JournalEntry {
  /** The journal's name for its place (sd_journal_get_cursor(3)). */
  readonly cursor: string;
  /** undefined: it is no line of a mail server, having no text or no program's name. */
  readonly line?: JournalRecord;
}

/** What rules take for a program's name: a sender may choose any SYSLOG_IDENTIFIER, `a: b[1]: c` too. */
const programName = /^[\w./@+-]{1,64}$/;
const hostName = /^[\w.%@/+-]{1,255}$/;
/** nginx sends its host name and tag where journald takes a tag alone, and finds none. */
const nginxTag = /^[\w.%@/+-]{1,255} nginx: (?=\d{4}\/\d\d\/\d\d )/;
const controls = /[\u0000-\u001f]/g;

/**
 * Returns the entry that a line of journalctl's output holds, or undefined for a line that holds none
 * (`-- No entries --`).
 */
export function parseJournalEntry(json: string): JournalEntry | undefined {
  const fields = fieldsOf(json);
  const cursor = fields?.__CURSOR;
  if (fields === undefined || typeof cursor !== 'string') return undefined;
  const line = journalLineOf(fields);
  return line === undefined ? { cursor } : { cursor, line };
}

function fieldsOf(json: string): Readonly<Record<string, unknown>> | undefined {
  if (!json.startsWith('{')) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/**
 * Returns what the fields of an entry say; undefined for one that is no line of a mail server. A piece of a line says that
 * it is one, though it is too long to be told.
 */
export function journalLineOf(fields: Readonly<Record<string, unknown>>): JournalRecord | undefined {
  const printed = printedOf(fields);
  const whole = withBlanks(textOf(fields.MESSAGE), textOf(fields.SYSLOG_RAW));
  const text = whole ?? (printed?.isCut ? '' : undefined);
  const identifier = textOf(fields.SYSLOG_IDENTIFIER);
  const program = identifier ?? textOf(fields._COMM);
  const time = Number(fields.__REALTIME_TIMESTAMP ?? fields._SOURCE_REALTIME_TIMESTAMP) / 1e6;
  if (text === undefined || program === undefined || !programName.test(program)) return undefined;
  if (!(time >= 0 && time < 1e11)) return undefined;
  const isNginx = program === 'nginx' || fields._COMM === 'nginx';
  const host = textOf(fields._HOSTNAME) ?? '';
  // The process number is in nginx's message, and never in a tag that nginx has made.
  const pid = isNginx ? '' : (textOf(fields._PID) ?? '');
  const message = identifier === undefined && isNginx ? text.replace(nginxTag, '') : text;
  const trusted = Object.entries(fields).filter(
    (field): field is [string, string] => /^_[^_]/.test(field[0]) && typeof field[1] === 'string',
  );
  return {
    time: Math.floor(time),
    record: {
      stamp: new Date(time * 1000).toISOString(),
      host: hostName.test(host) ? host : '',
      program,
      pid: /^\d{1,10}$/.test(pid) ? pid : '',
      message: escapeControls(message),
      ...(printed && { printed }),
    },
    fields: new Map(trusted),
  };
}

/**
 * Returns a field's text: bytes that are no printable UTF-8 come as an array of numbers. undefined for null, a
 * field of more than 4,096 bytes, and for a field that an entry has several times.
 */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value) || !value.every((byte) => typeof byte === 'number')) return undefined;
  return Buffer.from(value).toString('utf8');
}

/**
 * journald takes blanks off the end of a message, and keeps what it was given as SYSLOG_RAW. A piece of a line that a
 * server's logger has broken is known by its length, and may end with many; one, or a CR, is a line end of somebody's.
 */
function withBlanks(message: string | undefined, raw: string | undefined): string | undefined {
  if (message === undefined || raw === undefined) return message;
  const text = raw.trimEnd();
  const blanks = raw.slice(text.length).replaceAll('\n', '');
  return blanks.length > 1 && text.endsWith(message) ? message + blanks : message;
}

/** Returns a text whose control bytes are written as rsyslog does with its default settings: `#012`. */
export function escapeControls(text: string): string {
  return text.replace(controls, escapeControl);
}

function escapeControl(control: string): string {
  return `#${control.charCodeAt(0).toString(8).padStart(3, '0')}`;
}

/** Returns the line of a log that says what a record says, without its newline. */
export function lineText({ stamp, host, program, pid, message }: JournalRecord['record']): string {
  return `${stamp} ${host}${host && ' '}${program}${pid && `[${pid}]`}: ${message}`;
}

/** Returns a chunk of what the journal knows of some lines, at least one, and of the lines that say the same. */
export function chunkOfRecords(
  records: readonly JournalRecord[],
  { source, isNew, writtenBefore }: Pick<Chunk, 'source' | 'isNew' | 'writtenBefore'>,
): Chunk {
  const bytes = Buffer.from(records.map(({ record }) => `${lineText(record)}\n`).join(''));
  return { bytes, start: 0, end: bytes.length, source, firstLine: 0, isNew, writtenBefore, records };
}
