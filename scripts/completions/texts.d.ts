import type { goTogether } from '../../src/cli/combination.ts';
import type { Command, commonOptions } from '../../src/cli/command.ts';

/** Returns the texts of completions/, by the names of the files, from the commands and options that src/ has. */
export function completionTexts(tables: {
  readonly commands: readonly Command[];
  readonly commonOptions: typeof commonOptions;
  readonly goTogether: typeof goTogether;
}): Record<string, string>;
