import { describe, expect, it } from 'vitest';
import { eximLog } from '../../../src/mtas/exim/own-log.ts';
import { utc } from '../../../src/syslog/zone.ts';

describe("Exim's own log", () => {
  const log = eximLog.open(utc);
  it.each([
    { line: '2026-11-24 21:58:56 H=(h) [192.0.2.1] F=<>', time: '2026-11-24T21:58:56Z' },
    { line: '2026-11-24 21:58:56.123 +0100 [77] H=(h)', time: '2026-11-24T20:58:56Z' },
    { line: 'Nov 24 21:58:56 mx exim[1]: x', time: undefined },
    { line: ' Suggested action: use keep_environment.', time: undefined },
  ])('has the time of $line', ({ line, time }) => {
    expect(log.stampOf(Buffer.from(line), Date.UTC(2026, 10, 25) / 1000)).toBe(
      time === undefined ? undefined : Date.parse(time) / 1000,
    );
  });
});
