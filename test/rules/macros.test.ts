import { describe, expect, it } from 'vitest';
import { expandMacros, macros, usesNamedGroups } from '../../src/rules/macros.ts';

function expanded(source: string): string {
  const expansion = expandMacros(source);
  if ('reason' in expansion) throw new Error(expansion.reason);
  return expansion.text;
}

/** What the groups of an expression take of a text, whichever of them took part. */
function taken(source: string, text: string): string | undefined {
  const groups = new RegExp(`^${expanded(source)}$`, 's').exec(text)?.groups;
  return groups && Object.values(groups).find((group) => group !== undefined);
}

describe('%{PEER}', () => {
  it.each([
    { text: '192.0.2.10', want: '192.0.2.10' },
    { text: '192.0.2.10:41822', want: '192.0.2.10' },
    { text: '[192.0.2.10]:41822', want: '192.0.2.10' },
    { text: '[2001:db8::10]', want: '2001:db8::10' },
    { text: '[2001:db8::1:10]:50112', want: '2001:db8::1:10' },
    { text: '2001:db8::10', want: '2001:db8::10' },
    { text: '::1', want: '::1' },
    { text: '2001:db8::', want: '2001:db8::' },
    { text: '2001:db8:0:0:0:0:0:10', want: '2001:db8:0:0:0:0:0:10' },
    { text: '::ffff:192.0.2.10', want: '::ffff:192.0.2.10' },
    { text: '2001:db8::10:143', want: undefined },
    { text: '2001:db8::1:143', want: undefined },
    { text: '2001:db8::10:50112', want: undefined },
    { text: 'mail.example.test', want: undefined },
    { text: '192.0.2.10]', want: undefined },
    { text: '[192.0.2.10', want: undefined },
    { text: '', want: undefined },
  ])('takes of $text: $want', ({ text, want }) => {
    expect(taken('%{PEER}', text)).toBe(want);
  });
});

describe('the other macros', () => {
  it.each([
    { source: '<%{USER}>', text: '<x> y>', want: 'x> y' },
    { source: '<%{USER}>', text: '<a\u2028b>', want: 'a\u2028b' },
    { source: '<%{USER}>', text: '<>', want: undefined },
    { source: '%{ADDRESS}', text: '2001:DB8::1', want: '2001:DB8::1' },
    { source: '%{ADDRESS}', text: '192.0.2.10', want: '192.0.2.10' },
    { source: '%{ADDRESS}', text: 'mail.example', want: undefined },
    { source: '%{ADDRESS}', text: 'fe80::1%eth0', want: undefined },
    { source: '%{WORD} %{SESSION}', text: 'a b/c+', want: 'b/c+' },
    { source: '%{NUMBER}-%{SESSION}', text: '12-x', want: 'x' },
    { source: '%{NUMBER}-%{SESSION}', text: 'a-x', want: undefined },
  ])('$source takes of $text: $want', ({ source, text, want }) => {
    expect(taken(source, text)).toBe(want);
  });
});

describe('expandMacros()', () => {
  it.each([
    { source: 'a %{USR} b', want: { column: 3, reason: "unknown macro '%{USR}', nearest: USER" } },
    { source: '%{user}', want: { column: 1, reason: "unknown macro '%{user}', nearest: USER" } },
    { source: 'a %{USER', want: { column: 3, reason: "'%{' is never closed" } },
    {
      source: '%{FROBNICATE}',
      want: { column: 1, reason: `unknown macro '%{FROBNICATE}', nearest: ${[...macros.keys()].join(', ')}` },
    },
  ])('refuses $source', ({ source, want }) => {
    expect(expandMacros(source)).toEqual(want);
  });

  it('knows the column that each character comes from', () => {
    const source = 'a%{NUMBER}b%{WORD}c';
    const expansion = expandMacros(source);
    if ('reason' in expansion) throw new Error(expansion.reason);
    expect(expansion.text).toBe(String.raw`a\d+b\S+c`);
    const columns = [...expansion.text].map((_character, index) => expansion.sourceColumn(index + 1));
    expect(columns).toEqual([1, 2, 2, 2, 11, 12, 12, 12, 19]);
  });

  it('leaves alone what is no macro', () => {
    expect(expanded('100% a{2} %a')).toBe('100% a{2} %a');
  });
});

describe('usesNamedGroups()', () => {
  it.each([
    { source: '%{USER}', want: true },
    { source: '(?<user>x)', want: true },
    { source: '(?P<user>x)', want: true },
    { source: '(x)[(?<]', want: false },
    { source: '(?:x)', want: false },
  ])('$source: $want', ({ source, want }) => {
    expect(usesNamedGroups(source)).toBe(want);
  });
});
