/**
 * What supervisors and container engines put before a line: a stamp, and what else they know. Behind it stands a line of
 * a syslog daemon, of socklog, or what a server writes to its standard output or error.
 */

import { printedLine } from '../../maillog/printed.ts';
import {
  atPlace,
  type Form,
  findAt,
  type IsNamed,
  isoStamp,
  type LogRecord,
  level,
  recordOf,
  tag,
  time,
} from './grammar.ts';
import { parsePlain } from './plain.ts';
import { parseSyslog } from './syslog.ts';

/** TAI64N: multilog, svlogd -t, s6-log t. */
const tai = '@[\\da-f]{24}';
/** svlogd -tt. */
const svlogd = String.raw`\d{4}-\d\d-\d\d_${time}\.\d{5}`;
const stamp = atPlace(`(${tai}|${svlogd}|${isoStamp}) {1,2}`);

/** Kubernetes' CRI: the stream, and whether the line ends here (F) or is to go on (P). */
const cri = /(?:stdout|stderr) F(?::\S*)? /y;

/** socklog: `mail.info: `, and where it hears the network, the sender's address before. */
const socklog = new RegExp(String.raw`(?:(?<host>[\da-fA-F.:]{3,45}): )?${level}: `, 'y');

const tagged = atPlace(tag);

/** `docker compose logs` and `docker service logs` (`dovecot-1  | `), `kubectl logs --prefix`. */
const container = /^(?:([\w.@-]{1,200}) +\| |\[pod\/([\w./-]{1,300})\] )/;

/**
 * Containers of servers that pass on line ends of clients where they print (`prints line-ends` in their rules): behind such a
 * name whole lines may be a client's, whatever program they name.
 */
const passesLineEnds = /nginx|perdition|mailutils|imap4d|dbmail/i;

/** Returns the record of a line that a supervisor, socklog or a container engine has written. */
export const parseSupervised: Form = (line, isNamed) => {
  const named = container.exec(line);
  if (named !== null) {
    if (passesLineEnds.test(named[0])) return undefined;
    const text = line.slice(named[0].length);
    return parseStamped(text, isNamed) ?? parsePlain(text, isNamed);
  }
  return parseStamped(line, isNamed) ?? parseSocklog(line, 0, undefined, isNamed);
};

function parseStamped(line: string, isNamed: IsNamed): LogRecord | undefined {
  const outer = findAt(stamp, line, 0);
  if (outer === undefined) return undefined;
  const [{ length }, written = ''] = outer;
  const byEngine = findAt(cri, line, length);
  const from = length + (byEngine?.[0].length ?? 0);
  const bySocklog = parseSocklog(line, from, written, isNamed);
  if (bySocklog !== undefined) return bySocklog;
  const inner = parsePlain(line.slice(from), isNamed);
  if (inner !== undefined) return { ...inner, stamp: written };
  // After a stamp of RFC 3339 alone a tag is the server's own file's, or follows a host: syslog.ts has both. s6-log T puts
  // two blanks behind its stamp.
  const isSure = byEngine !== undefined || outer[0].endsWith('  ') || !isIso.test(written);
  return isSure ? parseTagged(line, from, written) : undefined;
}

const isIso = /^\d{4}-\d\d-\d\d[^_]/;

/** Returns the record of a line of socklog, whose stamp is `outer` if a supervisor has written one. */
function parseSocklog(
  line: string,
  from: number,
  outer: string | undefined,
  isNamed: IsNamed,
): LogRecord | undefined {
  const begin = findAt(socklog, line, from);
  if (begin === undefined) return undefined;
  const next = from + begin[0].length;
  const sent = parseSyslog(line.slice(next), isNamed) ?? (outer && parseTagged(line, next, outer));
  if (!sent) return undefined;
  const { host = '' } = begin.groups ?? {};
  return { ...sent, stamp: outer ?? sent.stamp, host: sent.host || host };
}

/** What a server writes to its standard output. */
function parseTagged(line: string, from: number, stamp: string): LogRecord | undefined {
  const found = findAt(tagged, line, from);
  return found && { ...recordOf(stamp, found, line), printed: printedLine };
}

/**
 * Returns the record of a whole line that stands in a field. `stamp` says when it was written, as a container engine
 * knows it, or, with `wasReadThen`, when a collector has read it: then the line's own stamp, if it has one, says more.
 */
export function parseContained(
  line: string,
  stamp: string,
  wasReadThen: boolean,
  isNamed: IsNamed,
): LogRecord | undefined {
  const inner = parsePlain(line, isNamed);
  if (inner === undefined) return parseTagged(line, 0, stamp);
  return wasReadThen ? inner : { ...inner, stamp };
}
