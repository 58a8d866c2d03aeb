/**
 * Takes a command line apart, or finds the first thing that is wrong with it. cron comes this way each minute, so what
 * there is to say of a slip is made elsewhere (slip-words.ts).
 */

import type { Arguments } from '../host/invocation.ts';
import type { OptionSpec } from './command.ts';

/** What is wrong with a word of a command line. */
export interface Slip {
  readonly slip:
    | 'unknown option'
    | 'no value'
    | 'value of a switch'
    | 'none of the choices'
    | 'given twice'
    | 'operand';
  /** The word, or the part of it that is meant: an option as it was written, a value, an operand. */
  readonly word: string;
  /** The option that it is about. */
  readonly option?: OptionSpec;
}

/** The name of a command, and the other words of the line: options may stand before it. */
export interface CommandWords {
  readonly name: string | undefined;
  readonly words: readonly string[];
}

/** Finds the command among the words; `common` are the options that may stand before it. */
export function findCommand(words: readonly string[], common: readonly OptionSpec[]): CommandWords {
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '--') break;
    if (!word.startsWith('-')) return { name: word, words: words.filter((_word, at) => at !== index) };
    const option = common.find(({ name, alias }) => word === `--${name}` || word === `-${alias}`);
    if (option?.value !== undefined) index++;
  }
  return { name: undefined, words };
}

/** Returns the arguments of a command, or the first slip. */
export function takeApart(
  words: readonly string[],
  options: readonly OptionSpec[],
  takesOperands: boolean,
): Arguments | Slip {
  const found: Record<string, true | string | string[]> = {};
  const operands: string[] = [];
  const rest = words.values();

  /** `--name`, `--name=value`, `--name value`, `-n`, or letters in a row (`-vq`), the last of which may have a value. */
  const takeOption = (word: string): Slip | undefined => {
    if (word.startsWith('--')) {
      const equals = word.indexOf('=');
      const spelt = equals < 0 ? word : word.slice(0, equals);
      const option = options.find(({ name }) => spelt === `--${name}`);
      if (option === undefined) return { slip: 'unknown option', word: spelt };
      return take(option, spelt, equals < 0 ? undefined : word.slice(equals + 1));
    }
    for (let at = 1; at < word.length; at++) {
      const option = options.find(({ alias }) => alias === word[at]);
      if (option === undefined) return { slip: 'unknown option', word: at === 1 ? word : `-${word[at]}` };
      const after = word.slice(at + 1);
      const isSwitch = option.value === undefined;
      const slip = take(option, `-${word[at]}`, isSwitch || after === '' ? undefined : after);
      if (slip !== undefined || !isSwitch) return slip;
    }
    return undefined;
  };

  const take = (option: OptionSpec, word: string, joined: string | undefined): Slip | undefined => {
    const { name, choices, repeats } = option;
    if (option.value === undefined) {
      if (joined !== undefined) return { slip: 'value of a switch', word, option };
      found[name] = true;
      return undefined;
    }
    const value = joined ?? rest.next().value;
    // A value that looks like an option may be a slip; but no option is a digit, and `-1h` is an hour ago.
    const isOption = joined === undefined && /^-[^\d]/.test(value ?? '');
    if (value === undefined || joined === '' || isOption) return { slip: 'no value', word, option };
    if (choices?.includes(value) === false) return { slip: 'none of the choices', word: value, option };
    const before = found[name];
    if (repeats) found[name] = [...(Array.isArray(before) ? before : []), value];
    else if (before === undefined) found[name] = value;
    else return { slip: 'given twice', word, option };
    return undefined;
  };

  for (const word of rest) {
    if (word === '--') operands.push(...rest);
    else if (word === '-' || !word.startsWith('-')) operands.push(word);
    else {
      const slip = takeOption(word);
      if (slip !== undefined) return slip;
    }
  }
  const [operand] = operands;
  if (operand !== undefined && !takesOperands) return { slip: 'operand', word: operand };
  return { operands, options: found };
}
