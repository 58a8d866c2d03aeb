/**
 * A line that a syslog daemon has cut earlier than others do, so that the usual bound does not tell. But each line that was
 * cut has one length, and few others do.
 */
import { printedLine } from '../maillog/printed.ts';
import type { Rule } from '../rules/rule.ts';
import { usualLongest } from '../rules/usual-longest.ts';
import type { Unstamped } from '../syslog/envelope.ts';
import { hasBytes } from './too-long.ts';

/**
 * Bytes behind `<22>Nov 22 10:04:26 ` or `<134>…` of what FreeBSD 12's syslogd forwards by IPv4, which is 480 in all
 * (`fprintlog_write()` in syslogd.c).
 */
const freeBsd: readonly number[] = [460, 459];

/**
 * The same of busybox' syslogd as Alpine builds it, which reads 255, and with a buffer of 512 bytes
 * (FEATURE_SYSLOGD_READ_BUFFER_SIZE; measured: 1.35.0).
 */
const busybox: readonly number[] = [235, 234, 491, 490];

/** What it writes for a control character, after the cut. */
const control = /\^[@-_?]/g;

/** Bytes: no shorter message is one that was cut, since the names before it are not so long. */
const shortest = { freeBsd: 300, busybox: 150 };

/** Bytes of the shortest message that may be cut in a line that has a host, and no level before the tag. */
export const shortestCut = shortest.freeBsd;

/**
 * Returns the bytes of the shortest message that may be a broken one of a rule's server: broken by its own logger, or with
 * its end cut off since; undefined where none may be. What a server does not break itself, it cuts.
 */
export function shortestBroken({ broken, longest }: Pick<Rule, 'broken' | 'longest'>): number | undefined {
  return broken === undefined || longest > usualLongest ? broken : Math.min(broken, shortest.busybox);
}

/**
 * Reports whether a line has the length of one that was cut, so that its end may be the client's and not the server's.
 * busybox names level and facility, or with -S not even the host; it is not asked of a server that itself cuts what a client
 * chose, which the `longest` of its rule (bytes) tells, and whose true lines are as long as that.
 */
export function mayBeCut(record: Unstamped, longest: number): boolean {
  const { host, program, pid, message } = record;
  const mayBeBusybox = longest <= usualLongest && (record.isBusybox || record.printed === printedLine);
  if (!hasBytes(message, mayBeBusybox ? shortest.busybox : shortest.freeBsd)) return false;
  const bytes = Buffer.byteLength(`${program}${pid === '' ? '' : `[${pid}]`}: ${message}`);
  if (mayBeBusybox) {
    const controls = message.match(control)?.length ?? 0;
    if (busybox.some((cut) => cut <= bytes && cut >= bytes - controls)) return true;
  }
  return [0, `${host} `.length, `Forwarded from ${host}: `.length].some((more) =>
    freeBsd.includes(bytes + more),
  );
}
