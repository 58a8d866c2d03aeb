/** What is said of a slip on the command line, with the name that was most likely meant. */
import { ExitStatus } from '../exit-status.ts';
import { Failure } from '../problem.ts';
import { nearestName } from '../terminal/nearest.ts';
import type { Command, OptionSpec } from './command.ts';
import type { Slip } from './take-apart.ts';

/** A command as far as it tells which options it takes. */
type Taker = Pick<Command, 'name' | 'options'>;

/** Returns the failure, exit status 64, for a slip in a call of a command that takes these options, as `others` take theirs. */
export function slipFailure(
  slip: Slip,
  command: string,
  options: readonly OptionSpec[],
  others: readonly Taker[],
): Failure {
  const takers = others.filter((other) => other.options.some(({ name }) => slip.word === `--${name}`));
  if (slip.slip === 'unknown option' && takers.length > 0) {
    const names = takers.map(({ name }) => `exact ${name}`).join(', ');
    const what = `is no option of exact ${command}`;
    return usage({ where: slip.word, what, fix: `it is one of ${names}` });
  }
  return usage(partsOf(slip, command, options));
}

/** Returns the failure for a word that is no command; with `what` it says what else it is not: a shell. */
export function unknownWord(word: string, known: readonly string[], what = 'command'): Failure {
  const near = meant(word, known);
  const fix = near === undefined ? `it is one of: ${known.join(', ')}` : `did you mean ${near}?`;
  return usage({ where: word, what: `unknown ${what}`, fix });
}

/** Returns a failure with exit status 64. */
export function usage(parts: {
  readonly where: string;
  readonly what: string;
  readonly fix: string;
}): Failure {
  return new Failure({ status: ExitStatus.usage, ...parts });
}

function partsOf({ slip, word, option }: Slip, command: string, options: readonly OptionSpec[]) {
  const help = `see exact ${command} --help`;
  switch (slip) {
    case 'unknown option': {
      const names = [...options.map(({ name }) => name), 'help', 'version'];
      const near = meant(word.replace(/^--?/, ''), names);
      const isShort = /^-\w$/.test(word) || near === undefined;
      return { where: word, what: 'unknown option', fix: isShort ? help : `did you mean --${near}?` };
    }
    case 'no value':
      return { where: word, what: 'needs a value', fix: `write ${word} ${option?.value}` };
    case 'value of a switch':
      return { where: word, what: 'takes no value', fix: `write ${word} alone` };
    case 'none of the choices': {
      const known = option?.choices ?? [];
      const near = meant(word, known);
      const fix = near === undefined ? `write one of: ${known.join(', ')}` : `did you mean ${near}?`;
      return { where: `--${option?.name}`, what: `does not take '${word}'`, fix };
    }
    case 'given twice':
      return { where: word, what: 'is given twice', fix: 'leave out one of them' };
    case 'operand':
      return { where: word, what: `exact ${command} takes options only`, fix: help };
  }
}

/** The known word that begins as this one does, if it is the only one, else the nearest. */
function meant(word: string, known: readonly string[]): string | undefined {
  const begun = known.filter((each) => word !== '' && each.startsWith(word));
  return begun.length === 1 ? begun[0] : nearestName(word, known);
}
