/** Lines of RFC 5424, as rsyslog's and syslog-ng's formats of that name, FreeBSD's `-O rfc5424`, and metalog write them. */
import { host, isProgramName, type LogRecord, nginxIn, strictIsoStamp } from './grammar.ts';

const header = new RegExp(`^1 (${strictIsoStamp}) (${host}|-) (\\S{1,255}) (\\S{1,128}) \\S{1,32} `);
/** Section 6.3: '-' or elements; values escape '"', '\' and ']'. */
const structuredData = /(?:-|(?:\[(?:[^"\]\\]|"(?:[^"\\]|\\.)*")*\])+)(?: \ufeff?|$)/sy;
/** Metalog leaves the host out, and writes a byte order mark before each message: no other line has one there. */
const metalog = new RegExp(`^1 (${strictIsoStamp}) (\\S{1,64}) (\\d{1,10}|-) - - \ufeff`);

/** Returns the record of a line behind its `<PRI>`: `1 STAMP HOST APP-NAME PROCID MSGID DATA MESSAGE`. */
export function parseRfc5424(text: string): LogRecord | undefined {
  const found = header.exec(text);
  structuredData.lastIndex = found?.[0].length ?? 0;
  if (found === null || !structuredData.test(text)) return parseMetalog(text);
  const [, stamp = '', host = '', name = '', procid = ''] = found;
  // rsyslog hands the blank after an RFC 3164 tag on as part of the message.
  const start = structuredData.lastIndex + (text[structuredData.lastIndex] === ' ' ? 1 : 0);
  const message = text.slice(start);
  const record = { stamp, host: host === '-' ? '' : host };
  if (name === '-' || name === host) {
    const nginx = nginxIn(message);
    if (nginx !== undefined) return { ...record, ...nginx };
  }
  if (name === '-' || !isProgramName(name)) return undefined;
  return { ...record, program: name, pid: /^\d+$/.test(procid) ? procid : '', message };
}

function parseMetalog(text: string): LogRecord | undefined {
  const found = metalog.exec(text);
  if (found === null) return undefined;
  const [{ length }, stamp = '', program = '', pid = ''] = found;
  if (program === '-' || !isProgramName(program)) return undefined;
  return { stamp, host: '', program, pid: pid === '-' ? '' : pid, message: text.slice(length) };
}
