// The program as completions see it, and their texts: what scripts/completions.js writes, and a test compares.
import { bashCompletion } from './bash.js';
import { fishCompletion } from './fish.js';
import { zshCompletion } from './zsh.js';

/** Returns the texts of completions/, by the names of the files, from the commands and options that src/ has. */
export function completionTexts(tables) {
  const program = describe(tables);
  return {
    'exact.bash': bashCompletion(program),
    _exact: zshCompletion(program),
    'exact.fish': fishCompletion(program),
  };
}

/**
 * Returns the program as completions see it: every command with all of its options, what each value is, and which other
 * options (or `operands`) it never goes with.
 */
function describe({ commands, commonOptions, goTogether }) {
  const help = { name: 'help', alias: 'h', summary: 'show help' };
  return {
    commands: commands.map((command) => {
      const { name, summary, operands, options } = command;
      const words = [...[...options, ...commonOptions].map((option) => option.name), 'operands'];
      const apartFrom = (one) =>
        one === 'help' ? [] : words.filter((other) => other !== one && !goTogether(command, one, other));
      return {
        name,
        summary,
        operand: operands && { ...operands, kind: kindOf(operands.name) },
        options: [...options, ...commonOptions, help].map((option) => ({
          ...option,
          kind: kindOfOption(option),
          apart: apartFrom(option.name),
        })),
      };
    }),
    // What the program answers itself, each with one word.
    answers: [
      { name: 'help', summary: 'show help', words: commands.map(({ name }) => name) },
      { name: 'completion', summary: 'print the completions of a shell', words: ['bash', 'zsh', 'fish'] },
    ],
    options: [help, { name: 'version', alias: 'V', summary: 'show the version' }],
  };
}

/** What an option's value is: 'none' for a switch, 'choice', 'file', 'server', 'user', or 'other'. */
function kindOfOption({ name, value, choices }) {
  if (value === undefined) return 'none';
  if (choices !== undefined) return 'choice';
  if (name === 'server' || name === 'show') return 'server';
  return name === 'user' ? 'user' : kindOf(value);
}

function kindOf(valueName) {
  return { FILE: 'file', ADDRESS: 'address' }[valueName] ?? 'other';
}
