/**
 * What a rule reads in a line, by the groups that its expression took: a login, the end of a session, or half of
 * a login, with what joins the halves. Nothing here remembers earlier lines.
 */
import { isAddress, parseAddress } from '../relay/address.ts';
import type { Session } from '../relay/session.ts';
import type { Kind } from '../rules/kinds.ts';
import type { Captures, Expression, Rule } from '../rules/rule.ts';
import type { Unstamped } from '../syslog/envelope.ts';
import { servingKey, sessionKey } from './half-open.ts';
import type { Outcome, UncountedLine } from './outcome.ts';
import { hasBytes } from './too-long.ts';
import type { Attempt, TriedRule } from './tried-rules.ts';

/** Where a line comes from, as its chunk says. */
export interface LineContext {
  /** File name, `-` or `journal:`. */
  readonly source: string;
  /** Its number in that file from 1; 0 where lines are not counted. */
  readonly line: number;
  /** Its place among all lines that are read, from 1; `line` says it where this does not. */
  readonly place?: number;
  /** Written since the last run: a stamp ahead of the clock counts as now. */
  readonly isNew: boolean;
  /** Unix seconds that it was written before. */
  readonly writtenBefore: number;
  /** All of its bytes are known to be ASCII, which takes less decoding. */
  readonly isAscii?: boolean;
}

/** Which of a rule's expressions matched a line, and what the groups took. */
export interface Reading {
  readonly rule: Rule;
  readonly kind: Kind;
  readonly captures: Captures;
}

/**
 * Returns how a rule reads a text: its first expression that matches, logins before all. inetutils' syslogd and busybox'
 * write a blank for the line end that a message ends with: it is tried without that first.
 */
export function readWith(tried: TriedRule, text: string): Reading | undefined {
  return (text.endsWith(' ') ? readExactly(tried, text.slice(0, -1)) : undefined) ?? readExactly(tried, text);
}

function readExactly({ rule, attempts }: TriedRule, text: string): Reading | undefined {
  for (let index = 0; index < attempts.length; index++) {
    const { kind, expression } = attempts[index] as Attempt;
    const captures = expression.match(text) ?? (kind === 'void' ? matchOfBytes(expression, text) : undefined);
    if (captures !== undefined) return { rule, kind, captures };
  }
  return undefined;
}

/** How long what a client wrote is counts in bytes here: daemons cut at bytes, and a character has up to four. */
function matchOfBytes(expression: Expression, text: string): Captures | undefined {
  if (!hasBytes(text, text.length + 1)) return undefined;
  return expression.match(Buffer.from(text).toString('latin1'));
}

/** Reports whether a journal record carries the fields that a rule demands; no line of a file carries any. */
export function hasFields(rule: Rule, fields: ReadonlyMap<string, string> | undefined): boolean {
  if (rule.journal.length === 0) return true;
  return rule.journal.every((condition) => {
    const equals = condition.indexOf('=');
    return fields?.get(condition.slice(0, equals)) === condition.slice(equals + 1);
  });
}

/** Returns a reading that would be a login but for a reason. */
export function refusedFor(
  reason: string,
  { rule }: Reading,
  user: string | undefined,
  address: string | undefined,
): UncountedLine {
  return { kind: 'refused', rule: rule.name, reason, ...clientOf(user, address) };
}

/** What starts servers, and is the one program that writes of other processes: xinetd, `START: pop3 pid=811 from=…`. */
const starter = 'xinetd';

/**
 * Returns what joins the lines of a login within a stanza, the surest first. tcpd and inetd become the server, in the same
 * process: which program had a line written does not matter. But two servers that one name is for, as Mailutils' pop3d and
 * imap4d, count their sessions each by itself, and come to the same ids.
 */
export function keysOf({ rule, captures }: Reading, { host, program, pid: writer }: Unstamped): string[] {
  // A server in which a client can begin a line must not speak for another process.
  const pid = captures.pid === undefined || program === starter ? (captures.pid ?? writer) : '';
  const stanza = `${rule.name} ${rule.programs.join(' ')}`;
  return [
    ...(captures.session === undefined ? [] : [sessionKey(stanza, host, captures.session)]),
    ...(pid === '' ? [] : [servingKey(stanza, host, pid)]),
  ];
}

/**
 * By the name, or by the method of SASL (RFC 4505), in whatever element a server logs it: Dovecot's
 * `auth_anonymous_username` may be any name, and its `login_log_format_elements` may say `mech=<%m>`.
 */
function isAnonymous(user: string, message: string): boolean {
  if (user.length >= 9 && /^anonymous(?:[ @]|$)/i.test(user)) return true;
  return message.includes('ANONYMOUS') && /(?<![\w-])ANONYMOUS(?![\w-])/.test(message);
}

/** What a rule makes of the lines of one login. */
interface Claim {
  readonly rule: Rule;
  readonly user: string;
  /** As the log has it. */
  readonly address: string;
  readonly session: Session | undefined;
}

/** Returns the login that lines claim, at `time` (Unix seconds), or why it is none. */
export function loginOf(
  { rule, user, address: text, session }: Claim,
  { host, program, pid, message }: Unstamped,
  time: number,
  { source, line }: LineContext,
): Outcome {
  const address = parseAddress(text);
  if (!isAddress(address))
    return { kind: 'refused', rule: rule.name, reason: address.reason, user, address: text };
  // Anybody may be anonymous, and servers log the password that was given after that: such a login proves no account.
  if (isAnonymous(user, message))
    return { kind: 'refused', rule: rule.name, reason: 'an anonymous login', user, address: text };
  const server = rule.name;
  return {
    kind: 'login',
    login:
      session === undefined
        ? { time, address, user, server, host, program, pid, source, line }
        : { time, address, user, server, host, program, pid, source, line, session },
  };
}

/** Returns the properties that hold what is known of a client. */
export function clientOf(
  user: string | undefined,
  address: string | undefined,
): { user?: string; address?: string } {
  return { ...(user === undefined ? {} : { user }), ...(address === undefined ? {} : { address }) };
}

/** Returns what joins a login and its logout, which another process of the server may write. */
export function sessionOf({ rule, captures }: Reading, { host, program, pid }: Unstamped): Session {
  const of = { server: rule.name, stanza: rule.programs[0] ?? '', host };
  // Empty is what Dovecot writes where somebody is let in without a connection.
  if (captures.session) return { ...of, kind: 'id', key: `${host}\0${captures.session}` };
  if (pid !== '') return { ...of, kind: 'process', key: `${host}\0${program}\0${pid}` };
  return { ...of, kind: 'none', key: '' };
}
