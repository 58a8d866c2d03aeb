/**
 * Whether what a mail log has got since a run can be told to be of no use to any rule, without decoding a line: for the
 * gate, which is asked at each line that another program writes. Nothing is taken for read: whatever is passed over here
 * is read by the next run, in its place.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { LogSearch } from '../../state/idle-note.ts';

/** A run is made, and goes on from there, once there is more than that to search. Bytes. */
const mostUnread = 256 * 1024;

/** So much before the place where reading goes on is compared. Bytes. */
const tailSize = 128;

/** In these forms the text of a message may be escaped or cut, so that no search finds it. */
const doubtful = ['{"', '\n{', '\x1e', 'stdout P ', 'stderr P '].map((text) => Buffer.from(text));

/** Returns the bytes before an offset of an open file, as the note of a run keeps them. */
export function tailBefore(fd: number, offset: number): string {
  const tail = Buffer.alloc(Math.min(tailSize, offset));
  const length = readSync(fd, tail, 0, tail.length, offset - tail.length);
  return tail.toString('base64', 0, length);
}

/**
 * A line in the usual forms of syslog daemons; its group is the program. A host with a colon may be the program of a
 * server's own log.
 */
const usualLine =
  /^(?:[A-Z][a-z]{2} [ \d]\d [\d:]{8}|\d{4}-\d\d-\d\dT\S+) [^\s:[\]]+ ([\w./-]+)(?:\[\d+\])?: /;

/** Returns whether text of a log has a line that is something to a rule: needles and programs as {@link LogSearch} has them. */
export function isWorthReading(
  text: Buffer,
  needles: readonly Buffer[],
  programs: readonly string[],
): boolean {
  if (doubtful.some((mark) => text.includes(mark))) return true;
  return needles.some((needle) => {
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
      const start = text.lastIndexOf(0x0a, at) + 1;
      const program = usualLine.exec(text.toString('latin1', start, at + needle.length))?.[1];
      if (program === undefined || programs.some((part) => program.includes(part))) return true;
    }
    return false;
  });
}

/**
 * Returns a judge of logs: whether one is the file that was looked at, with more at its end, and nothing in that is worth
 * reading. `look` is what lookAt() saw of it. System errors are thrown.
 */
export function searchUnread({
  needles,
  programs,
  logs,
}: LogSearch): (path: string, look: string) => boolean {
  const texts = needles.map((needle) => Buffer.from(needle, 'base64'));
  return (path, look) => {
    const log = logs[path];
    const unread = log && unreadOf(path, look, log);
    return unread !== undefined && !isWorthReading(unread, texts, programs);
  };
}

/** Returns what a log has got since it was looked at; undefined where it is another file, or has got nothing or too much. */
function unreadOf(
  path: string,
  look: string,
  { offset, tail }: LogSearch['logs'][string],
): Buffer | undefined {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { dev, ino, mode, uid, gid, size } = fstatSync(fd);
    const was = look.split(' ');
    if (was.slice(0, 5).join(' ') !== [dev, ino, mode, uid, gid].join(' ')) return undefined;
    if (size <= Number(was[5]) || size - offset > mostUnread || tailBefore(fd, offset) !== tail)
      return undefined;
    const unread = Buffer.alloc(size - offset);
    return readSync(fd, unread, 0, unread.length, offset) === unread.length ? unread : undefined;
  } finally {
    closeSync(fd);
  }
}
