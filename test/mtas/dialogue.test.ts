import { expect, it } from 'vitest';
import { isSayable, judged, repliesIn } from '../../src/mtas/dialogue.ts';

it('reads replies of several lines, and nothing else that a program prints', () => {
  const text =
    '\r\n**** This is not for real!\r\n\r\n220 mx ESMTP\r\n250-mx Hello\r\n250 HELP\r\n550-first\r\n550 second\r\n';
  expect(repliesIn(text)).toEqual(['220 mx ESMTP', '250 mx Hello\nHELP', '550 first\nsecond']);
});

it('ends with the step that was refused, and asks what refused it', () => {
  const steps = judged(
    [
      { step: 'client', said: '192.0.2.7', reply: '220 mx\nmore' },
      { step: 'HELO', said: 'laptop', reply: undefined },
      { step: 'MAIL', said: '<a@b.example>', reply: '450 try\nlater' },
      { step: 'RCPT', said: '<c@d.example>', reply: '503 no sender' },
    ],
    ({ reply, step }) => `${step}: ${reply}`,
  );
  expect(steps).toEqual([
    { step: 'client', said: '192.0.2.7', verdict: 'accepted', reply: '220 mx' },
    { step: 'HELO', said: 'laptop', verdict: 'accepted' },
    {
      step: 'MAIL',
      said: '<a@b.example>',
      verdict: 'refused',
      reply: '450 try later',
      by: 'MAIL: 450 try later',
    },
  ]);
});

it.each(['alice@example.org', 'laptop', '[198.51.100.7]', 'x+y=z%w@a-b.example'])('says %s', (word) => {
  expect(isSayable(word)).toBe(true);
});

it.each(['', 'a b', 'a>b', 'a\r\nDATA', '$j', 'a`b', 'a"b', 'b\\c', 'ü', 'a;b', 'x'.repeat(255)])(
  'does not say %j',
  (word) => {
    expect(isSayable(word)).toBe(false);
  },
);
