// The completion for zsh, by its function _arguments.

import { revoked } from './revoked.js';

const actions = {
  file: '_files',
  server: '_exact_servers',
  user: '_exact_users',
  address: '_exact_addresses',
  other: '',
};

/** Returns the text of completions/_exact. */
export function zshCompletion({ commands, answers, options }) {
  return `#compdef exact
# zsh completion for exact(8). Made by scripts/completions.js.

_exact_from_table() {
    local -a values
    if (( \${words[(I)--undo]} )); then
        values=(\${(fu)"$(exact dump --revoked --json 2>/dev/null | sed -n '${revoked('"$3"', "'")}')"})
        _wanted $1 expl $1 compadd -a values
        return
    fi
    # With a backslash: an escaped control character; nobody means to type it.
    values=(\${\${(fu)"$(exact dump --tsv 2>/dev/null | cut -f$2)"}:#*\\\\*})
    _wanted $1 expl $1 compadd -a values
}

_exact_addresses() { _exact_from_table address 1 network }

_exact_users() { _exact_from_table user 2 user }

_exact_servers() {
    local -a values
    values=(\${(fu)"$(exact test-rule --list 2>/dev/null | cut -d' ' -f1)"})
    _wanted server expl server compadd -a values
}

_exact() {
    local curcontext="$curcontext" context state line expl
    local -A opt_args
    local -a commands
    commands=(
${[...commands, ...answers].map(({ name, summary }) => `        ${quoted(`${name}:${summary}`)}`).join('\n')}
    )
    _arguments -C \\
${options
  .flatMap(specs)
  .map((spec) => `        ${spec} \\`)
  .join('\n')}
        '1:command:->command' \\
        '*::argument:->argument'
    case $state in
        command) _describe -t commands command commands ;;
        argument)
            case $words[1] in
${commands.map(commandCase).join('\n')}
${answers.map(answerCase).join('\n')}
            esac
            ;;
    esac
}

_exact "$@"
`;
}

function commandCase({ name, operand, options }) {
  const lines = options.flatMap(specs);
  if (operand !== undefined) lines.push(quoted(`*:${operand.name}:${actions[operand.kind]}`));
  return `                ${name})
                    _arguments \\
${lines.map((line) => `                        ${line}`).join(' \\\n')}
                    ;;`;
}

function answerCase({ name, words }) {
  return `                ${name}) _arguments ${quoted(`1:word:(${words.join(' ')})`)} ;;`;
}

/** Returns the specifications of an option: one for each spelling, which rule each other out unless it repeats, and what it never goes with. */
function specs({ name, alias, summary, kind = 'none', value, choices, repeats = false, apart = [] }) {
  const spellings = [`--${name}`, ...(alias === undefined ? [] : [`-${alias}`])];
  const own = repeats || spellings.length === 1 ? [] : spellings;
  const others = [...own, ...apart.map((other) => (other === 'operands' ? '*' : `--${other}`))];
  const before = `${others.length === 0 ? '' : `(${others.join(' ')})`}${repeats ? '*' : ''}`;
  const action = kind === 'choice' ? `(${choices.join(' ')})` : actions[kind];
  const after = kind === 'none' ? '' : `:${value}:${action}`;
  return spellings.map((spelling) =>
    quoted(`${before}${spelling}[${summary.replace(/[[\]\\:]/g, '\\$&')}]${after}`),
  );
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
