import { describe, expect, it } from 'vitest';
import { addressesIn, isMta, mentionsLogin } from '../../src/rule-debugger/mentions.ts';

describe('addressesIn()', () => {
  it.each<{ text: string; want: readonly string[] }>([
    { text: 'from 192.0.2.10', want: ['192.0.2.10'] },
    { text: 'from 192.0.2.10:993, to [2001:db8::10]:143.', want: ['192.0.2.10', '2001:db8::10'] },
    { text: 'ip=[::ffff:192.0.2.10]', want: ['192.0.2.10'] },
    { text: '192.0.2.1:33235->192.0.2.2:110', want: ['192.0.2.1', '192.0.2.2'] },
    { text: 'login of 2001:db8::1 and ::1.', want: ['2001:db8::1', '::1'] },
    {
      text: 'at 10:04:26, version 2.4.1, 1.2.3.4.5, 192.0.2.256, 0.0.0.0, a192.0.2.1, 192.0.2.1.example.org',
      want: [],
    },
    { text: 'dead beef ::', want: [] },
  ])('$text', ({ text, want }) => {
    const found = addressesIn(text);
    expect(found.map(({ address }) => address)).toEqual(want);
    for (const { start, end } of found) expect(text.slice(start, end)).toMatch(/^[0-9a-f:.]+$/);
  });
});

describe('mentionsLogin()', () => {
  it.each<{ message: string; want: boolean }>([
    { message: 'LOGIN OK u="alice" peer=192.0.2.10', want: true },
    { message: 'bob@example.org 192.0.2.10', want: true },
    { message: 'connect from unknown[192.0.2.10]', want: false },
    { message: 'Login user=alice', want: false },
  ])('$message', ({ message, want }) => {
    expect(mentionsLogin(message)).toBe(want);
  });
});

describe('isMta()', () => {
  it.each(['postfix/smtpd', 'postfix-in/qmgr', 'sm-mta', 'exim4', 'submission-login'])('%s', (program) => {
    expect(isMta(program)).toBe(true);
  });
  it.each(['dovecot', 'imapd', 'postfixd', 'zpopd'])('not %s', (program) => {
    expect(isMta(program)).toBe(false);
  });
});
