/**
 * Takes a plain, correct command line apart without loading yargs, which costs cron more than an idle run
 * itself. Whatever is not plainly right (an abbreviation, an unknown word, `--help`) is left to yargs, which
 * answers it; a test holds the two equal on everything that this one takes.
 */
import type { Arguments, OptionSpec } from './command.ts';

/** Returns the arguments of a command, or undefined if yargs should look at them. */
export function quickArguments(
  words: readonly string[],
  options: readonly OptionSpec[],
  takesOperands: boolean,
): Arguments | undefined {
  const found: Record<string, true | string | string[]> = {};
  const operands: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '-' || !word.startsWith('-')) {
      operands.push(word);
      continue;
    }
    const option = options.find(({ name, alias }) => word === `--${name}` || word === `-${alias}`);
    if (option === undefined) return undefined;
    if (option.value === undefined) {
      found[option.name] = true;
      continue;
    }
    const value = words[++index];
    // A value that looks like an option may be a slip; an empty one is for the command to judge.
    if (value === undefined || (value.startsWith('-') && value !== '-')) return undefined;
    if (option.choices !== undefined && !option.choices.includes(value)) return undefined;
    const before = found[option.name];
    if (option.repeats) found[option.name] = [...(Array.isArray(before) ? before : []), value];
    else if (before === undefined) found[option.name] = value;
    else return undefined;
  }
  return takesOperands || operands.length === 0 ? { operands, options: found } : undefined;
}
