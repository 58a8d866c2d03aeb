/**
 * Takes a plain, correct command line apart without loading yargs, which costs cron more than an idle run
 * itself. Whatever is not plainly right (an abbreviation, an unknown word, `--help`) is left to yargs, which
 * answers it; a test holds the two equal on everything that this one takes.
 */

import type { Arguments } from '../host/invocation.ts';
import type { OptionSpec } from './command.ts';

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
    if (word === '--') {
      operands.push(...words.slice(index + 1));
      break;
    }
    if (word === '-' || !word.startsWith('-')) {
      operands.push(word);
      continue;
    }
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const given = equals < 0 ? word : word.slice(0, equals);
    const option = options.find(({ name, alias }) => given === `--${name}` || given === `-${alias}`);
    if (option === undefined) return undefined;
    if (option.value === undefined) {
      if (equals >= 0) return undefined;
      found[option.name] = true;
      continue;
    }
    const value = equals < 0 ? words[++index] : word.slice(equals + 1);
    if (equals >= 0 && value === '') return undefined;
    // A value that looks like an option may be a slip.
    if (value === undefined || (value.startsWith('-') && value !== '-')) return undefined;
    if (option.choices !== undefined && !option.choices.includes(value)) return undefined;
    const before = found[option.name];
    if (option.repeats) found[option.name] = [...(Array.isArray(before) ? before : []), value];
    else if (before === undefined) found[option.name] = value;
    else return undefined;
  }
  return takesOperands || operands.length === 0 ? { operands, options: found } : undefined;
}
