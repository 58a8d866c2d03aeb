import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonOptions } from '../../src/cli/command.ts';
import { quickArguments } from '../../src/cli/quick-arguments.ts';
import { askYargs } from '../../src/cli/yargs-program.ts';
import { commands } from '../../src/commands/commands.ts';

const all = await Promise.all(Object.values(commands).map((load) => load()));

describe('quickArguments()', () => {
  it.each(all)('takes what it takes of $name as yargs does', async (command) => {
    const options = [...command.options, ...commonOptions];
    const joined = options.flatMap(({ name }) => [`--${name}=`, `--${name}=x`, `--${name}=-`]);
    const words = options.flatMap(({ name, alias }) => [
      `--${name}`,
      ...(alias === undefined ? [] : [`-${alias}`]),
    ]);
    const someWord = fc.oneof(
      fc.constantFrom(...words, ...joined),
      fc.constantFrom(
        '',
        '-',
        'FILE',
        '10.0',
        '1',
        'auto',
        'never',
        'a b',
        'é',
        '--',
        '-x',
        '-vq',
        '--no-verbose',
        '--verbos',
      ),
    );
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(someWord, { maxLength: 5 }), async (line) => {
        const quick = quickArguments(line, options, command.operands !== undefined);
        if (quick === undefined) return;
        taken++;
        const answer = await askYargs(commands, [command.name, ...line], '0', 80);
        expect(answer).toMatchObject({ args: quick });
      }),
      { numRuns: 120 },
    );
    expect(taken).toBeGreaterThan(5);
  });

  it('takes words after -- as they are', async () => {
    const line = ['--json', '--', '192.0.2.1', '--user', '-'];
    const args = { operands: ['192.0.2.1', '--user', '-'], options: { json: true } };
    expect(quickArguments(line, commonOptions, true)).toEqual(args);
    // What comes before the command is for yargs.
    expect(await askYargs(commands, ['-v', 'expire', ...line], '0', 80)).toMatchObject({
      args: { ...args, options: { json: true, verbose: true } },
    });
    await expect(askYargs(commands, ['update', '--', 'x'], '0', 80)).rejects.toThrow('unknown argument: x');
  });

  it.each([
    { line: ['--help'], why: 'help is for yargs' },
    { line: ['--stat', 'x'], why: 'an abbreviation is none of the options' },
    { line: ['--state'], why: 'the value is missing' },
    { line: ['--state', '--quiet'], why: 'an option stands where the value should' },
    { line: ['--state', 'a', '--state', 'b'], why: 'it is given twice' },
    { line: ['--color', 'pink'], why: 'it is none of the choices' },
    { line: ['FILE'], why: 'update takes no operands' },
  ])('leaves $line to yargs: $why', ({ line }) => {
    expect(quickArguments(line, commonOptions, false)).toBeUndefined();
  });
});
