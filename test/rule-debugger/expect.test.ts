import { describe, expect, it } from 'vitest';
import { parseTruth } from '../../src/rule-debugger/expect.ts';

describe('parseTruth()', () => {
  it('reads a line for people, with a user of several words, and one of no login', () => {
    expect(
      parseTruth('# sample of zpopd\n1 alice 192.0.2.10\n 2  bob smith  2001:DB8::10 \r\n\n3 -\n'),
    ).toEqual({
      expectations: [
        { line: 1, login: true, user: 'alice', address: '192.0.2.10' },
        { line: 2, login: true, user: 'bob smith', address: '2001:db8::10' },
        { line: 3, login: false },
      ],
      faults: [],
    });
  });

  it('reads JSON, with what the line says or with its number, which counts where there are both', () => {
    const rows = [
      '{"text": "OK alice", "login": true, "user": "alice", "address": "192.0.2.10", "note": "said by hand"}',
      '{"line": 7, "text": "mine", "login": "optional", "address": "::ffff:192.0.2.11"}',
      '{"text": "OK bob", "login": false}',
    ];
    expect(parseTruth(rows.join('\n'))).toEqual({
      expectations: [
        { text: 'OK alice', login: true, user: 'alice', address: '192.0.2.10' },
        { line: 7, login: 'optional', address: '192.0.2.11' },
        { text: 'OK bob', login: false },
      ],
      faults: [],
    });
  });

  it('takes what parse writes for the truth', () => {
    const row = '{"time":"2026-11-22T10:04:26Z","address":"192.0.2.10","user":"alice","server":"x","line":3}';
    const expectations = [{ line: 3, login: true, user: 'alice', address: '192.0.2.10' }];
    expect(parseTruth(row)).toEqual({ expectations, faults: [] });
  });

  it.each<{ text: string; reason: string }>([
    { text: '{"line": 1, "user": "alice"}', reason: '\'login\' is neither true, false nor "optional"' },
    { text: 'alice 192.0.2.10', reason: "wanted 'LINE USER ADDRESS', or 'LINE -'" },
    { text: '1 alice', reason: "wanted 'LINE USER ADDRESS', or 'LINE -'" },
    { text: '1 alice mail.example', reason: "address 'mail.example': not an address" },
    { text: '{"line": 1', reason: 'not JSON' },
    { text: '{"login": true}', reason: "neither 'text' nor 'line' says which line it is" },
    { text: '{"line": 0, "login": false}', reason: "'line' is no line number" },
    { text: '{"text": "", "login": false}', reason: "neither 'text' nor 'line' says which line it is" },
    { text: '{"line": 1, "login": 1}', reason: '\'login\' is neither true, false nor "optional"' },
    { text: '{"line": 1, "login": true, "user": "x"}', reason: "'user' or 'address' is missing" },
  ])('refuses $text', ({ text, reason }) => {
    expect(parseTruth(`#\n${text}`)).toEqual({ expectations: [], faults: [{ line: 2, reason }] });
  });
});
