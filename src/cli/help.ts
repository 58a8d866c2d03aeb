/** Help, as yargs lays it out from the tables of the commands. */
import yargs, { type Argv, type Options } from 'yargs';
import { type Command, commonOptions, type OptionSpec } from './command.ts';
import { usageOf } from './synopsis.ts';

/** What the program answers itself, beside its commands. */
const answers: readonly (readonly [usage: string, summary: string])[] = [
  ['help [COMMAND]', 'show this help, or the help of a command'],
  ['completion SHELL', 'print the completions for bash, zsh or fish'],
];

/** What yargs is given for the forms of a command line, from which it would take the blanks that lines begin with. */
const usagePlace = 'Usage:';

function yargsOption(option: OptionSpec): Options {
  return {
    describe: option.value === undefined ? option.summary : `${option.value}: ${option.summary}`,
    ...(option.alias === undefined ? {} : { alias: option.alias }),
    type: option.value === undefined ? 'boolean' : 'string',
  };
}

function addOptions(program: Argv, options: readonly OptionSpec[], group: string): void {
  for (const option of options) program.option(option.name, { ...yargsOption(option), group });
}

function addCommand(program: Argv, command: Command): void {
  const { name, summary, operands, options, examples } = command;
  program.command(operands === undefined ? name : `${name} [${operands.name}...]`, summary, (builder) => {
    builder.usage(`${usagePlace}\n\n${summary}`);
    if (operands !== undefined) {
      builder.positional(operands.name, { describe: operands.summary, type: 'string', array: true });
    }
    addOptions(builder, options, 'Options:');
    for (const [line, effect] of examples) builder.example(`$0 ${line}`, effect);
  });
}

/** Returns the help of the program, or of the one of its commands that is named, for so many columns. */
export async function helpText(
  commands: readonly Command[],
  name: string | undefined,
  columns: number,
): Promise<string> {
  const width = Math.min(columns, 100);
  const program = yargs()
    .scriptName('exact')
    .usage(
      'Usage: $0 COMMAND [options]\n\nLets people who have just read their mail send mail (POP-before-SMTP).',
    )
    .detectLocale(false)
    .help()
    .alias('help', 'h')
    .version('')
    .alias('version', 'V')
    .describe({ help: 'show this help', version: 'show the version' })
    .updateStrings({ 'Positionals:': 'Operands:' })
    .wrap(width)
    .exitProcess(false)
    .epilogue('Manual pages: exact(8), exact.conf(5), exact-servers.conf(5).');
  // @types/yargs lags behind yargs 18.
  (program as Argv & { usageConfiguration(of: object): void }).usageConfiguration({ 'hide-types': true });
  for (const command of commands) addCommand(program, command);
  for (const [line, summary] of answers) program.command(line, summary, () => {});
  addOptions(program, commonOptions, 'Common options:');
  let text = '';
  await program.parse(name === undefined ? ['--help'] : [name, '--help'], {}, (_error, _argv, output) => {
    text = `${output}\n`;
  });
  const command = commands.find((one) => one.name === name);
  if (command !== undefined) text = text.replace(usagePlace, () => usageOf(command, width));
  return text;
}
