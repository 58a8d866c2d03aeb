import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeControls, escapeField, unescapeField } from '../../src/terminal/escape.ts';
import { anyCharacter } from '../any-character.ts';

describe('escapeField()', () => {
  it.each([
    { given: 'a\tb', want: 'a\\tb' },
    { given: 'a\nb', want: 'a\\nb' },
    { given: 'a\\b', want: 'a\\\\b' },
    { given: '\x1b[31m', want: '\\x1b[31m' },
    { given: '\u2028', want: '\\u2028' },
    { given: 'été', want: 'été' },
  ])('writes $want', ({ given, want }) => {
    expect(escapeField(given)).toBe(want);
  });

  it('is undone by unescapeField()', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => unescapeField(escapeField(text)) === text),
    );
  });
});

describe('escapeControls()', () => {
  it('I10 leaves no control character, and no line end, to a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        expect(escapeControls(text)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      }),
    );
  });
});
