/**
 * Files that servers write themselves, without a syslog daemon. nginx's own error file is deliberately none: an IMAP
 * literal with CR LF writes a whole line of its own there, and nothing tells it apart.
 */
import { bsdStamp, dovecotLevel, type Form, host, isoStamp, recordOf, tag, time } from './grammar.ts';

/** Without host and tag: log4j's, with a comma in the stamp; Stalwart's; AppleMailServer's, with a year. */
const untagged = new RegExp(
  String.raw`^(\d{4}-\d\d-\d\d ${time},\d{3}|${isoStamp}(?= INFO [A-Z])|[A-Z][a-z]{2} {1,2}\d{1,2} \d{4} ${time}) (?=\S)`,
);

/** Oracle's Messaging Server: `[22/Nov/2026:10:04:26 +0100] mx imapd[811]: `. */
const oracle = new RegExp(
  String.raw`^\[(\d\d/[A-Z][a-z]{2}/\d{4}:${time} [+-]\d{4})\] (?<host>${host}) ${tag}`,
);

/** XMail: fields in quotes with tabs between, the stamp behind the client's address. The message is all of the line. */
const xmail = new RegExp(String.raw`^"(?:[^"\t]*"\t"){3}(\d{4}-\d\d-\d\d ${time})"\t"`);

/** Dovecot 1.x: `STAMP Info: imap-login: …`, or with its name before all. */
const dovecot1 = new RegExp(
  `^(?:dovecot: )?(${bsdStamp}|${isoStamp}) ${dovecotLevel}: (?=[\\w-]{1,64}(?:\\(|: ))`,
);

/** Dovecot 0.99 has its process before the stamp: `imap-login: STAMP Info: Login: …`. */
const dovecot0 = new RegExp(
  `^(?<program>(?:imap|pop3)-login): (${bsdStamp}|${isoStamp}) (?=${dovecotLevel}: )`,
);

const zone = String.raw`(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?`;
/** Times that strftime(3) makes of the usual choices for `log_timestamp`; stamp.ts reads them. */
const strftimeStamp = [
  bsdStamp,
  isoStamp,
  String.raw`\d{4}[-/.]\d\d[-/.]\d\d[T _-]${time}(?:[.,]\d{1,9})?${zone}`,
  String.raw`\d{1,2}\.\d{1,2}\.\d{4},? ${time}(?:[.,]\d{1,9})?${zone}`,
  String.raw`\d{1,2}[-/ ][A-Z][a-z]{2}[-/ ]\d{4}[: ]${time}${zone}`,
  String.raw`[A-Z][a-z]{2},? [A-Z][a-z]{2} {1,2}\d{1,2} ${time}${zone} \d{4}`,
  String.raw`[A-Z][a-z]{2},? \d{1,2} [A-Z][a-z]{2} \d{4} ${time}${zone}`,
  String.raw`\d{8}[T _-]?\d{6}${zone}`,
  String.raw`\d{9,11}(?:\.\d{1,9})?`,
].join('|');
/** Dovecot 2.x with any of these: its tag and level must follow. */
const dovecot2 = new RegExp(String.raw`^\[?(${strftimeStamp})\]?:? {1,2}${tag}(?=${dovecotLevel}: )`);

/** Returns the record of a line of Dovecot 1.x's own file, which has the level before the tag. */
export const parseDovecot1: Form = (line) => {
  const found = dovecot1.exec(line);
  if (found === null) return undefined;
  return {
    stamp: found[1] ?? '',
    host: '',
    program: 'dovecot',
    pid: '',
    message: line.slice(found[0].length),
  };
};

/** Returns the record of a line of Dovecot 0.99's own file, or of its standard error. */
export const parseDovecot0: Form = (line) => {
  const found = dovecot0.exec(line);
  return found === null ? undefined : recordOf(found[2] ?? '', found, line);
};

/** Returns the record of a line of a server's own file that has no tag. */
export const parseUntagged: Form = (line) => {
  const found = untagged.exec(line);
  if (found === null) return undefined;
  return { stamp: found[1] ?? '', host: '', program: '', pid: '', message: line.slice(found[0].length) };
};

/** Returns the record of a line of the files of Oracle's Messaging Server and XMail. */
export const parseFields: Form = (line) => {
  const found = oracle.exec(line);
  if (found !== null) return recordOf(found[1] ?? '', found, line);
  const [, written] = xmail.exec(line) ?? [];
  return written === undefined
    ? undefined
    : { stamp: written, host: '', program: '', pid: '', message: line };
};

/** Returns the record of a line of Dovecot's own file, whatever its `log_timestamp` is, if that has a date. */
export const parseDovecotFile: Form = (line) => {
  const found = dovecot2.exec(line);
  return found === null ? undefined : recordOf(found[1] ?? '', found, line);
};

const lowerA = 0x61;
const restamped = new RegExp(`^\\[?(?:${strftimeStamp})\\]?:? {1,2}(?=[\\w-]{1,64}(?:\\(|: ))`);

/**
 * Returns what Dovecot wrote to its standard error, without the stamp that it puts before: whoever took the line down
 * has put one there too.
 */
export function withoutOwnStamp(message: string): string {
  // What Dovecot says begins with the name of one of its processes: no expression is needed for most lines.
  if (message.charCodeAt(0) >= lowerA) return message;
  const found = restamped.exec(message);
  return found === null ? message : message.slice(found[0].length);
}
