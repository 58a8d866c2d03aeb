/**
 * What a command is: its words on the command line as data, from which parsing, help, manual pages and
 * completions are made, and what it does.
 */
import type { ExitStatus } from '../exit-status.ts';
import type { CommonOption, Invocation } from '../host/invocation.ts';

/** An option. One without `value` is a switch. */
export interface OptionSpec<Name extends string = string> {
  readonly name: Name;
  /** The one-letter form. */
  readonly alias?: string;
  /** What its value is called in help and pages: `FILE`, `TIME`. */
  readonly value?: string;
  /** The only values that it takes. */
  readonly choices?: readonly string[];
  /** May be given more than once. */
  readonly repeats?: boolean;
  /** The option without which this one says nothing. */
  readonly needs?: Name;
  readonly summary: string;
}

/** A word of a mode: an option of the command, `json`, or `operands` for its words without a dash. */
export type ModeWord<Option extends string = string> = Option | 'json' | 'operands';

/**
 * One of the things that a command does, and which words have a meaning there. The common options but `json` have one
 * everywhere: they say what is worked with and how much is told, and may stand in somebody's alias.
 */
export interface Mode<Option extends string = string> {
  /** What asks for it, each by itself; undefined: it is what the command does if nothing else is asked for. */
  readonly by?: readonly ModeWord<Option>[];
  /** Of these one at least must be given. */
  readonly needs?: readonly ModeWord<Option>[];
  /** What may be given beside what asks for it. */
  readonly takes: readonly ModeWord<Option>[];
  /** What its operands are called, where they are not what the command's are. */
  readonly operands?: string;
}

/** Two words that one mode takes and that do not go together all the same, and why. */
export type Contradiction<Word extends string = string> = readonly [one: Word, other: Word, why: string];

/** A command of the toolkit, whose own options are named `Option`. */
export interface Command<Option extends string = string> {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What its words without a dash are called; undefined: it takes none. */
  readonly operands?: { readonly name: string; readonly summary: string };
  readonly options: readonly OptionSpec<Option>[];
  /** The first mode that is asked for is the one meant. */
  readonly modes: readonly Mode<Option>[];
  readonly contradictions?: readonly Contradiction<ModeWord<Option>>[];
  /** Command lines with what they do, for help and pages. */
  readonly examples: readonly (readonly [line: string, effect: string])[];
  run(invocation: Invocation<Option>): Promise<ExitStatus>;
}

/** Loads a command. */
export type LoadCommand = () => Promise<Command>;

/** The options that every command takes. */
export const commonOptions: readonly OptionSpec<CommonOption>[] = [
  { name: 'config', alias: 'c', value: 'FILE', summary: 'read this configuration file' },
  { name: 'state', value: 'FILE', summary: 'use this state file, and the files beside it' },
  { name: 'verbose', alias: 'v', summary: 'print what was done' },
  { name: 'quiet', alias: 'q', summary: 'print no warnings and no answers; the exit status alone answers' },
  { name: 'json', summary: 'print newline-delimited JSON' },
  {
    name: 'color',
    value: 'WHEN',
    choices: ['auto', 'always', 'never'],
    summary: 'colour the output: auto, always or never',
  },
  { name: 'now', value: 'TIME', summary: 'use this as the current time (RFC 3339), for replays and tests' },
];
