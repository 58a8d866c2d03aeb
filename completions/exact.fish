# fish completion for exact(8). Made by scripts/completions.js.

# With a backslash: an escaped control character; nobody means to type it.
function __exact_revoked
    exact dump --revoked --json 2>/dev/null | sed -n 's/^{"kind":"'"$argv[1]"'","what":"\([^"\\\\]*\)".*/\1/p'
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
    exact dump --tsv 2>/dev/null | cut -f2 | sort -u | string match -v '*\\*'
end

function __exact_servers
    exact test-rule --list 2>/dev/null | cut -d' ' -f1 | sort -u
end

complete -c exact -f
complete -c exact -n 'not __fish_seen_subcommand_from parse update expire dump test-rule help completion' -a parse -d 'find the logins in log files, standard input, or the configured mail log'
complete -c exact -n 'not __fish_seen_subcommand_from parse update expire dump test-rule help completion' -a update -d 'read new log lines and publish the relay table; for cron, each minute'
complete -c exact -n 'not __fish_seen_subcommand_from parse update expire dump test-rule help completion' -a expire -d 'take out what has expired; or revoke an address, network or user at once'
complete -c exact -n 'not __fish_seen_subcommand_from parse update expire dump test-rule help completion' -a dump -d 'show who may relay, until when, and why or why not'
complete -c exact -n 'not __fish_seen_subcommand_from parse update expire dump test-rule help completion' -a test-rule -d 'try parse rules on lines, and see why a line is a login or is none'
complete -c exact -n 'not __fish_seen_subcommand_from parse update expire dump test-rule help completion' -a help -d 'show help'
complete -c exact -n 'not __fish_seen_subcommand_from parse update expire dump test-rule help completion' -a completion -d 'print the completions of a shell'
complete -c exact -n 'not __fish_seen_subcommand_from parse update expire dump test-rule help completion' -l help -s h -d 'show help'
complete -c exact -n 'not __fish_seen_subcommand_from parse update expire dump test-rule help completion' -l version -s V -d 'show the version'
complete -c exact -n '__fish_seen_subcommand_from help' -a 'parse update expire dump test-rule'
complete -c exact -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'

complete -c exact -n '__fish_seen_subcommand_from parse' -F
complete -c exact -n '__fish_seen_subcommand_from parse' -l server -x -a '(__exact_servers)' -d 'use only this rule (auto: every rule)'
complete -c exact -n '__fish_seen_subcommand_from parse; and not __fish_contains_opt invert' -l since -x -d 'print logins since then: 7d, 2h, 09:00, or RFC 3339'
complete -c exact -n '__fish_seen_subcommand_from parse; and not __fish_contains_opt invert' -l until -x -d 'print logins before then'
complete -c exact -n '__fish_seen_subcommand_from parse; and not __fish_contains_opt invert' -l year -x -d 'take this for the year of stamps that have none'
complete -c exact -n '__fish_seen_subcommand_from parse; and not __fish_contains_opt count' -l follow -d 'keep reading, and print logins as they are written'
complete -c exact -n '__fish_seen_subcommand_from parse; and not __fish_contains_opt follow' -l count -d 'print only the number of logins'
complete -c exact -n '__fish_seen_subcommand_from parse; and not __fish_contains_opt since until year json' -l invert -d 'print the lines that are not logins'
complete -c exact -n '__fish_seen_subcommand_from parse' -l config -s c -r -F -d 'read this configuration file'
complete -c exact -n '__fish_seen_subcommand_from parse' -l state -r -F -d 'use this state file, and the files beside it'
complete -c exact -n '__fish_seen_subcommand_from parse' -l verbose -s v -d 'print what was done'
complete -c exact -n '__fish_seen_subcommand_from parse' -l quiet -s q -d 'print no warnings and no answers; the exit status alone answers'
complete -c exact -n '__fish_seen_subcommand_from parse; and not __fish_contains_opt invert' -l json -d 'print newline-delimited JSON'
complete -c exact -n '__fish_seen_subcommand_from parse' -l color -x -a 'auto always never' -d 'colour the output: auto, always or never'
complete -c exact -n '__fish_seen_subcommand_from parse' -l now -x -d 'use this as the current time (RFC 3339), for replays and tests'
complete -c exact -n '__fish_seen_subcommand_from parse' -l help -s h -d 'show help'

