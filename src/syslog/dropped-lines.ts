/**
 * What syslog daemons say of lines that they have dropped. Sources: rsyslog's ratelimit.c (`NAME: N messages lost due to
 * rate-limiting`) and imuxsock.c before 7.5 (`imuxsock lost N messages from pid N`); journald-server.c and
 * journald-syslog.c of systemd; the error messages of syslog-ng's manual (`Destination queue full`), and its statistics.
 */
import type { LogRecord } from './forms/grammar.ts';

/** A way in which lines are dropped, and the setting that ends it. */
export interface LossCause {
  /** For people, to begin a sentence. */
  readonly name: string;
  /** What to set, and where. */
  readonly fix: string;
}

interface KnownLoss extends LossCause {
  readonly program: RegExp;
  readonly message: RegExp;
  /** A text that each such line has. */
  readonly needle: string;
}

const rsyslogd = /^rsyslogd(?:-\d{4})?$/;
const journald = /^systemd-journal(?:d)?$/;
const rateLimited = 'due to rate-limiting';

const losses: readonly KnownLoss[] = [
  {
    name: "rate limiting of rsyslog's imuxsock",
    program: rsyslogd,
    message:
      /^imuxsock\b.* (?:lost \d+ messages|messages lost|begins? to drop messages).* due to rate-limiting/,
    needle: rateLimited,
    fix: `set SysSock.RateLimit.Interval="0" at module(load="imuxsock") in /etc/rsyslog.conf`,
  },
  {
    name: "rate limiting of rsyslog's imjournal",
    program: rsyslogd,
    message: /^imjournal\b.* (?:messages lost|begin to drop messages) due to rate-limiting/,
    needle: rateLimited,
    fix: `set Ratelimit.Interval="0" at module(load="imjournal") in /etc/rsyslog.conf`,
  },
  {
    name: 'rate limiting of an input of rsyslog',
    program: rsyslogd,
    message: /^im(?!uxsock|journal)\w+.* (?:messages lost|begin to drop messages) due to rate-limiting/,
    needle: rateLimited,
    fix: `set RateLimit.Interval="0" at that input in /etc/rsyslog.conf`,
  },
  {
    name: 'rate limiting of journald',
    program: journald,
    message: /^Suppressed \d+ messages from /,
    needle: 'Suppressed ',
    fix: 'set RateLimitIntervalSec=0 in /etc/systemd/journald.conf; systemctl restart systemd-journald',
  },
  {
    name: 'a syslog daemon that is too slow for journald',
    program: journald,
    message: /^Forwarding to syslog missed \d+ messages/,
    needle: 'Forwarding to syslog missed ',
    fix: "read the journal itself, by 'maillog journal:'",
  },
  {
    name: 'a full queue of syslog-ng',
    program: /^syslog-ng$/,
    message: /^Destination queue full, dropping message|^Log statistics; .*\bdropped='[^']*=[1-9]/,
    needle: 'syslog-ng',
    fix: 'set flags(flow-control) in that log path of syslog-ng.conf, or a greater log-fifo-size()',
  },
];

/** Every way in which lines are known to be dropped. */
export const lossCauses: readonly LossCause[] = losses;

/** Texts of which each line that tells of dropped ones has one. */
export const lossNeedles: readonly string[] = [...new Set(losses.map(({ needle }) => needle))];

/** Returns how lines were dropped, if that is what a line tells; undefined for any other line. */
export function lossIn({ program, message }: Pick<LogRecord, 'program' | 'message'>): LossCause | undefined {
  return losses.find((loss) => loss.program.test(program) && loss.message.test(message));
}
