import { describe, expect, it } from 'vitest';
import { parseTruth } from '../../src/rule-debugger/expect.ts';
import { ExpectedLines } from '../../src/rule-debugger/expected-lines.ts';

const truth = [
  '{"text": "OK bob", "login": true, "user": "bob", "address": "192.0.2.10"}',
  '{"text": "bye", "login": false}',
  '{"text": "OK bob", "login": true, "user": "bob", "address": "192.0.2.11"}',
  '2 -',
].join('\n');

/** Returns, for each line that the truth is about, its number and its address or '-'; and what is amiss. */
function located(lines: readonly string[]): { lines: string[]; amiss: string[] } {
  const expected = new ExpectedLines(parseTruth(truth).expectations);
  for (const [index, line] of lines.entries()) expected.take(index + 1, line);
  const { expected: found, amiss } = expected.located();
  return {
    lines: found.map(({ line, fact }) => `${line} ${fact.address ?? '-'}`).sort(),
    amiss: amiss.map((one) => `${'text' in one && one.text}: ${one.expected}: ${one.found}`),
  };
}

describe('ExpectedLines', () => {
  const whole = { lines: ['1 192.0.2.10', '2 -', '3 -', '4 192.0.2.11'], amiss: [] };

  it.each<{ name: string; before: string }>([
    { name: 'of the traditional form', before: 'Nov 22 10:04:26 mx d[7]: ' },
    { name: 'of the form with a time zone', before: '2026-11-22T10:04:26.123456+00:00 mx d[7]: ' },
    { name: 'of RFC 5424', before: '<22>1 2026-11-22T10:04:26Z mx d 7 - -  ' },
    { name: 'of no known form', before: '' },
  ])('finds the lines $name by what they say, equal ones in their order', ({ before }) => {
    expect(located(['OK bob', 'hello', 'bye', 'OK bob'].map((message) => before + message))).toEqual(whole);
  });

  it('finds them by the whole line too', () => {
    expect(located(['OK bob', 'hello', 'bye', 'Nov 22 10:04:26 mx d[7]: OK bob'])).toEqual(whole);
  });

  it('says which text is missing, and which is there more often', () => {
    expect(located(['OK bob', 'bye', 'bye'])).toEqual({
      lines: ['1 192.0.2.10', '2 -', '2 -'],
      amiss: ['OK bob: bob from 192.0.2.11: no such line', 'bye: 1 of such a line: 2'],
    });
  });

  it('takes no other line for one that says it: a part of a text is another text', () => {
    expect(located(['OK bobby', 'x OK bob', '', 'bye']).lines).toEqual(['2 -', '4 -']);
  });
});
