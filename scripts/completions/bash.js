// The completion for bash. User names come from logs, so they never reach `compgen -W`, which would expand them.

import { revoked } from './revoked.js';

/** Returns the text of completions/exact.bash. */
export function bashCompletion({ commands, answers, options }) {
  const all = [
    ...new Map(commands.flatMap((command) => command.options).map((each) => [each.name, each])).values(),
  ];
  const named = (kind) => spellings(all.filter((option) => option.kind === kind)).join('|');
  const withOperands = (kind) =>
    commands.filter(({ operand }) => operand?.kind === kind).map(({ name }) => name);
  return `# bash completion for exact(8). Made by scripts/completions.js.

# Takes the lines of standard input that the word may become.
_exact_from() {
    local word
    while IFS= read -r word; do
        # With a backslash: an escaped control character; nobody means to type it.
        [[ $word == *\\\\* ]] && continue
        printf -v word '%q' "$word"
        [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
    done
}

_exact_words() {
    _exact_from < <(printf '%s\\n' "$@")
}

_exact_files() {
    compopt -o default
}

# What exact expire has revoked: networks or users.
_exact_revoked() {
    exact dump --revoked --json 2>/dev/null | sed -n '${revoked('"$1"', "'")}'
}

_exact_addresses() {
    if [[ $line == *[[:blank:]]--undo* ]]; then
        _exact_from < <(_exact_revoked network)
    else
        _exact_from < <(exact dump --tsv 2>/dev/null | cut -f1 | sort -u)
    fi
}

_exact_users() {
    if [[ $line == *[[:blank:]]--undo* ]]; then
        _exact_from < <(_exact_revoked user)
    else
        _exact_from < <(exact dump --tsv 2>/dev/null | cut -f2 | sort -u)
    fi
}

_exact_servers() {
    _exact_from < <(exact test-rule --list 2>/dev/null | cut -d' ' -f1 | sort -u)
}

# Options that the one given never goes with.
_exact_apart() {
    case $command,$1 in
${commands.flatMap(apartCases).join('\n')}
    esac
}

# Leaves out of the options what those given already never go with.
_exact_fitting() {
    local word option apart=' ' fitting=()
    for word in "\${words[@]:2}"; do
        apart+="$(_exact_apart "\${word%%=*}") "
    done
    for option in "\${options[@]}"; do
        [[ $apart == *" $option "* ]] || fitting+=("$option")
    done
    options=("\${fitting[@]}")
}

# A command, an option, or an operand.
_exact_word() {
    local options=()
    case $command in
${commands.map(({ name, options: its }) => `        ${name}) options=(${spellings(its).join(' ')}) ;;`).join('\n')}
${answers.map(answerCase).join('\n')}
        *)
            _exact_words ${[...commands, ...answers].map(({ name }) => name).join(' ')} ${spellings(options).join(' ')}
            return
            ;;
    esac
    _exact_fitting
    case $cur,$command in
        -?*) _exact_words "\${options[@]}" ;;
        *,${withOperands('file').join('|*,')}) _exact_files ;;
        *,${withOperands('address').join('|*,')}) _exact_addresses ;;
        *) _exact_words "\${options[@]}" ;;
    esac
}

_exact() {
    # Not COMP_WORDS: bash parts an IPv6 address at its colons.
    local line=\${COMP_LINE:0:COMP_POINT} words cur prev command
    cur=\${line##*[[:blank:]]}
    read -ra words <<<"\${line%"$cur"}"
    prev=\${words[-1]}
    command=\${words[1]-}
    if [[ $cur == --*=* ]]; then
        prev=\${cur%%=*}
        cur=\${cur#*=}
    fi
    COMPREPLY=()
    case $prev in
${all
  .filter(({ kind }) => kind === 'choice')
  .map((option) => `        ${spellings([option]).join('|')}) _exact_words ${option.choices.join(' ')} ;;`)
  .join('\n')}
        ${named('file')}) _exact_files ;;
        ${named('server')}) _exact_servers ;;
        ${named('user')}) _exact_users ;;
        ${named('other')}) ;;
        *) _exact_word ;;
    esac
    # bash puts an answer in the place of what follows the last colon alone.
    if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
        COMPREPLY=("\${COMPREPLY[@]#"\${cur%"\${cur##*:}"}"}")
    fi
}

complete -F _exact exact
`;
}

function answerCase({ name, words }) {
  return `        ${name})
            _exact_words ${words.join(' ')}
            return
            ;;`;
}

function apartCases({ name, options }) {
  return options.flatMap(({ name: option, apart }) => {
    const others = apart.filter((word) => word !== 'operands').map((word) => `--${word}`);
    return others.length === 0 ? [] : [`        ${name},--${option}) echo ${others.join(' ')} ;;`];
  });
}

function spellings(options) {
  return options.flatMap(({ name, alias }) => [`--${name}`, ...(alias === undefined ? [] : [`-${alias}`])]);
}