complete -c exact -n '__fish_seen_subcommand_from update; and not __fish_contains_opt check as helo sender recipient' -l dry-run -d 'print what would be done; change nothing'
complete -c exact -n '__fish_seen_subcommand_from update; and not __fish_contains_opt dry-run rebuild logins permit user for note' -l check -d 'print all that is wrong with this host, and how to fix it; change nothing'
complete -c exact -n '__fish_seen_subcommand_from update; and not __fish_contains_opt dry-run rebuild logins permit user for note' -l as -x -a '(__exact_addresses)' -d 'with --check: play this client\'s SMTP conversation, and print what the MTA says'
complete -c exact -n '__fish_seen_subcommand_from update; and not __fish_contains_opt dry-run rebuild logins permit user for note' -l helo -x -d 'with --as: what the client calls itself'
complete -c exact -n '__fish_seen_subcommand_from update; and not __fish_contains_opt dry-run rebuild logins permit user for note' -l sender -x -a '(__exact_addresses)' -d 'with --as: the sender of its mail'
complete -c exact -n '__fish_seen_subcommand_from update; and not __fish_contains_opt dry-run rebuild logins permit user for note' -l recipient -x -a '(__exact_addresses)' -d 'with --as: the recipient of its mail'
complete -c exact -n '__fish_seen_subcommand_from update; and not __fish_contains_opt check as helo sender recipient logins permit user for note' -l rebuild -d 'forget the table and read the end of the log again'
complete -c exact -n '__fish_seen_subcommand_from update; and not __fish_contains_opt check as helo sender recipient rebuild permit user for note' -l logins -r -F -d 'read logins from exact parse (-: standard input, as they come), and no log'
complete -c exact -n '__fish_seen_subcommand_from update; and not __fish_contains_opt check as helo sender recipient rebuild logins' -l permit -x -a '(__exact_addresses)' -d 'permit this address by hand, without a login; exact expire ends that'
complete -c exact -n '__fish_seen_subcommand_from update; and not __fish_contains_opt check as helo sender recipient rebuild logins' -l user -x -a '(__exact_users)' -d 'with --permit: who asked for it, as the log would write the name'
complete -c exact -n '__fish_seen_subcommand_from update; and not __fish_contains_opt check as helo sender recipient rebuild logins' -l for -x -d 'with --permit: for so long (2h), a week at most'
complete -c exact -n '__fish_seen_subcommand_from update; and not __fish_contains_opt check as helo sender recipient rebuild logins' -l note -x -d 'with --permit: why, for exact dump and the log'
complete -c exact -n '__fish_seen_subcommand_from update' -l config -s c -r -F -d 'read this configuration file'
complete -c exact -n '__fish_seen_subcommand_from update' -l state -r -F -d 'use this state file, and the files beside it'
complete -c exact -n '__fish_seen_subcommand_from update' -l verbose -s v -d 'print what was done'
complete -c exact -n '__fish_seen_subcommand_from update' -l quiet -s q -d 'print no warnings and no answers; the exit status alone answers'
complete -c exact -n '__fish_seen_subcommand_from update' -l json -d 'print newline-delimited JSON'
complete -c exact -n '__fish_seen_subcommand_from update' -l color -x -a 'auto always never' -d 'colour the output: auto, always or never'
complete -c exact -n '__fish_seen_subcommand_from update' -l now -x -d 'use this as the current time (RFC 3339), for replays and tests'
complete -c exact -n '__fish_seen_subcommand_from update' -l help -s h -d 'show help'

complete -c exact -n '__fish_seen_subcommand_from expire' -a '(__exact_addresses)'
complete -c exact -n '__fish_seen_subcommand_from expire; and not __fish_contains_opt forget-host' -l user -x -a '(__exact_users)' -d 'revoke every address of this user'
complete -c exact -n '__fish_seen_subcommand_from expire; and not __fish_contains_opt forget-host' -l all -d 'revoke every address'
complete -c exact -n '__fish_seen_subcommand_from expire; and not __fish_contains_opt undo forget-host' -l for -x -d 'also refuse new logins for so long (24h)'
complete -c exact -n '__fish_seen_subcommand_from expire; and not __fish_contains_opt for forget-host' -l undo -d 'stop refusing what --for refused'
complete -c exact -n '__fish_seen_subcommand_from expire; and not __fish_contains_opt user all for undo dry-run json' -l forget-host -x -d 'take a host that is gone out of shared tables'
complete -c exact -n '__fish_seen_subcommand_from expire; and not __fish_contains_opt forget-host' -l dry-run -d 'print what would be done; change nothing'
complete -c exact -n '__fish_seen_subcommand_from expire' -l config -s c -r -F -d 'read this configuration file'
complete -c exact -n '__fish_seen_subcommand_from expire' -l state -r -F -d 'use this state file, and the files beside it'
complete -c exact -n '__fish_seen_subcommand_from expire' -l verbose -s v -d 'print what was done'
complete -c exact -n '__fish_seen_subcommand_from expire' -l quiet -s q -d 'print no warnings and no answers; the exit status alone answers'
complete -c exact -n '__fish_seen_subcommand_from expire; and not __fish_contains_opt forget-host' -l json -d 'print newline-delimited JSON'
complete -c exact -n '__fish_seen_subcommand_from expire' -l color -x -a 'auto always never' -d 'colour the output: auto, always or never'
complete -c exact -n '__fish_seen_subcommand_from expire' -l now -x -d 'use this as the current time (RFC 3339), for replays and tests'
complete -c exact -n '__fish_seen_subcommand_from expire' -l help -s h -d 'show help'

