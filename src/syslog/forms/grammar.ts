/** The parts that envelopes are made of, as text of regular expressions, and what the forms of lines hand to each other. */
import type { Printed } from '../../maillog/printed.ts';

/** A log line taken apart. */
export interface LogRecord {
  /** As written, but for JSON, where a number of seconds becomes RFC 3339: stamp.ts reads it. */
  readonly stamp: string;
  /** '' in a server's own log file, which names none. */
  readonly host: string;
  /** '' in own log files whose lines have no tag (Zimbra, Stalwart). */
  readonly program: string;
  /** Digits, or '' where the line has none. */
  readonly pid: string;
  /** What the program wrote: the end of the line, unless that is JSON. */
  readonly message: string;
  /** Of an entry of the journal that is printed as JSON: the fields that journald itself adds. */
  readonly fields?: ReadonlyMap<string, string>;
  /** Of a line that the program has printed, or written to a file of its own. */
  readonly printed?: Printed | undefined;
  /** Facility and level stand before the tag, as busybox' syslogd writes them: `mail.info`. */
  readonly isBusybox?: boolean;
}

/** Reports whether some rule names a program. */
export type IsNamed = (program: string) => boolean;

/** Returns the record that a line of one family of forms holds; undefined for another line. */
export type Form = (line: string, isNamed: IsNamed) => LogRecord | undefined;

/** Hours, minutes and seconds. */
export const time = String.raw`\d\d:\d\d:\d\d`;
const fraction = String.raw`(?:[.,]\d{1,9})?`;
/** RFC 3164, with the day padded or not, with a year (`Nov 22 2026 10:04:26`) or a fraction. */
export const bsdStamp = String.raw`[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?${time}(?:\.\d{1,9})?`;
const dateOfIso = String.raw`\d{4}-\d\d-\d\d`;
const zoneOfIso = String.raw`(?:[Zz]|[+-]\d\d:?\d\d)?`;
/** RFC 3339; or local time, as a log_timestamp of dovecot and log4j have it. */
export const isoStamp = `${dateOfIso}[Tt ]${time}${fraction}${zoneOfIso}`;
/** RFC 5424 wants the letter between day and time. */
export const strictIsoStamp = `${dateOfIso}[Tt]${time}${fraction}${zoneOfIso}`;
/** OpenWrt's logread, and asctime(3): `Sun Nov 22 10:04:26 2026`. */
export const asctimeStamp = String.raw`[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} ${time} \d{4}`;
/** journalctl(1): short-full `Sun 2026-11-22 10:04:26 UTC`, short-unix `1795342234.007951`, short-monotonic `[ 4711.007951]`. */
export const journalctlStamp = String.raw`[A-Z][a-z]{2} ${dateOfIso} ${time}${fraction} (?:[A-Z]{2,5}|[+-]\d\d(?:\d\d)?)|\d{9,11}\.\d{6}|\[ *\d{1,12}\.\d{6}\]`;

/**
 * A name or address; it does not end in ':', so that a line without a host is not misread. `(none)` is a Linux host
 * whose name was never set.
 */
export const host = String.raw`(?:[\w.:%@/+-]{0,254}[\w.%@/+-]|\(none\))`;
/** Without '(': dovecot's own log puts the user there, `imap(bob)<1><x>: Info: …`, and no rule wants those. */
const program = String.raw`[\w./@+-]{1,64}`;
/** A program's name, and its process number; metalog writes '[-]' where there is none. */
export const nameAndPid = String.raw`(?<program>${program})(?:\[(?:(?<pid>\d{1,10})|-)\])?`;
/** A blank follows it, or the message is empty: `fe80::1` is no tag. */
export const tag = `${nameAndPid}:(?: |$)`;
/** nginx's own stamp, with which its messages begin. */
export const nginxStamp = String.raw`\d{4}/\d\d/\d\d ${time} \[`;

const facility =
  '(?:kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|ntp|security|console|local[0-7])';
const severity = '(?:emerg|panic|alert|crit|err|error|warning|warn|notice|info|debug)';
/** How daemons name facility and severity: `mail.info`, AIX `mail:info`. */
export const level = `${facility}[.:]${severity}`;
/** FreeBSD's `<mail.info>` (-vv) and `<2.6>` (-v), or a bare priority. */
export const angledLevel = String.raw`<(?:${facility}\.${severity}|\d{1,2}\.\d|\d{1,3})>`;

const wholeProgram = new RegExp(`^${program}$`);
const wholeHost = new RegExp(`^${host}$`);
const nginxMessage = new RegExp(`^${tag}(?=${nginxStamp})`);

/** Reports whether a text is what may stand in a tag as the program's name. */
export function isProgramName(text: string): boolean {
  return wholeProgram.test(text);
}

/** Reports whether a text is what may stand for a host. */
export function isHostName(text: string): boolean {
  return wholeHost.test(text);
}

/**
 * Returns program and message of what nginx sent, where a daemon that expects the tag in the place of nginx's host
 * name has left the tag in the message.
 */
export function nginxIn(message: string): Pick<LogRecord, 'program' | 'pid' | 'message'> | undefined {
  const found = nginxMessage.exec(message);
  if (found === null) return undefined;
  const { program = '', pid = '' } = found.groups ?? {};
  return { program, pid, message: message.slice(found[0].length) };
}

/** Returns an expression that is tried at one place of a line. */
export function atPlace(source: string): RegExp {
  return new RegExp(source, 'y');
}

/** Returns what an expression of {@link atPlace} finds there. */
export function findAt(expression: RegExp, line: string, from: number): RegExpExecArray | undefined {
  expression.lastIndex = from;
  return expression.exec(line) ?? undefined;
}

/** Returns the record whose parts stand before the end of what was found. */
export function recordOf(
  stamp: string,
  { groups, 0: { length }, index }: RegExpExecArray,
  line: string,
): LogRecord {
  const { host = groups?.local ?? '', program = '', pid = '', level } = groups ?? {};
  const message = line.slice(index + length);
  return { stamp, host, program, pid, message, ...(level?.includes('.') && { isBusybox: true }) };
}

/** The words with which Dovecot 1.x begins after the stamp. */
export const dovecotLevel = '(?:Debug|Info|Warning|Error|Fatal|Panic)';
const wholeMark = new RegExp(`^(?:${dovecotLevel}|${facility}\\.${severity}|(?:\\d{1,3}\\.){3}\\d{1,3})$`);

/**
 * Reports whether the name in a tag is no program's, but a mark behind which the tag is to follow: `mail.info` of socklog
 * or the address before that, `Info` of Dovecot 1.x.
 */
export function isMark(name: string): boolean {
  return wholeMark.test(name);
}
