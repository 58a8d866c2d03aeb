/** Colours, and whether to use them. */
import { Chalk, type ChalkInstance } from 'chalk';

/** When colours are used: `--color`, then NO_COLOR (no-color.org), then whether there is a terminal. */
export interface ColourChoice {
  readonly option: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
}

/** Returns chalk, set to colour or not. */
export function chooseColours({ option = 'auto', env, isTerminal }: ColourChoice): ChalkInstance {
  const isWanted =
    option === 'always' || (option === 'auto' && isTerminal && !env.NO_COLOR && env.TERM !== 'dumb');
  return new Chalk({ level: isWanted ? 1 : 0 });
}
