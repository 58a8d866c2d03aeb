/** The command line as yargs knows it: help, suggestions, completion, and every error that people make. */
import yargs, { type Argv, type Options } from 'yargs';
import { ExitStatus } from '../exit-status.ts';
import type { Arguments } from '../host/invocation.ts';
import { Failure } from '../problem.ts';
import { type Command, commonOptions, type LoadCommand, type OptionSpec } from './command.ts';
import { synopsisOf } from './synopsis.ts';

/** What yargs makes of a command line: a command to run, or text that answers it. */
export type ProgramAnswer =
  | { readonly command: Command; readonly args: Arguments }
  | { readonly text: string };

function yargsOption(option: OptionSpec): Options {
  return {
    describe: option.value === undefined ? option.summary : `${option.value}: ${option.summary}`,
    ...(option.alias === undefined ? {} : { alias: option.alias }),
    ...(option.choices === undefined ? {} : { choices: option.choices }),
    // `requiresArg` refuses `--config` at the end; strings stay strings (`10.0`).
    ...(option.value === undefined
      ? { type: 'boolean' }
      : option.repeats
        ? { type: 'string', array: true, nargs: 1, requiresArg: true }
        : { type: 'string', nargs: 1, requiresArg: true }),
  };
}

function addOptions(program: Argv, options: readonly OptionSpec[], group: string): void {
  for (const option of options) program.option(option.name, { ...yargsOption(option), group });
}

function addCommand(program: Argv, command: Command, take: (args: Arguments) => void): void {
  const { name, summary, operands, options, examples } = command;
  program.command(
    operands === undefined ? name : `${name} [${operands.name}...]`,
    summary,
    (builder) => {
      const [usual, ...others] = synopsisOf(command).map((line) => `$0 ${line}`);
      builder.usage([`Usage: ${usual}`, ...others.map((line) => `   or: ${line}`), '', summary].join('\n'));
      if (operands !== undefined) {
        builder.positional(operands.name, { describe: operands.summary, type: 'string', array: true });
      }
      addOptions(builder, options, 'Options:');
      for (const [line, effect] of examples) builder.example(`$0 ${line}`, effect);
    },
    (argv) => take(argumentsOf(argv, command)),
  );
}

/** Stands for `-` while yargs looks: it drops a lone dash among the operands. No word of a command line holds NUL. */
const dash = '\0-';

function restore(word: unknown): string {
  return word === dash ? '-' : String(word);
}

/** Returns what the command asked for among all that yargs put into its result. */
function argumentsOf(argv: Record<string, unknown>, command: Command): Arguments {
  const options: Record<string, true | string | readonly string[]> = {};
  for (const { name, value, repeats } of [...command.options, ...commonOptions]) {
    const given = argv[name];
    if (given === undefined || given === false) continue;
    if (value === undefined) options[name] = true;
    else if (repeats) options[name] = (Array.isArray(given) ? given : [given]).map(restore);
    else if (Array.isArray(given)) throw usage(`--${name} is given twice`);
    else options[name] = restore(given);
  }
  const before = command.operands === undefined ? [] : argv[command.operands.name];
  // What follows `--`: yargs leaves it out of the operands.
  const words = [before, argv['--']].flatMap((part) => (Array.isArray(part) ? part.map(restore) : []));
  if (command.operands === undefined && words.length > 0) throw usage(`unknown argument: ${words[0]}`);
  return { operands: words, options };
}

function usage(what: string): Failure {
  return new Failure({ status: ExitStatus.usage, where: 'usage', what, fix: 'see exact --help' });
}

/** Lets yargs take a command line apart; `commands` are all that there are, by name. Wrong ones throw a {@link Failure} with exit status 64. */
export async function askYargs(
  commands: Readonly<Record<string, LoadCommand>>,
  words: readonly string[],
  version: string,
  columns: number,
): Promise<ProgramAnswer> {
  const named = words.find((word) => !word.startsWith('-'));
  const wanted = named !== undefined && Object.hasOwn(commands, named) ? [named] : Object.keys(commands);
  const loaded = await Promise.all(wanted.map((name) => commands[name]?.()));
  let answer: ProgramAnswer | undefined;
  const program = yargs()
    .scriptName('exact')
    .usage(
      'Usage: $0 COMMAND [options]\n\nLets people who have just read their mail send mail (POP-before-SMTP).',
    )
    .detectLocale(false)
    .parserConfiguration({
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'dot-notation': false,
      'boolean-negation': false,
      'camel-case-expansion': false,
      'greedy-arrays': false,
      'populate--': true,
      'strip-aliased': true,
    })
    .strict()
    .demandCommand(1, 'name a command')
    .recommendCommands()
    .completion('completion', 'print a completion script for bash or zsh')
    .help()
    .alias('help', 'h')
    .version(version)
    .wrap(Math.min(columns, 100))
    .exitProcess(false)
    .epilogue('Manual pages: exact(8), exact.conf(5), exact-servers.conf(5).');
  // @types/yargs lags behind yargs 18.
  (program as Argv & { usageConfiguration(of: object): void }).usageConfiguration({ 'hide-types': true });
  for (const command of loaded) {
    if (command === undefined) continue;
    addCommand(program, command, (args) => {
      answer = { command, args };
    });
  }
  // Known here too, so that a switch before the command does not take its name for a value.
  addOptions(program, commonOptions, 'Common options:');
  program.fail((message, error) => {
    throw error instanceof Failure ? error : usage(lowerFirst(message || String(error)));
  });
  await program.parse(
    words.map((word) => (word === '-' ? dash : word)),
    {},
    (_error, _argv, output) => {
      if (output !== '') answer = { text: `${output}\n` };
    },
  );
  return answer ?? { text: '' };
}

function lowerFirst(text: string): string {
  const line = text.trim().split('\n').join(' ');
  return line.charAt(0).toLowerCase() + line.slice(1);
}
