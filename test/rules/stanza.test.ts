import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStanzas, type StanzaValue } from '../../src/rules/stanza.ts';
import { problemText } from '../../src/terminal/problem-text.ts';
import { anyCharacter } from '../any-character.ts';

function textsOf(file: string): Record<string, string[]>[] {
  return parseStanzas('f', file).stanzas.map(({ name: _name, file: _file, line: _line, ...values }) => {
    const entries: [string, readonly StanzaValue[]][] = Object.entries(values);
    return Object.fromEntries(
      entries
        .filter(([, values]) => values.length > 0)
        .map(([name, values]) => [name, values.map(({ text }) => text)]),
    );
  });
}

function problemsOf(file: string): string[] {
  return parseStanzas('f', file).problems.map(problemText);
}

describe('parseStanzas()', () => {
  it('takes every name, and those that may repeat more than once', () => {
    const file = `# a comment
<server zpopd>
    versions  1 to 3
    program   zpopd  zpopd2
    program\tz*
    match     ^a$
    match     ^b$
    connect   ^c$
    logout    ^d$
    start     ^f$
    void      ^g$
    unclosed  ^h$
    broken    511
    longest   1000
    journal   _SYSTEMD_UNIT=zpopd.service
    order     user host
</server>
`;
    expect(parseStanzas('f', file).problems).toEqual([]);
    expect(textsOf(file)).toEqual([
      {
        versions: ['1 to 3'],
        program: ['zpopd  zpopd2', 'z*'],
        match: ['^a$', '^b$'],
        connect: ['^c$'],
        logout: ['^d$'],
        start: ['^f$'],
        void: ['^g$'],
        unclosed: ['^h$'],
        broken: ['511'],
        longest: ['1000'],
        journal: ['_SYSTEMD_UNIT=zpopd.service'],
        order: ['user host'],
      },
    ]);
  });

  it('gives each value its line', () => {
    const { stanzas } = parseStanzas('f', '\n\n<server a>\n\n match x\n</server>');
    expect(stanzas[0]).toMatchObject({ file: 'f', line: 3, match: [{ text: 'x', line: 5 }] });
  });

  it.each([
    { name: "'#' within an expression", value: String.raw`^a # b\#c$` },
    { name: 'blanks within an expression', value: '^a  b\tc$' },
    { name: 'a value that begins with a bracket', value: '<b>' },
    { name: 'a value of 10,000 characters', value: 'x'.repeat(10_000) },
    { name: 'a value that ends with a no-break space', value: 'x\u00a0' },
  ])('G08: keeps $name', ({ value }) => {
    expect(textsOf(`<server a>\n match \t ${value} \t \n</server>`)).toEqual([{ match: [value] }]);
  });

  it.each([
    { name: 'CR LF', file: '<server a>\r\n match x\r\n</server>\r\n' },
    { name: 'a byte order mark', file: '\ufeff<server a>\n match x\n</server>\n' },
    { name: 'a last line without its end', file: '<server a>\n match x\n</server>' },
    { name: 'tabs', file: '\t<server\ta>\n\tmatch\tx\n\t</server>\n' },
    { name: 'capitals', file: '<SERVER a>\n match x\n</Server>\n' },
  ])('G08: reads $name', ({ file }) => {
    expect(parseStanzas('f', file).problems).toEqual([]);
    expect(textsOf(file)).toEqual([{ match: ['x'] }]);
  });

  it('takes several stanzas of a server', () => {
    const file = '<server a>\n match x\n</server>\n<server a>\n match y\n</server>\n';
    expect(parseStanzas('f', file).problems).toEqual([]);
    expect(textsOf(file)).toEqual([{ match: ['x'] }, { match: ['y'] }]);
  });

  it('tells all that is wrong with a file', () => {
    const file = `match x
<server a>
  mach y
  match
  match z
  order user host
  order host user
  frobnicate 1
<server b>
  program b
</server>
</server>
<sever c>
<server c>
  match w`;
    expect(problemsOf(file)).toEqual([
      "f:1: 'match' outside a stanza: stanzas start with '<server NAME>'",
      "f:3: unknown name 'mach': nearest: match",
      'f:4: match has no value',
      'f:7: order is given twice: the first counts',
      "f:8: unknown name 'frobnicate': nearest: program, match, connect, logout, start, void, unclosed, broken, longest, prints, journal, versions, order",
      "f:9: stanza 'b' starts within stanza 'a': '</server>' is missing",
      'f:9: rule b: has no match line',
      "f:12: '</server>' closes no stanza",
      "f:13: cannot read '<sever c>': wanted '<server NAME>' or '</server>'",
      "f:15: stanza 'c' is never closed: '</server>' is missing",
    ]);
  });

  it('warns of a second order, and keeps the first', () => {
    const { problems, stanzas } = parseStanzas('f', '<server a>\nmatch x\norder a\norder b\n</server>');
    expect(problems.map(({ isWarning }) => isWarning)).toEqual([true]);
    expect(stanzas[0]?.order.map(({ text }) => text)).toEqual(['a']);
  });

  it('throws on no text', () => {
    const parts = fc.constantFrom(
      '<server a>',
      '</server>',
      'match',
      ' ',
      '\n',
      '\r',
      '#',
      '<',
      '>',
      '\ufeff',
      'x',
    );
    const file = fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.array(parts).map((all) => all.join('')),
    );
    fc.assert(fc.property(file, (text) => void parseStanzas('f', text)));
  });
});
