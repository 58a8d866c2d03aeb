import { describe, expect, it } from 'vitest';
import { cutToColumns } from '../../src/terminal/columns.ts';
import { formatTable } from '../../src/terminal/table.ts';

/** A letter and an accent of its own. */
const accented = 'e\u0301';

describe('formatTable()', () => {
  const columns = [
    { title: 'USER', mayShrink: true },
    { title: 'N', alignsRight: true },
  ];
  const row = (user: string, number: string) => [{ text: user }, { text: number }];

  it('gives two columns to a character that takes two, and none to an accent', () => {
    const rows = [row('山田太郎', '7'), row('alice', '12'), row(`ren${accented}`, '1'), row('👩‍🚀', '3')];
    expect(formatTable(columns, rows, undefined)).toEqual([
      'USER       N',
      '山田太郎   7',
      'alice     12',
      `ren${accented}       1`,
      '👩‍🚀         3',
    ]);
  });

  it('cuts by columns, and halves no character', () => {
    // 8 columns for the user: three characters of two, one for the mark, and one that is left.
    expect(formatTable(columns, [row('山田太郎太郎', '7')], 11)).toEqual(['USER      N', '山田太…   7']);
  });

  it('leaves a table as wide as its terminal alone', () => {
    expect(formatTable(columns, [row('山田太郎', '7')], 11)).toEqual(['USER      N', '山田太郎  7']);
  });
});

describe('cutToColumns()', () => {
  it.each([
    { text: 'alice', width: 5, want: 'alice' },
    { text: 'alice', width: 4, want: 'ali…' },
    { text: '山田', width: 4, want: '山田' },
    { text: '山田', width: 3, want: '山…' },
    { text: '山田', width: 2, want: '…' },
    { text: `${accented}${accented}${accented}`, width: 2, want: `${accented}…` },
  ])('cuts $text to $width', ({ text, width, want }) => {
    expect(cutToColumns(text, width)).toBe(want);
  });
});
