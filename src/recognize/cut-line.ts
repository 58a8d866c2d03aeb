/**
 * A line that was cut where one host forwarded it to another. FreeBSD 12's syslogd sends no more than 480 bytes by IPv4, of
 * which the priority and the stamp are some: that is less than other daemons cut at, so that the usual bound does not tell.
 * But each line that was cut has that one length, and few others do (`fprintlog_write()` in syslogd.c).
 */
import type { Unstamped } from '../syslog/envelope.ts';
import { hasBytes } from './too-long.ts';

/** Bytes of such a line behind `<22>Nov 22 10:04:26 `, and behind `<134>…`. */
const cutAt: readonly number[] = [460, 459];

/** Bytes: no shorter message is one that was cut, since the names before it are not so long. */
export const shortestCut = 300;

/** Reports whether a line has the length of one that was cut, so that its end may be the client's and not the server's. */
export function mayBeCut({ host, program, pid, message }: Unstamped): boolean {
  if (!hasBytes(message, shortestCut)) return false;
  const tagged = `${program}${pid === '' ? '' : `[${pid}]`}: ${message}`;
  const before = ['', `${host} `, `Forwarded from ${host}: `];
  return before.some((each) => cutAt.includes(Buffer.byteLength(each + tagged)));
}
