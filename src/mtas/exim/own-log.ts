/**
 * Exim's own log file: no host and no tag, its stamp with a blank in it. What syslog would say is put before each
 * line, for the rules of relay refusals alone: no rule for logins is ever tried on it.
 */

import type { JournalRecord } from '../../maillog/chunk.ts';
import type { OwnLog, OwnLogReader } from '../../refusals/relay-refusal.ts';
import { longestLine } from '../../syslog/longest-line.ts';
import { createStampReader, type StampReader } from '../../syslog/stamp.ts';
import type { Zone } from '../../syslog/zone.ts';

/** With `log_selector = +millisec` or `+pid`, or `log_timezone`, the stamp has more. */
const beginning = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{3})?)(?: ([+-]\d{4}))?(?: \[(\d+)\])? /;

/** What the lines have that are of interest. */
const needle = Buffer.from('ejected RCPT ');

const newline = 0x0a;

/** Exim's own log: of Debian, FreeBSD, Red Hat. */
export const eximLog: OwnLog = {
  paths: ['/var/log/exim4/mainlog', '/var/log/exim/mainlog', '/var/log/exim/main.log'],
  open,
};

function open(zone: Zone): OwnLogReader {
  const stamps = createStampReader(zone);
  return {
    stampOf: (line, writtenBefore) => recordOf(line.toString('latin1', 0, 64), stamps, writtenBefore)?.time,
    records({ bytes, start, end, writtenBefore }) {
      const records: JournalRecord[] = [];
      for (let at = bytes.indexOf(needle, start); at >= 0 && at < end; ) {
        const from = Math.max(start, bytes.lastIndexOf(newline, at) + 1);
        const feed = bytes.indexOf(newline, at);
        const to = feed < 0 || feed > end ? end : feed;
        const line = to - from > longestLine ? '' : bytes.toString('utf8', from, to);
        const record = recordOf(line, stamps, writtenBefore);
        if (record !== undefined) records.push(record);
        at = bytes.indexOf(needle, to);
      }
      return records;
    },
  };
}

function recordOf(line: string, stamps: StampReader, writtenBefore: number): JournalRecord | undefined {
  const [head = '', stamp, offset = '', pid = ''] = beginning.exec(line) ?? [];
  if (stamp === undefined) return undefined;
  const time = stamps.read(`${stamp}${offset}`, writtenBefore);
  if (time === undefined) return undefined;
  const record = { stamp, host: '', program: 'exim', pid, message: line.slice(head.length) };
  return { time, record, fields: new Map() };
}
