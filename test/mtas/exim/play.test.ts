import { expect, it } from 'vitest';
import { refusingStatement } from '../../../src/mtas/exim/play.ts';

const begun = [
  '>>> host in host_reject_connection? no (option unset)',
  '>>> using ACL "c"',
  '>>> processing "accept" (/etc/exim4/exim4.conf 8)',
  '>>> accept: condition test succeeded in ACL "c"',
  '>>> end of ACL "c": ACCEPT',
  '>>> using ACL "r"',
  '>>> processing "deny" (/etc/exim4/exim4.conf 12)',
  '>>> check dnslists = dialup.example',
  '>>> deny: condition test failed in ACL "r"',
];

/** The trace of Exim 4.96, from standard error of `exim -bh`. */
function traceOf(...lines: readonly string[]): string {
  return [...begun, ...lines].join('\n');
}

it('names the statement that refused, by file and line, and its last condition', () => {
  const trace = traceOf(
    '>>> processing "deny" (/etc/exim4/exim4.conf 14)',
    '>>> check !acl = exceptions',
    '>>>  using ACL "exceptions"',
    '>>>  processing "accept" (/etc/exim4/exim4.conf 30)',
    '>>>  check hosts = 192.0.2.1',
    '>>>  end of ACL "exceptions": implicit DENY',
    '>>> check !verify = reverse_host_lookup',
    '>>> deny: condition test succeeded in ACL "r"',
    '>>> end of ACL "r": DENY',
  );
  expect(refusingStatement(trace)).toBe(
    "'deny' in /etc/exim4/exim4.conf, line 14 of ACL r: !verify = reverse_host_lookup",
  );
});

it('names one without a condition, one of a release that gives no place, and the end of an ACL', () => {
  expect(refusingStatement(traceOf('>>> processing "deny"', '>>> end of ACL "r": DENY'))).toBe(
    "'deny' of ACL r",
  );
  expect(refusingStatement(traceOf('>>> end of ACL "r": implicit DENY'))).toBe(
    'the end of ACL r, which nothing had accepted before',
  );
});

it('names host_reject_connection, which is no ACL', () => {
  const trace = '>>> host in host_reject_connection? yes (matched "198.51.100.0/24")';
  expect(refusingStatement(trace)).toBe('host_reject_connection');
  expect(refusingStatement('')).toBeUndefined();
});