complete -c exact -n '__fish_seen_subcommand_from dump' -a '(__exact_addresses)'
complete -c exact -n '__fish_seen_subcommand_from dump; and not __fish_contains_opt denied since log stats revoked maps hosts settings path-unit' -l user -x -a '(__exact_users)' -d 'show one user\'s addresses, or those of a pattern (*@example.org)'
complete -c exact -n '__fish_seen_subcommand_from dump; and not __fish_contains_opt denied since log stats revoked maps shared hosts settings path-unit' -l server -x -a '(__exact_servers)' -d 'show only logins that this rule found'
complete -c exact -n '__fish_seen_subcommand_from dump; and not __fish_contains_opt denied since log by-user stats revoked maps shared hosts settings path-unit' -l sort -x -a 'address user server left login logins' -d 'sort addresses by one of: address, user, server, left, login, logins'
complete -c exact -n '__fish_seen_subcommand_from dump; and not __fish_contains_opt stats revoked maps hosts settings path-unit' -l limit -x -d 'show at most so many rows, newest first; 0 shows all'
complete -c exact -n '__fish_seen_subcommand_from dump; and not __fish_contains_opt stats revoked maps hosts settings path-unit json' -l tsv -d 'print tab-separated: address, user, server, first, last, expires, logins'
complete -c exact -n '__fish_seen_subcommand_from dump; and not __fish_contains_opt user server sort by-user stats revoked maps shared hosts settings path-unit' -l denied -d 'show whom the MTA has refused to relay for, and why'
complete -c exact -n '__fish_seen_subcommand_from dump; and not __fish_contains_opt user server sort by-user stats revoked maps shared hosts settings path-unit' -l since -x -d 'with --denied: refusals since then (7d, 2h, 09:00, RFC 3339); default 1h'
complete -c exact -n '__fish_seen_subcommand_from dump; and not __fish_contains_opt user server sort by-user stats revoked maps shared hosts settings path-unit' -l log -r -F -d 'with --denied: read this log of the MTA, if it is not the mail log'
complete -c exact -n '__fish_seen_subcommand_from dump; and not __fish_contains_opt sort denied since log stats revoked maps shared hosts settings path-unit' -l by-user -d 'show a table of users, those with the most addresses first'
complete -c exact -n '__fish_seen_subcommand_from dump; and not __fish_contains_opt user server sort limit tsv denied since log by-user revoked maps shared hosts settings path-unit' -l stats -d 'show sums: entries, servers, the last run, what was refused'
complete -c exact -n '__fish_seen_subcommand_from dump; and not __fish_contains_opt user server sort limit tsv denied since log by-user stats maps shared hosts settings path-unit' -l revoked -d 'show what exact expire has revoked or refuses'
complete -c exact -n '__fish_seen_subcommand_from dump; and not __fish_contains_opt user server sort limit tsv denied since log by-user stats revoked shared hosts settings path-unit' -l maps -d 'read each published map back and compare it with the state'
complete -c exact -n '__fish_seen_subcommand_from dump; and not __fish_contains_opt server sort denied since log by-user stats revoked maps hosts settings path-unit' -l shared -d 'show the entries of all hosts, in tables that hosts share'
complete -c exact -n '__fish_seen_subcommand_from dump; and not __fish_contains_opt user server sort limit tsv denied since log by-user stats revoked maps shared settings path-unit' -l hosts -d 'show the hosts that write to these tables, and how each of them does'
complete -c exact -n '__fish_seen_subcommand_from dump; and not __fish_contains_opt user server sort limit tsv denied since log by-user stats revoked maps shared hosts path-unit' -l settings -d 'show all settings in force, or those named, and where each comes from'
complete -c exact -n '__fish_seen_subcommand_from dump; and not __fish_contains_opt user server sort limit tsv denied since log by-user stats revoked maps shared hosts settings json' -l path-unit -d 'print the systemd drop-in by which exact.path watches the mail log'
complete -c exact -n '__fish_seen_subcommand_from dump' -l config -s c -r -F -d 'read this configuration file'
complete -c exact -n '__fish_seen_subcommand_from dump' -l state -r -F -d 'use this state file, and the files beside it'
complete -c exact -n '__fish_seen_subcommand_from dump' -l verbose -s v -d 'print what was done'
complete -c exact -n '__fish_seen_subcommand_from dump' -l quiet -s q -d 'print no warnings and no answers; the exit status alone answers'
complete -c exact -n '__fish_seen_subcommand_from dump; and not __fish_contains_opt tsv path-unit' -l json -d 'print newline-delimited JSON'
complete -c exact -n '__fish_seen_subcommand_from dump' -l color -x -a 'auto always never' -d 'colour the output: auto, always or never'
complete -c exact -n '__fish_seen_subcommand_from dump' -l now -x -d 'use this as the current time (RFC 3339), for replays and tests'
complete -c exact -n '__fish_seen_subcommand_from dump' -l help -s h -d 'show help'

