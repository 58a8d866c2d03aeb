/**
 * Which words of a command line go together: looked up in the modes of its command, before the command runs. What a
 * command would pass over is refused, so that nobody takes an answer for that to another question.
 */
import { ExitStatus } from '../exit-status.ts';
import type { Arguments } from '../host/invocation.ts';
import { Failure } from '../problem.ts';
import { type Command, commonOptions, type Mode } from './command.ts';

/** Common options that have a meaning in every mode. */
const everywhere = new Set(commonOptions.map(({ name }) => name as string).filter((name) => name !== 'json'));

/** Throws a {@link Failure} with exit status 64 if the words of a command line have no meaning together. */
export function checkCombination(command: Command, { operands, options }: Arguments): void {
  const problem = misfitOf(command, new Set(givenWords(operands, options)));
  if (problem !== undefined) throw new Failure({ status: ExitStatus.usage, ...problem });
}

/** Reports whether two words can stand on one command line, perhaps with others beside them. */
export function goTogether(command: Command, one: string, other: string): boolean {
  if (command.contradictions?.some((two) => two.includes(one) && two.includes(other)) === true) return false;
  if (everywhere.has(one) || everywhere.has(other)) return true;
  return command.modes.some((mode) => {
    const takes = (word: string) => mode.takes.includes(word);
    const asks = (word: string) => mode.by?.includes(word) === true;
    return (takes(one) || asks(one)) && (takes(other) || (asks(other) && takes(one)));
  });
}

/** An empty operand names nothing: it is what a shell makes of an empty "$ADDRESS". */
function givenWords(operands: Arguments['operands'], options: Arguments['options']): string[] {
  return [...Object.keys(options), ...(operands.some((word) => word !== '') ? ['operands'] : [])];
}

/** What is wrong with a command line, in the parts of a problem. */
interface Misfit {
  readonly where: string;
  readonly what: string;
  readonly why?: string;
  readonly fix: string;
}

function misfitOf(command: Command, given: ReadonlySet<string>): Misfit | undefined {
  const mode = modeOf(command, given);
  if (mode === undefined) return undefined;
  const asking = mode.by?.find((word) => given.has(word));
  for (const word of given) {
    if (word === asking || everywhere.has(word) || mode.takes.includes(word)) continue;
    return asking === undefined
      ? lacking(command, word, modesWith(command, word))
      : apart(command, mode, asking, word);
  }
  const contradiction = command.contradictions?.find(([one, other]) => given.has(one) && given.has(other));
  if (contradiction !== undefined) {
    const [one, other, why] = contradiction;
    return { where: spelt(command, one), what: cannotBeWith(command, other), why, fix: leaveOneOut };
  }
  if (asking !== undefined && mode.needs?.some((word) => given.has(word)) === false) {
    return lacking(command, asking, mode.needs);
  }
  const needy = command.options.find(
    ({ name, needs }) => needs !== undefined && given.has(name) && !given.has(needs),
  );
  return needy?.needs === undefined ? undefined : lacking(command, needy.name, [needy.needs]);
}

/** The first mode that is asked for, else the one that nothing asks for. */
function modeOf({ modes }: Command, given: ReadonlySet<string>): Mode | undefined {
  const isAsked = ({ by }: Mode) => by?.some((word) => given.has(word)) === true;
  return modes.find(isAsked) ?? modes.find(({ by }) => by === undefined);
}

/** What asks for the modes that take a word. */
function modesWith({ modes }: Command, word: string): string[] {
  return modes.flatMap(({ by = [], takes }) => (takes.includes(word) ? by : []));
}

const leaveOneOut = 'leave out one of them';

function cannotBeWith(command: Command, word: string): string {
  return `cannot be given with ${spelt(command, word)}`;
}

function apart(command: Command, { takes }: Mode, asking: string, word: string): Misfit {
  const others = takes.filter((each) => each !== asking).map((each) => spelt(command, each));
  const why = `it takes ${others.length === 1 ? `${others[0]} alone` : listOf(others, 'and')}`;
  return { where: spelt(command, asking), what: cannotBeWith(command, word), why, fix: leaveOneOut };
}

function lacking(command: Command, word: string, wanted: readonly string[]): Misfit {
  const what = `needs ${listOf(
    wanted.map((each) => spelt(command, each)),
    'or',
  )}`;
  const fix = wanted.length === 1 ? 'add it' : 'add one of them';
  return { where: spelt(command, word), what, fix: `${fix}, or leave ${spelt(command, word)} out` };
}

function spelt({ operands }: Command, word: string): string {
  return word === 'operands' ? (operands?.name ?? word) : `--${word}`;
}

function listOf(words: readonly string[], last: 'and' | 'or'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}
