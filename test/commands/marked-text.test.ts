import chalk from 'chalk';
import { describe, expect, it } from 'vitest';
import { marked, markLine } from '../../src/commands/test-rule/marked-text.ts';

const bell = String.fromCharCode(7);

/** A text and the carets below it, as a terminal shows them; the part that is marked stands in brackets. */
function shown(text: string, width?: number): string[] {
  const start = text.indexOf('[');
  const end = text.indexOf(']') - 1;
  const { before, rest, ...mark } = marked(text.replace(/[[\]]/g, ''), { start, end }, width);
  return [`${before}${rest}`, `${' '.repeat(mark.indent)}${'^'.repeat(mark.width)}`];
}

describe('marked()', () => {
  it.each([
    { text: 'user [x] here', want: ['user x here', '     ^'] },
    { text: 'user 山田 [x] here', want: ['user 山田 x here', '          ^'] },
    { text: 'user [山田] here', want: ['user 山田 here', '     ^^^^'] },
    { text: `a${bell}[b] c`, want: ['a\\x07b c', '     ^'] },
    { text: 'all of it[]', want: ['all of it', '         ^'] },
  ])('stands under the part of $text', ({ text, want }) => {
    expect(shown(text)).toEqual(want);
  });

  it('cuts at both ends to columns, and the mark stays under its part', () => {
    expect(shown(`${'山'.repeat(60)}[here]${'田'.repeat(60)}`, 50)).toEqual([
      `…${'山'.repeat(10)}here${'田'.repeat(10)}…`,
      `${' '.repeat(21)}^^^^`,
    ]);
  });

  it('cuts what is too long by itself', () => {
    const [line = '', carets = ''] = shown(`[${'x'.repeat(90)}]`, 40);
    expect(line).toBe(`${'x'.repeat(39)}…`);
    expect(carets).toBe('^'.repeat(40));
  });
});

describe('markLine()', () => {
  const mark = { before: '', rest: '', indent: 12, width: 3 };

  it.each([
    { width: undefined, want: '            ^^^ some words' },
    { width: 26, want: '            ^^^ some words' },
    { width: 25, want: '  some words ^^^'.slice(1) },
  ])('puts words before the carets where they do not fit behind them: $width', ({ width, want }) => {
    expect(markLine(mark, 'some words', chalk.reset, width)).toBe(want);
  });

  it('gives words a line of their own where they fit on neither side', () => {
    expect(markLine({ ...mark, indent: 5 }, 'some words', chalk.reset, 10)).toBe('     ^^^\n  some words');
  });
});