complete -c exact -n '__fish_seen_subcommand_from test-rule' -F
complete -c exact -n '__fish_seen_subcommand_from test-rule; and not __fish_contains_opt match suggest user show' -l server -x -a '(__exact_servers)' -d 'try only this rule (auto: every rule)'
complete -c exact -n '__fish_seen_subcommand_from test-rule; and not __fish_contains_opt server serverdefs suggest user list show' -l match -x -d 'try this expression, as in a match line'
complete -c exact -n '__fish_seen_subcommand_from test-rule; and not __fish_contains_opt suggest user list show' -l program -x -d 'with --match: the program that it is for'
complete -c exact -n '__fish_seen_subcommand_from test-rule; and not __fish_contains_opt suggest user list show' -l order -x -d 'with --match: the form of EXACT 1.41, \'user host\' or \'host user\''
complete -c exact -n '__fish_seen_subcommand_from test-rule; and not __fish_contains_opt match' -l serverdefs -r -F -d 'try the rules of this file, exact-servers.conf(5)'
complete -c exact -n '__fish_seen_subcommand_from test-rule; and not __fish_contains_opt since list show' -l line -x -d 'try this line'
complete -c exact -n '__fish_seen_subcommand_from test-rule; and not __fish_contains_opt line list show' -l since -x -d 'read lines since then: 7d, 2h, 09:00, or RFC 3339'
complete -c exact -n '__fish_seen_subcommand_from test-rule; and not __fish_contains_opt matched unmatched suggest user list show json' -l limit -x -d 'show at most so many lines of a kind (default 3); 0 shows all'
complete -c exact -n '__fish_seen_subcommand_from test-rule; and not __fish_contains_opt limit unmatched forge expect suggest user list show' -l matched -d 'print the lines that a rule uses'
complete -c exact -n '__fish_seen_subcommand_from test-rule; and not __fish_contains_opt limit matched forge expect suggest user list show' -l unmatched -d 'print the lines that name an address and a user and match no rule'
complete -c exact -n '__fish_seen_subcommand_from test-rule; and not __fish_contains_opt matched unmatched suggest user list show' -l forge -d 'try to fool the rules with hostile lines; exit status 1 if one does'
complete -c exact -n '__fish_seen_subcommand_from test-rule; and not __fish_contains_opt matched unmatched suggest user list show' -l expect -r -F -d 'compare with what is true: rows of LINE USER ADDRESS, of LINE -, or of JSON'
complete -c exact -n '__fish_seen_subcommand_from test-rule; and not __fish_contains_opt server match program order limit matched unmatched forge expect list show' -l suggest -d 'propose a stanza, from lines in which the users of --user log in'
complete -c exact -n '__fish_seen_subcommand_from test-rule; and not __fish_contains_opt server match program order limit matched unmatched forge expect list show' -l user -x -a '(__exact_users)' -d 'with --suggest: a user who logged in, as the log writes the name'
complete -c exact -n '__fish_seen_subcommand_from test-rule; and not __fish_contains_opt match program order line since limit matched unmatched forge expect suggest user show' -l list -d 'list all rules'
complete -c exact -n '__fish_seen_subcommand_from test-rule; and not __fish_contains_opt server match program order line since limit matched unmatched forge expect suggest user list' -l show -x -a '(__exact_servers)' -d 'print the stanza of a rule, to copy and change'
complete -c exact -n '__fish_seen_subcommand_from test-rule' -l config -s c -r -F -d 'read this configuration file'
complete -c exact -n '__fish_seen_subcommand_from test-rule' -l state -r -F -d 'use this state file, and the files beside it'
complete -c exact -n '__fish_seen_subcommand_from test-rule' -l verbose -s v -d 'print what was done'
complete -c exact -n '__fish_seen_subcommand_from test-rule' -l quiet -s q -d 'print no warnings and no answers; the exit status alone answers'
complete -c exact -n '__fish_seen_subcommand_from test-rule; and not __fish_contains_opt limit' -l json -d 'print newline-delimited JSON'
complete -c exact -n '__fish_seen_subcommand_from test-rule' -l color -x -a 'auto always never' -d 'colour the output: auto, always or never'
complete -c exact -n '__fish_seen_subcommand_from test-rule' -l now -x -d 'use this as the current time (RFC 3339), for replays and tests'
complete -c exact -n '__fish_seen_subcommand_from test-rule' -l help -s h -d 'show help'
