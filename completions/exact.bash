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

# Options that the one given never goes with.
_exact_apart() {
    case $command,$1 in
        parse,--since) echo --invert ;;
        parse,--until) echo --invert ;;
        parse,--year) echo --invert ;;
        parse,--follow) echo --count ;;
        parse,--count) echo --follow ;;
        parse,--invert) echo --since --until --year --json ;;
        parse,--json) echo --invert ;;
        update,--dry-run) echo --check --as --helo --sender --recipient ;;
        update,--check) echo --dry-run --rebuild --logins --permit --user --for --note ;;
        update,--as) echo --dry-run --rebuild --logins --permit --user --for --note ;;
        update,--helo) echo --dry-run --rebuild --logins --permit --user --for --note ;;
        update,--sender) echo --dry-run --rebuild --logins --permit --user --for --note ;;
        update,--recipient) echo --dry-run --rebuild --logins --permit --user --for --note ;;
        update,--rebuild) echo --check --as --helo --sender --recipient --logins --permit --user --for --note ;;
        update,--logins) echo --check --as --helo --sender --recipient --rebuild --permit --user --for --note ;;
        update,--permit) echo --check --as --helo --sender --recipient --rebuild --logins ;;
        update,--user) echo --check --as --helo --sender --recipient --rebuild --logins ;;
        update,--for) echo --check --as --helo --sender --recipient --rebuild --logins ;;
        update,--note) echo --check --as --helo --sender --recipient --rebuild --logins ;;
        expire,--user) echo --forget-host ;;
        expire,--all) echo --forget-host ;;
        expire,--for) echo --undo --forget-host ;;
        expire,--undo) echo --for --forget-host ;;
        expire,--forget-host) echo --user --all --for --undo --dry-run --json ;;
        expire,--dry-run) echo --forget-host ;;
        expire,--json) echo --forget-host ;;
        dump,--user) echo --denied --since --log --stats --revoked --maps --hosts --settings --path-unit ;;
        dump,--server) echo --denied --since --log --stats --revoked --maps --shared --hosts --settings --path-unit ;;
        dump,--sort) echo --denied --since --log --by-user --stats --revoked --maps --shared --hosts --settings --path-unit ;;
        dump,--limit) echo --stats --revoked --maps --hosts --settings --path-unit ;;
        dump,--tsv) echo --stats --revoked --maps --hosts --settings --path-unit --json ;;
        dump,--denied) echo --user --server --sort --by-user --stats --revoked --maps --shared --hosts --settings --path-unit ;;
        dump,--since) echo --user --server --sort --by-user --stats --revoked --maps --shared --hosts --settings --path-unit ;;
        dump,--log) echo --user --server --sort --by-user --stats --revoked --maps --shared --hosts --settings --path-unit ;;
        dump,--by-user) echo --sort --denied --since --log --stats --revoked --maps --shared --hosts --settings --path-unit ;;
        dump,--stats) echo --user --server --sort --limit --tsv --denied --since --log --by-user --revoked --maps --shared --hosts --settings --path-unit ;;
        dump,--revoked) echo --user --server --sort --limit --tsv --denied --since --log --by-user --stats --maps --shared --hosts --settings --path-unit ;;
        dump,--maps) echo --user --server --sort --limit --tsv --denied --since --log --by-user --stats --revoked --shared --hosts --settings --path-unit ;;
        dump,--shared) echo --server --sort --denied --since --log --by-user --stats --revoked --maps --hosts --settings --path-unit ;;
        dump,--hosts) echo --user --server --sort --limit --tsv --denied --since --log --by-user --stats --revoked --maps --shared --settings --path-unit ;;
        dump,--settings) echo --user --server --sort --limit --tsv --denied --since --log --by-user --stats --revoked --maps --shared --hosts --path-unit ;;
        dump,--path-unit) echo --user --server --sort --limit --tsv --denied --since --log --by-user --stats --revoked --maps --shared --hosts --settings --json ;;
        dump,--json) echo --tsv --path-unit ;;
        test-rule,--server) echo --match --suggest --user --show ;;
        test-rule,--match) echo --server --serverdefs --suggest --user --list --show ;;
        test-rule,--program) echo --suggest --user --list --show ;;
        test-rule,--order) echo --suggest --user --list --show ;;
        test-rule,--serverdefs) echo --match ;;
        test-rule,--line) echo --since --list --show ;;
        test-rule,--since) echo --line --list --show ;;
        test-rule,--limit) echo --matched --unmatched --suggest --user --list --show --json ;;
        test-rule,--matched) echo --limit --unmatched --forge --expect --suggest --user --list --show ;;
        test-rule,--unmatched) echo --limit --matched --forge --expect --suggest --user --list --show ;;
        test-rule,--forge) echo --matched --unmatched --suggest --user --list --show ;;
        test-rule,--expect) echo --matched --unmatched --suggest --user --list --show ;;
        test-rule,--suggest) echo --server --match --program --order --limit --matched --unmatched --forge --expect --list --show ;;
        test-rule,--user) echo --server --match --program --order --limit --matched --unmatched --forge --expect --list --show ;;
        test-rule,--list) echo --match --program --order --line --since --limit --matched --unmatched --forge --expect --suggest --user --show ;;
        test-rule,--show) echo --server --match --program --order --line --since --limit --matched --unmatched --forge --expect --suggest --user --list ;;
        test-rule,--json) echo --limit ;;
    esac
}

# Leaves out of the options what those given already never go with.
_exact_fitting() {
    local word option apart=' ' fitting=()
    for word in "${words[@]:2}"; do
        apart+="$(_exact_apart "${word%%=*}") "
    done
    for option in "${options[@]}"; do
        [[ $apart == *" $option "* ]] || fitting+=("$option")
    done
    options=("${fitting[@]}")
}

# A command, an option, or an operand.
_exact_word() {
    local options=()
    case $command in
        parse) options=(--server --since --until --year --follow --count --invert --config -c --state --verbose -v --quiet -q --json --color --now --help -h) ;;
        update) options=(--dry-run --check --as --helo --sender --recipient --rebuild --logins --permit --user --for --note --config -c --state --verbose -v --quiet -q --json --color --now --help -h) ;;
        expire) options=(--user --all --for --undo --forget-host --dry-run --config -c --state --verbose -v --quiet -q --json --color --now --help -h) ;;
        dump) options=(--user --server --sort --limit --tsv --denied --since --log --by-user --stats --revoked --maps --shared --hosts --settings --path-unit --config -c --state --verbose -v --quiet -q --json --color --now --help -h) ;;
        test-rule) options=(--server --match --program --order --serverdefs --line --since --limit --matched --unmatched --forge --expect --suggest --user --list --show --config -c --state --verbose -v --quiet -q --json --color --now --help -h) ;;
        help)
            _exact_words parse update expire dump test-rule
            return
            ;;
        completion)
            _exact_words bash zsh fish
            return
            ;;
        *)
            _exact_words parse update expire dump test-rule help completion --help -h --version -V
            return
            ;;
    esac
    _exact_fitting
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
        --since|--until|--year|--now|--helo|--for|--note|--forget-host|--limit|--match|--program|--order|--line) ;;
        *) _exact_word ;;
    esac
    # bash puts an answer in the place of what follows the last colon alone.
    if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${cur%"${cur##*:}"}"}")
    fi
}

complete -F _exact exact
