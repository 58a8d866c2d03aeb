import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import {
  captureCount,
  couldContain,
  groupNames,
  groupsOf,
  isAnchoredAtEnd,
  isAnchoredAtStart,
  isUnbounded,
  precedingNodes,
  takesHostName,
} from '../../../src/rules/expression/facts.ts';
import { printExpression } from '../../../src/rules/expression/print.ts';
import { expressions, parsed, texts } from './sources.ts';

describe('isAnchoredAtStart() and isAnchoredAtEnd()', () => {
  it.each([
    { given: '^a$', start: true, end: true },
    { given: '(^a)|\\Ab', start: true, end: false },
    { given: '^a|b', start: false, end: false },
    { given: 'a(?: tls)?$', start: false, end: true },
    { given: '(?:^)?a$?', start: false, end: false },
    { given: '(?:^)+a(?:b|c$)', start: true, end: false },
    { given: 'a*^b', start: true, end: false },
    { given: '(?m)^a$', start: false, end: false },
    { given: '\\^a\\$', start: false, end: false },
  ])('of $given', ({ given, start, end }) => {
    expect([isAnchoredAtStart(parsed(given)), isAnchoredAtEnd(parsed(given))]).toEqual([start, end]);
  });

  it('hold for every match', () => {
    fc.assert(
      fc.property(expressions, texts, ({ source, node }, line) => {
        const match = RE2JS.compile(source).matcher(line);
        if (!match.find()) return;
        if (isAnchoredAtStart(node)) expect(match.start()).toBe(0);
        if (isAnchoredAtEnd(node)) expect(match.end()).toBe(line.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('groupsOf(), groupNames() and captureCount()', () => {
  it('go by the numbers of the groups', () => {
    const node = parsed('(?<user>a(b))|(?:(?<address>c))*');
    expect(groupsOf(node).map(({ index, name }) => [index, name])).toEqual([
      [1, 'user'],
      [2, ''],
      [3, 'address'],
    ]);
    expect(groupNames(node)).toEqual(['user', 'address']);
    expect(captureCount(node)).toBe(3);
  });
});

describe('couldContain()', () => {
  it.each([
    { given: 'ab|c', takes: 'abc', not: 'dA' },
    { given: '(?i)k', takes: 'kK\u212a', not: 'j' },
    { given: '.', takes: 'a\u2028', not: '\n' },
    { given: '(?s).', takes: '\n', not: '' },
    { given: '[^"]*', takes: "a'\n", not: '"' },
    { given: '(?i)[^k]', takes: 'a', not: 'kK\u212a' },
    { given: '[\\d.]{0}x', takes: 'x', not: '1.' },
    { given: '\\p{Greek}', takes: 'αa', not: '' },
    { given: '[^\\pLa]', takes: 'b1', not: 'a' },
    { given: '^\\b$', takes: '', not: 'a' },
  ])('of $given', ({ given, takes, not }) => {
    const node = parsed(given);
    expect([...takes].filter((character) => !couldContain(node, character))).toEqual([]);
    expect([...not].filter((character) => couldContain(node, character))).toEqual([]);
  });

  it('never denies a character that a group took', () => {
    fc.assert(
      fc.property(expressions, fc.array(texts, { minLength: 5 }), ({ source, node }, lines) => {
        const pattern = RE2JS.compile(source);
        for (const line of lines) {
          const [whole = '', ...groups] = pattern.exec(line) ?? [];
          expect([...whole].every((character) => couldContain(node, character))).toBe(true);
          for (const [index, taken] of groups.entries()) {
            const group = groupsOf(node)[index];
            if (group === undefined) throw new Error(`${source} has no group ${index + 1}`);
            expect([...(taken ?? '')].every((character) => couldContain(group, character))).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('takesHostName()', () => {
  it.each([
    { given: '\\S+', want: true },
    { given: '[a-z0-9.-]+', want: true },
    { given: '[0-9A-Fa-f:.]+', want: false },
    { given: '(?:\\d{1,3}\\.){3}\\d{1,3}', want: false },
  ])('of $given is $want', ({ given, want }) => {
    expect(takesHostName(parsed(given))).toBe(want);
  });
});

describe('isUnbounded()', () => {
  it.each([
    { given: 'a(b|c*)', want: true },
    { given: 'a{3,}', want: true },
    { given: 'a{3}b?', want: false },
  ])('of $given is $want', ({ given, want }) => {
    expect(isUnbounded(parsed(given))).toBe(want);
  });
});

describe('precedingNodes()', () => {
  it.each([
    { given: '^a(?<user>.*), (?:b|c(?<address>d)e)f', want: ['^', 'a', '(?<user>.*)', ',', ' ', 'c'] },
    { given: 'a(?:b(?<address>c)d)+e', want: ['a', 'b(?<address>c)d', 'b'] },
    { given: 'a(?:b(?<address>c))?', want: ['a', 'b'] },
    { given: '((?<address>a)b)', want: [] },
    { given: 'a|(?<address>b)', want: [] },
  ])('of $given are $want', ({ given, want }) => {
    const node = parsed(given);
    const address = groupsOf(node).find(({ name }) => name === 'address');
    if (address === undefined) throw new Error('no group');
    expect(precedingNodes(node, address).map(printExpression)).toEqual(want);
  });
});
