/**
 * Lines that begin with a stamp, as syslog daemons and journalctl write them. What follows the stamp, up to the message,
 * differs from daemon to daemon; a table of exact(8) says which writes what.
 */
import { printedLine } from '../../maillog/printed.ts';
import {
  angledLevel,
  asctimeStamp,
  atPlace,
  bsdStamp,
  type Form,
  findAt,
  host,
  type IsNamed,
  isMark,
  isoStamp,
  journalctlStamp,
  type LogRecord,
  level,
  nameAndPid,
  nginxIn,
  nginxStamp,
  recordOf,
  tag,
} from './grammar.ts';

const stamp = atPlace(`(${bsdStamp}|${isoStamp}|${asctimeStamp}|${journalctlStamp}) `);

/** rsyslog, syslog-ng, inetutils, journalctl; without a host the server's own file. */
const usual = atPlace(`(?:(?<host>${host}) )?${tag}`);

/** nginx under busybox: the host once more behind the level. See {@link nginxLine}. */
const nginx = atPlace(`(?<host>${host}) (?<level>${level}) (?:${host} )?${tag}(?=${nginxStamp})`);

/**
 * FreeBSD `<mail.info> mx dovecot: `, busybox `mx mail.info dovecot: `, AIX `mx mail:info dovecot: `, and FreeBSD's and
 * AIX's `Forwarded from mx: dovecot: `.
 */
const leveled = atPlace(
  `(?:${angledLevel} )?(?:(?<local>${host}) )?(?:(?:(?<level>${level})|${angledLevel}) )?` +
    `(?:(?:Message f|F)orwarded from (?<host>${host}): )?${tag}`,
);

/** OpenWrt's logread has no host, and with -t seconds since 1970: `mail.info dovecot: `, `[1795342234.007] mail.info …`. */
const openWrt = atPlace(String.raw`(?:\[\d{9,11}\.\d{3}\] )?${level} ${tag}`);

/** macOS: `mx dovecot[811] <Info>: `. */
const apple = atPlace(
  `(?<host>${host}) ${nameAndPid} <(?:Emergency|Alert|Critical|Error|Warning|Notice|Info|Debug)>:(?: |$)`,
);

/** A host that is an address, in brackets. */
const bracketed = atPlace(String.raw`\[(?<host>[\da-fA-F]*[:.][\da-fA-F:.]+(?:%\w+)?)\] ${tag}`);

/** Metalog: `[dovecot] `. */
const metalog = atPlace(String.raw`\[${nameAndPid}\](?: |$)`);

const forms = [usual, nginx, apple, bracketed, metalog, leveled];

/**
 * rsyslog that received RFC 5424 writes no colon after the tag, and some senders no blank after the colon. Most words
 * that follow a host are no tag: a rule must name this one.
 */
const bare = atPlace(String.raw`(?<host>${host}) ${nameAndPid}(?: |:(?=[^\s:]))`);

/** journalctl --output=with-unit has the unit in the tag's place: `dovecot.service[811]: `, `popa3d@1.service[811]: `. */
const unit = /^([\w.+-]{1,64}?)(?:@[^/\s]*)?\.(?:service|socket)$/;

/** The usual form once more, in one expression: most lines of most logs have it, and one is quicker than two. */
const usualLine = new RegExp(`^(${bsdStamp}|${isoStamp}) (?:(${host}) )?${unnamed(tag)}`);
/**
 * nginx names the host where a syslog daemon expects the tag, so rsyslog leaves `HOST HOST nginx: …` or
 * `HOST  nginx: …`, and syslog-ng that reads the journal `HOST HOST[31]: nginx: …`. Read as what it means only where
 * nginx's own stamp follows.
 */
const nginxLine = new RegExp(
  `^(${bsdStamp}|${isoStamp}) (${host}) (?:\\2)? ?${unnamed(tag)}(?=${nginxStamp})`,
);
/** A second stamp, or the zone of one: `2026-11-22 10:04:26 +0100 imap-login: `. */
const noHost = /^(?:\d{4}-\d\d-\d\d|[+-]\d{4}$)/;

/**
 * Returns the record of a line in the form that rsyslog and most others write; undefined for one that has another form,
 * or may have.
 */
export function parseUsual(line: string): LogRecord | undefined {
  const found = usualLine.exec(line) ?? nginxLine.exec(line);
  if (found === null) return undefined;
  const [{ length }, written = '', host = '', program = '', pid = ''] = found;
  // A stamp in the place of the host: a container engine has written the one before it.
  if (isMark(program) || noHost.test(host)) return undefined;
  const nginx = program === host ? nginxIn(line.slice(length)) : undefined;
  if (nginx !== undefined) return { stamp: written, host, ...nginx };
  const message = line.slice(length);
  return { stamp: written, host, program, pid, message, ...(host === '' && { printed: printedLine }) };
}

function unnamed(source: string): string {
  return source.replace(/\?<(?:program|pid)>/g, '');
}

const beginsLikeShortFull = /^[A-Z][a-z]{2} \d{4}-/;
const beginsWithWeekday = /^[A-Z][a-z]{2} [A-Z]/;

/** Returns the record of a line that begins with a stamp. */
export const parseSyslog: Form = (line, isNamed) => {
  const found = findAt(stamp, line, 0);
  if (found === undefined) return undefined;
  const [{ length }, written = ''] = found;
  const rest =
    (beginsWithWeekday.test(written) && findAt(openWrt, line, length)) || restOf(line, length, isNamed);
  const record = rest && recordOf(written, rest, line);
  return record && beginsLikeShortFull.test(written) ? byUnit(record, isNamed) : record;
};

const zone = /^[+-]\d{4}$/;

/** Returns what stands between stamp and message; what has a zone in the host's place is a server's own line. */
function restOf(line: string, from: number, isNamed: IsNamed): RegExpExecArray | undefined {
  for (const form of forms) {
    const found = findAt(form, line, from);
    if (found !== undefined) return zone.test(found.groups?.host ?? '') ? undefined : found;
  }
  const found = findAt(bare, line, from);
  return isNamed(found?.groups?.program ?? '') ? found : undefined;
}

function byUnit(record: LogRecord, isNamed: IsNamed): LogRecord {
  const [, program] = unit.exec(record.program) ?? [];
  return program !== undefined && isNamed(program) ? { ...record, program } : record;
}
