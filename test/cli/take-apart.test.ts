import { describe, expect, it } from 'vitest';
import { commonOptions, type OptionSpec } from '../../src/cli/command.ts';
import { findCommand, takeApart } from '../../src/cli/take-apart.ts';

const options: readonly OptionSpec[] = [
  ...commonOptions,
  { name: 'user', value: 'NAME', repeats: true, summary: '' },
];

describe('takeApart()', () => {
  it.each([
    { line: '--state=a --json', found: { state: 'a', json: true } },
    { line: '-c FILE -vq', found: { config: 'FILE', verbose: true, quiet: true } },
    { line: '-cFILE', found: { config: 'FILE' } },
    { line: '-vc FILE', found: { verbose: true, config: 'FILE' } },
    { line: '-vcFILE', found: { verbose: true, config: 'FILE' } },
    { line: '--user a --user=b', found: { user: ['a', 'b'] } },
    { line: '--now -1h', found: { now: '-1h' } },
    { line: '--state -', found: { state: '-' } },
    { line: '--json --json', found: { json: true } },
    { line: '--state a=b', found: { state: 'a=b' } },
    { line: '--state=a=b', found: { state: 'a=b' } },
    { line: '--state=--json', found: { state: '--json' } },
    { line: '10.0 --json - x', found: { json: true }, operands: ['10.0', '-', 'x'] },
    { line: '--json -- --user -', found: { json: true }, operands: ['--user', '-'] },
  ])('takes $line', ({ line, found, operands = [] }) => {
    expect(takeApart(line.split(' '), options, true)).toEqual({ operands, options: found });
  });

  it.each([
    { line: '--stat x', slip: 'unknown option', word: '--stat' },
    { line: '--stat=x', slip: 'unknown option', word: '--stat' },
    { line: '-user x', slip: 'unknown option', word: '-user' },
    { line: '-vx', slip: 'unknown option', word: '-x' },
    { line: '-1h', slip: 'unknown option', word: '-1h' },
    { line: '--state', slip: 'no value', word: '--state' },
    { line: '--state=', slip: 'no value', word: '--state' },
    { line: '--state --quiet', slip: 'no value', word: '--state' },
    { line: '-c -q', slip: 'no value', word: '-c' },
    { line: '--quiet=1', slip: 'value of a switch', word: '--quiet' },
    { line: '--color pink', slip: 'none of the choices', word: 'pink' },
    { line: '--state a --state a', slip: 'given twice', word: '--state' },
    { line: '-c a --config a', slip: 'given twice', word: '--config' },
    { line: 'FILE', slip: 'operand', word: 'FILE' },
    { line: '--json -- -q', slip: 'operand', word: '-q' },
  ])('finds in $line: $slip', ({ line, ...slip }) => {
    expect(takeApart(line.split(' '), options, false)).toMatchObject(slip);
  });
});

describe('findCommand()', () => {
  it.each([
    { line: 'dump --json', name: 'dump', words: '--json' },
    { line: '-v -c FILE dump --json', name: 'dump', words: '-v -c FILE --json' },
    { line: '--state=x dump', name: 'dump', words: '--state=x' },
    { line: '--json', name: undefined, words: '--json' },
    { line: '-- dump', name: undefined, words: '-- dump' },
  ])('finds it in $line', ({ line, name, words }) => {
    expect(findCommand(line.split(' '), commonOptions)).toEqual({ name, words: words.split(' ') });
  });
});
