/** The forms of a command line, made from the modes of its command, as help shows them. */
import type { Command, Mode } from './command.ts';

/** Returns a line for each mode, without the program's name; common options are left out. The usual mode comes first. */
function synopsisOf(command: Command): string[] {
  const usual = command.modes.filter(({ by }) => by === undefined);
  const asked = command.modes.filter(({ by }) => by !== undefined);
  return [...usual, ...asked].map((mode) => modeLine(command, mode));
}

/** Returns these lines as help shows them, in so many columns; what does not fit goes on below the command's name. */
export function usageOf(command: Command, columns: number): string {
  return synopsisOf(command)
    .flatMap((synopsis, index) => {
      const lines = [`${index === 0 ? 'Usage:' : '   or:'} exact`];
      // What is in brackets stays on one line.
      for (const word of synopsis.match(/\[[^\]]*\]|\S+/g) ?? []) {
        const longer = `${lines.at(-1)} ${word}`;
        if (longer.length <= columns) lines[lines.length - 1] = longer;
        else lines.push(`${' '.repeat('Usage: exact'.length)} ${word}`);
      }
      return lines;
    })
    .join('\n');
}

function modeLine(command: Command, { by = [], needs = [], takes, operands }: Mode): string {
  const asks = command.options.filter(({ name }) => by.includes(name));
  const must = [...(needs.length === 1 ? needs : []), ...asks.flatMap(({ needs: needed = [] }) => needed)];
  // What asks for a mode and may be repeated beside another that asks for it is one of several.
  const asking = by.filter((word) => !takes.includes(word));
  const others = command.options.map(({ name }) => name).filter((word) => takes.includes(word));
  const words = [
    ...(asking.length === 0 ? [] : [asking.map((word) => spelt(command, word)).join(' | ')]),
    ...must.map((word) => spelt(command, word)),
    ...others.filter((word) => !must.includes(word)).map((word) => `[${spelt(command, word)}]`),
    ...(takes.includes('operands') ? [`[${operands ?? command.operands?.name}...]`] : []),
  ];
  return [command.name, ...words].join(' ');
}

function spelt({ operands, options }: Command, word: string): string {
  if (word === 'operands') return `${operands?.name}...`;
  const value = options.find(({ name }) => name === word)?.value;
  return value === undefined ? `--${word}` : `--${word} ${value}`;
}
