/** What the program answers itself: help, its version, completions, and what is wrong with a command line. */
import { commonOptions, type LoadCommand } from './command.ts';
import { slipFailure, unknownWord, usage } from './slip-words.ts';
import { findCommand, type Slip } from './take-apart.ts';

/** What an answer is made of. */
interface Asked {
  /** Every command, by name. */
  readonly commands: Readonly<Record<string, LoadCommand>>;
  readonly words: readonly string[];
  readonly version: string;
  /** Width of what it is read on. */
  readonly columns: number;
}

/**
 * Returns the answer to a command line that runs no command, or throws a {@link Failure} with exit status 64.
 *
 * @param slip What is wrong with the words after a command that there is.
 */
export async function answer({ commands, words, version, columns }: Asked, slip?: Slip): Promise<string> {
  const { name, words: others } = findCommand(words, commonOptions);
  const options = others.slice(0, others.includes('--') ? others.indexOf('--') : undefined);
  const all = () => Promise.all(Object.values(commands).map((load) => load()));
  const known = [...Object.keys(commands), 'help', 'completion'];
  const helpOf = async (topic: string | undefined) => {
    if (topic !== undefined && !known.includes(topic)) throw unknownWord(topic, known);
    const { helpText } = await import('./help.ts');
    return helpText(await all(), topic, columns);
  };
  if (options.some((word) => word === '--help' || word === '-h')) return helpOf(name);
  if (options.some((word) => word === '--version' || word === '-V')) return `${version}\n`;
  if (name === 'help') return helpOf(others[0]);
  if (name === 'completion') return completionFor(others);
  if (name === undefined && others.length === 0) return helpOf(undefined);
  if (name === undefined) {
    throw usage({
      where: others[0] ?? '',
      what: 'is not a command',
      fix: `begin with one of: ${known.join(', ')}`,
    });
  }
  const command = Object.hasOwn(commands, name) ? await commands[name]?.() : undefined;
  if (command === undefined || slip === undefined) throw unknownWord(name, known);
  throw slipFailure(slip, name, [...command.options, ...commonOptions], await all());
}

async function completionFor([shell, ...more]: readonly string[]): Promise<string> {
  const { completions } = await import('./completions.ts');
  const shells = Object.keys(completions);
  if (shell === undefined || more.length > 0) {
    throw usage({
      where: 'completion',
      what: 'needs the name of one shell',
      fix: `add ${shells.join(', ')}`,
    });
  }
  const text = Object.hasOwn(completions, shell) ? completions[shell] : undefined;
  if (text === undefined) throw unknownWord(shell, shells, 'shell');
  return text;
}
