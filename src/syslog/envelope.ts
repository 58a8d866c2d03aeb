/**
 * The envelope of a log line: stamp, host, program, pid and message, in the forms that syslog daemons, supervisors,
 * collectors and the servers' own log files have; `forms/` has a file for each family of them. Each field stands at a
 * fixed place, so that no text which a client brings into a message is ever taken for one of them. Nothing here knows
 * what a login is or when a stamp was.
 */
import { type IsNamed, isMark, type LogRecord } from './forms/grammar.ts';
import { parseJson } from './forms/json.ts';
import { withoutOwnStamp } from './forms/own-files.ts';
import { parsePlain } from './forms/plain.ts';
import { parseRfc5424 } from './forms/rfc5424.ts';
import { parseSupervised } from './forms/supervised.ts';
import { parseUsual } from './forms/syslog.ts';

export { type IsNamed, isProgramName, type LogRecord } from './forms/grammar.ts';

/** What a line is but for its stamp. */
export type Unstamped = Omit<LogRecord, 'stamp'>;

const nobody: IsNamed = () => false;

/**
 * Returns a line taken apart, or undefined for one in no known form. `isNamed` says which programs some rule names:
 * forms without a colon after the tag are read for these alone.
 */
export function parseEnvelope(line: string, isNamed: IsNamed = nobody): LogRecord | undefined {
  const record = parseForm(line.charCodeAt(0) === byteOrderMark ? line.slice(1) : line, isNamed);
  return record && withoutMarks(record);
}

const byteOrderMark = 0xfeff;
const [upperA, upperZ] = [0x41, 0x5a];
const lessThan = 0x3c;
const brace = 0x7b;
const recordSeparator = 0x1e;

function parseForm(line: string, isNamed: IsNamed): LogRecord | undefined {
  const first = line.charCodeAt(0);
  if (first >= upperA && first <= upperZ) return parseText(line, isNamed);
  if (first === brace || first === recordSeparator || line.startsWith('data: {'))
    return parseJson(line, isNamed);
  if (first === lessThan) return parseWithPriority(line, isNamed);
  const counted = countedFrame(line);
  return counted === undefined ? parseText(line, isNamed) : parseWithPriority(counted, isNamed);
}

function parseText(line: string, isNamed: IsNamed): LogRecord | undefined {
  return parseUsual(line) ?? parseSupervised(line, isNamed) ?? parsePlain(line, isNamed);
}

/** `<PRI>`, as a raw line of RFC 3164 or RFC 5424 starts, or the latter's first character after it. */
function parseWithPriority(line: string, isNamed: IsNamed): LogRecord | undefined {
  const text = line.replace(/^<\d{1,3}>/, '');
  if (text.length === line.length) return undefined;
  return text.startsWith('1 ') ? parseRfc5424(text) : parseText(text, isNamed);
}

/**
 * Returns the frame of a line that begins with its length (RFC 6587), if it is as long as that says, line end and CR
 * counted or not: of a longer one the rest follows on other lines, and nothing tells where it ends.
 */
function countedFrame(line: string): string | undefined {
  // A year is followed by a dash.
  if (line[4] === '-') return undefined;
  const [begin, count] = /^(\d{1,5}) (?=<\d{1,3}>)/.exec(line) ?? [];
  if (begin === undefined) return undefined;
  const frame = line.slice(begin.length);
  const ends = Number(count) - Buffer.byteLength(frame);
  return ends >= 0 && ends <= 2 ? frame : undefined;
}

/** Returns a record whose message begins where the program's own words do; undefined for one that cannot be trusted. */
function withoutMarks(record: LogRecord): LogRecord | undefined {
  const { program, pid, message } = record;
  // nginx's own tag has none: by journald this is what nginx writes to its standard error, where a client can write
  // lines of its own.
  if (program === 'nginx' && pid !== '') return undefined;
  return message.startsWith('[ID ')
    ? { ...record, message: message.replace(solarisId, '') }
    : withoutStampWithin(record);
}

/** Solaris and illumos: a number made of the message's format, facility and severity. */
const solarisId = /^\[ID \d{1,10} [\w.]{3,32}\] /;

/** With `instance_name` it is dovecot-NAME. */
const isDovecot = /^dovecot(?:$|-)/;

/** Returns a record of what Dovecot has written to its standard error without the stamp that it begins with there. */
export function withoutStampWithin<Record extends Unstamped>(record: Record): Record {
  return isDovecot.test(record.program) ? { ...record, message: withoutOwnStamp(record.message) } : record;
}

/** Reports whether what follows a tag must be looked at to know what it is: a mark, or nginx's process number. */
export function needsCloserLook(name: string): boolean {
  return name === 'nginx' || isMark(name);
}
