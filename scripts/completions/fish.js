// The completion for fish.

import { revoked } from './revoked.js';

const sources = { server: '(__exact_servers)', user: '(__exact_users)', address: '(__exact_addresses)' };

/** Returns the text of completions/exact.fish. */
export function fishCompletion({ commands, answers, options }) {
  const names = [...commands, ...answers].map(({ name }) => name).join(' ');
  const first = `not __fish_seen_subcommand_from ${names}`;
  return `# fish completion for exact(8). Made by scripts/completions.js.

# With a backslash: an escaped control character; nobody means to type it.
function __exact_revoked
    exact dump --revoked --json 2>/dev/null | sed -n '${revoked('"$argv[1]"', "'").replaceAll('\\\\', '\\\\\\\\')}'
end

function __exact_addresses
    if contains -- --undo (commandline -opc)
        __exact_revoked network
        return
    end
    exact dump --tsv 2>/dev/null | cut -f1 | sort -u
end

function __exact_users
    if contains -- --undo (commandline -opc)
        __exact_revoked user
        return
    end
    exact dump --tsv 2>/dev/null | cut -f2 | sort -u | string match -v '*\\\\*'
end

function __exact_servers
    exact test-rule --list 2>/dev/null | cut -d' ' -f1 | sort -u
end

complete -c exact -f
${[...commands, ...answers].map(({ name, summary }) => `complete -c exact -n '${first}' -a ${name} -d ${quoted(summary)}`).join('\n')}
${options.map((option) => optionLine(first, option)).join('\n')}
${answers.map(({ name, words }) => `complete -c exact -n '__fish_seen_subcommand_from ${name}' -a ${quoted(words.join(' '))}`).join('\n')}
${commands.map(commandLines).join('\n')}
`;
}

function commandLines({ name, operand, options }) {
  const condition = `__fish_seen_subcommand_from ${name}`;
  const lines = options.map((option) => optionLine(conditionFor(condition, option.apart), option));
  if (operand !== undefined) {
    const what = operand.kind === 'file' ? '-F' : `-a ${quoted(sources[operand.kind])}`;
    lines.unshift(`complete -c exact -n '${condition}' ${what}`);
  }
  return `\n${lines.join('\n')}`;
}

/** An option is not offered beside one that it never goes with. */
function conditionFor(condition, apart) {
  const others = apart.filter((word) => word !== 'operands');
  return others.length === 0 ? condition : `${condition}; and not __fish_contains_opt ${others.join(' ')}`;
}

function optionLine(condition, { name, alias, summary, kind = 'none', choices }) {
  const words = [`complete -c exact -n '${condition}' -l ${name}`];
  if (alias !== undefined) words.push(`-s ${alias}`);
  if (kind === 'file') words.push('-r -F');
  else if (kind !== 'none') words.push('-x');
  if (kind === 'choice') words.push(`-a ${quoted(choices.join(' '))}`);
  else if (sources[kind] !== undefined) words.push(`-a ${quoted(sources[kind])}`);
  return `${words.join(' ')} -d ${quoted(summary)}`;
}

function quoted(text) {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
