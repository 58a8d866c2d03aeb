/**
 * What a command is: its words on the command line as data, from which parsing, help, manual pages and
 * completions are made, and what it does.
 */
import type { ExitStatus } from '../exit-status.ts';
import type { Invocation } from '../host/invocation.ts';

/** An option. One without `value` is a switch. */
export interface OptionSpec {
  readonly name: string;
  /** The one-letter form. */
  readonly alias?: string;
  /** What its value is called in help and pages: `FILE`, `TIME`. */
  readonly value?: string;
  /** The only values that it takes. */
  readonly choices?: readonly string[];
  /** May be given more than once. */
  readonly repeats?: boolean;
  readonly summary: string;
}

/** A command of the toolkit. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What its words without a dash are called; undefined: it takes none. */
  readonly operands?: { readonly name: string; readonly summary: string };
  readonly options: readonly OptionSpec[];
  /** Command lines with what they do, for help and pages. */
  readonly examples: readonly (readonly [line: string, effect: string])[];
  run(invocation: Invocation): Promise<ExitStatus>;
}

/** Loads a command. */
export type LoadCommand = () => Promise<Command>;

/** The options that every command takes. */
export const commonOptions: readonly OptionSpec[] = [
  { name: 'config', alias: 'c', value: 'FILE', summary: 'read this configuration file' },
  { name: 'state', value: 'FILE', summary: 'use this state file, and the files beside it' },
  { name: 'verbose', alias: 'v', summary: 'say what was done' },
  { name: 'quiet', alias: 'q', summary: 'no warnings; the exit status alone answers' },
  { name: 'json', summary: 'newline-delimited JSON on standard output' },
  {
    name: 'color',
    value: 'WHEN',
    choices: ['auto', 'always', 'never'],
    summary: 'colour the output: auto, always or never',
  },
  { name: 'now', value: 'TIME', summary: 'take this as the time (RFC 3339), for replays and tests' },
];
