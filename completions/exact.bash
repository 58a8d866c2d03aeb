# bash completion for exact(8). Made by scripts/completions.js.

# Takes the lines of standard input that the word may become.
_exact_from() {
    local word
    while IFS= read -r word; do
        # With a backslash: an escaped control character; nobody means to type it.
        [[ $word == *\\* ]] && continue
        printf -v word '%q' "$word"
        [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
    done
}

_exact_words() {
    _exact_from < <(printf '%s\n' "$@")
}

_exact_files() {
    compopt -o default
}

# What exact expire has revoked: networks or users.
_exact_revoked() {
    exact dump --revoked --json 2>/dev/null | sed -n 's/^{"kind":"'"$1"'","what":"\([^"\\]*\)".*/\1/p'
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

# A command, an option, or an operand.
_exact_word() {
    local options=()
    case $command in
        parse) options=(--server --since --until --year --follow --count --invert --config -c --state --verbose -v --quiet -q --json --color --now --help -h) ;;
        update) options=(--dry-run --check --rebuild --logins --config -c --state --verbose -v --quiet -q --json --color --now --help -h) ;;
        expire) options=(--user --all --for --undo --dry-run --config -c --state --verbose -v --quiet -q --json --color --now --help -h) ;;
        dump) options=(--user --server --sort --limit --tsv --denied --since --log --by-user --stats --revoked --maps --settings --config -c --state --verbose -v --quiet -q --json --color --now --help -h) ;;
        test-rule) options=(--server --match --program --order --serverdefs --line --since --limit --unmatched --forge --expect --suggest --user --list --show --config -c --state --verbose -v --quiet -q --json --color --now --help -h) ;;
        *)
            _exact_words parse update expire dump test-rule --help -h --version
            return
            ;;
    esac
    case $cur,$command in
        -?*) _exact_words "${options[@]}" ;;
        *,parse|*,test-rule) _exact_files ;;
        *,expire|*,dump) _exact_addresses ;;
        *) _exact_words "${options[@]}" ;;
    esac
}

_exact() {
    # Not COMP_WORDS: bash parts an IPv6 address at its colons.
    local line=${COMP_LINE:0:COMP_POINT} words cur prev command
    cur=${line##*[[:blank:]]}
    read -ra words <<<"${line%"$cur"}"
    prev=${words[-1]}
    command=${words[1]-}
    if [[ $cur == --*=* ]]; then
        prev=${cur%%=*}
        cur=${cur#*=}
    fi
    COMPREPLY=()
    case $prev in
        --color) _exact_words auto always never ;;
        --sort) _exact_words address user server left login logins ;;
        --config|-c|--state|--logins|--log|--serverdefs|--expect) _exact_files ;;
        --server|--show) _exact_servers ;;
        --user) _exact_users ;;
        --since|--until|--year|--now|--for|--limit|--match|--program|--order|--line) ;;
        *) _exact_word ;;
    esac
    # bash puts an answer in the place of what follows the last colon alone.
    if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${cur%"${cur##*:}"}"}")
    fi
}

complete -F _exact exact
