/**
 * Notes of a syslog daemon in the place of lines that were equal. One that stands directly after a login, of the same
 * host, tells of further logins of that client, the last of them at its own time:
 *
 *     vm last message repeated 3 times                                                 inetutils, BSD
 *     vm pop3d: message repeated 3 times: [ LOGIN, user=rita, ip=[192.0.2.20]]         rsyslog
 *     vm pop3d[7]: Last message 'LOGIN, user=rita, ip' repeated 3 times, suppressed by syslog-ng on vm
 *                     - Last output repeated 3 times -                                             metalog
 *
 * Metalog's has neither time nor host: it counts at the login's own time, so that nobody wins by it who makes a server
 * write such a line.
 */
import type { LoginLine } from '../state/login-line.ts';
import { type LogRecord, parseEnvelope } from '../syslog/envelope.ts';

/**
 * Returns the record of a note, if a line is one that tells of the line before; undefined for any other. Its stamp is ''
 * where it has none.
 */
export function noteOf(line: string, before: LoginLine): LogRecord | undefined {
  if (before.host === '' && metalogNote.test(line)) {
    const { host, program, pid } = before;
    return { stamp: '', host, program, pid, message: line };
  }
  const [, head] = /^(.{1,200} )last message repeated \d{1,9} times? ?$/.exec(line) ?? [];
  const record = parseEnvelope(head === undefined ? line : `${head}note: -`);
  if (record === undefined || record.host !== before.host) return undefined;
  // In a text that ends in these words, which a client may have chosen, the head would reach into the message.
  if (head !== undefined) return record.program === 'note' && record.message === '-' ? record : undefined;
  return record.program === before.program && repeats(record, before) ? record : undefined;
}

/** As metalog 4 writes it; the blanks are as many as its stamp has characters. */
const metalogNote = /^ {1,64}- Last output repeated (?:twice|\d{1,10} times) -$/;

function repeats(note: LogRecord, { message, pid }: LoginLine): boolean {
  const [, whole, beginning] = form.exec(note.message) ?? [];
  // rsyslog's form has the blank after the tag too.
  if (whole !== undefined) return note.pid === pid && whole.trim() === message.trim();
  return beginning !== undefined && message.startsWith(beginning);
}

/** Reports whether a message is a note in the place of others, whoever's they are. */
export function isNote(message: string): boolean {
  return form.test(message);
}

/** syslog-ng names the first twenty characters. */
const form =
  /^(?:message repeated \d{1,9} times: \[(.*)\]|Last message '(.{1,20})' repeated \d{1,9} times, suppressed by syslog-ng on \S{1,255}) ?$/;
