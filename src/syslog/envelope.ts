/**
 * The envelope of a log line: stamp, host, program, pid and message, in the forms that syslog daemons and the
 * servers' own log files have. Each field stands at a fixed place, so that no text which a client brings into
 * a message is ever taken for one of them. Nothing here knows what a login is or when a stamp was.
 */

/** A log line taken apart. */
export interface LogRecord {
  /** As written: stamp.ts reads it. */
  readonly stamp: string;
  /** '' in a server's own log file, which names none. */
  readonly host: string;
  /** '' in own log files whose lines have no tag (Zimbra, Stalwart). */
  readonly program: string;
  /** Digits, or '' where the line has none. */
  readonly pid: string;
  /** What the program wrote. */
  readonly message: string;
}

/** What a line is but for its stamp. */
export type Unstamped = Omit<LogRecord, 'stamp'>;

const time = String.raw`\d\d:\d\d:\d\d`;
/** RFC 3164, with the day padded or not, with a year (`Nov 22 2026 10:04:26`) or a fraction. */
const bsdStamp = String.raw`[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?${time}(?:\.\d{1,9})?`;
/** RFC 3339; or local time, as a log_timestamp of dovecot and log4j have it. */
const isoStamp = String.raw`\d{4}-\d\d-\d\d[Tt ]${time}(?:[.,]\d{1,9})?(?:[Zz]|[+-]\d\d:?\d\d)?`;
/** A name or address; it does not end in ':', so that a line without a host is not misread. */
const host = String.raw`[\w.:%@/+-]{0,254}[\w.%@/+-]`;
/** Without '(': dovecot's own log puts the user there, `imap(bob)<1><x>: Info: …`, and no rule wants those. */
const program = String.raw`[\w./@+-]{1,64}`;
/** A blank follows it, or the message is empty: `fe80::1` is no tag. */
const tag = String.raw`(${program})(?:\[(\d{1,10})\])?:(?: |$)`;

const syslogLine = new RegExp(`^(${bsdStamp}|${isoStamp}) (?:(${host}) )?${tag}`);
const rfc5424Header = new RegExp(`^1 (${isoStamp}) (${host}|-) (\\S{1,255}) (\\S{1,128}) \\S{1,32} `);
/** RFC 5424 section 6.3: '-' or elements; values escape '"', '\' and ']'. */
const structuredData = /(?:-|(?:\[(?:[^"\]\\]|"(?:[^"\\]|\\.)*")*\])+)(?: \ufeff?|$)/sy;
const wholeProgram = new RegExp(`^${program}$`);

/**
 * nginx names the host where a syslog daemon expects the tag, so rsyslog leaves `HOST HOST nginx: …`,
 * `HOST  nginx: …`, or an APP-NAME that is none. Read as what it means only where nginx's own stamp follows.
 */
const nginxLine = new RegExp(
  String.raw`^(${bsdStamp}|${isoStamp}) (${host}) (?:\2)? ?${tag}(?=\d{4}/\d\d/\d\d ${time} \[)`,
);
const nginxMessage = new RegExp(String.raw`^${tag}(?=\d{4}/\d\d/\d\d ${time} \[)`);

/** Own log files without host and tag: log4j's, with a comma in the stamp; Stalwart's; AppleMailServer's, with a year. */
const ownFileLine = new RegExp(
  String.raw`^(\d{4}-\d\d-\d\d ${time},\d{3}|${isoStamp}(?= INFO [A-Z])|[A-Z][a-z]{2} {1,2}\d{1,2} \d{4} ${time}) (?=\S)`,
);

/**
 * Returns a line taken apart, or undefined for one in no known form. nginx's own error file is deliberately
 * none: an IMAP literal with CR LF writes a whole line of its own there, and nothing tells it apart.
 */
export function parseEnvelope(line: string): LogRecord | undefined {
  const text = line.charCodeAt(0) === 0x3c ? withoutPriority(line) : line;
  if (text.startsWith('1 ') && text !== line) return parseRfc5424(text);
  const found = syslogLine.exec(text);
  if (found !== null) return recordOf(found, text);
  const nginx = nginxLine.exec(text);
  if (nginx !== null) return recordOf(nginx, text);
  const own = ownFileLine.exec(text);
  return own === null
    ? undefined
    : { stamp: own[1] ?? '', host: '', program: '', pid: '', message: text.slice(own[0].length) };
}

/** Reports whether a text is what may stand in a tag as the program's name. */
export function isProgramName(text: string): boolean {
  return wholeProgram.test(text);
}

/** `<PRI>`, as a raw RFC 3164 or RFC 5424 line starts. */
function withoutPriority(line: string): string {
  return line.replace(/^<\d{1,3}>/, '');
}

function recordOf(found: RegExpExecArray, text: string): LogRecord {
  return {
    stamp: found[1] ?? '',
    host: found[2] ?? '',
    program: found[3] ?? '',
    pid: found[4] ?? '',
    message: text.slice(found[0].length),
  };
}

function parseRfc5424(text: string): LogRecord | undefined {
  const header = rfc5424Header.exec(text);
  if (header === null) return undefined;
  structuredData.lastIndex = header[0].length;
  if (!structuredData.test(text)) return undefined;
  const [, stamp = '', host = '', name = '', procid = ''] = header;
  // rsyslog hands the blank after an RFC 3164 tag on as part of the message.
  const start = structuredData.lastIndex + (text[structuredData.lastIndex] === ' ' ? 1 : 0);
  const message = text.slice(start);
  const record = { stamp, host: host === '-' ? '' : host };
  if (name === '-' || name === host) {
    const nginx = nginxMessage.exec(message);
    if (nginx !== null) {
      return {
        ...record,
        program: nginx[1] ?? '',
        pid: nginx[2] ?? '',
        message: message.slice(nginx[0].length),
      };
    }
  }
  if (name === '-' || !wholeProgram.test(name)) return undefined;
  return { ...record, program: name, pid: /^\d+$/.test(procid) ? procid : '', message };
}
