/** The words of `exact test-rule`: its options, and which of them each of its answers takes. */
import type { Contradiction, Mode, ModeWord, OptionSpec } from '../../cli/command.ts';
import type { Invocation } from '../../host/invocation.ts';

/** The options of `test-rule`. */
export const testRuleOptions = [
  { name: 'server', value: 'NAME', repeats: true, summary: 'try only this rule (auto: every rule)' },
  { name: 'match', value: 'EXPR', repeats: true, summary: 'try this expression, as in a match line' },
  {
    name: 'program',
    value: 'NAME',
    repeats: true,
    needs: 'match',
    summary: 'with --match: the program that it is for',
  },
  {
    name: 'order',
    value: 'ORDER',
    needs: 'match',
    summary: "with --match: the form of EXACT 1.41, 'user host' or 'host user'",
  },
  {
    name: 'serverdefs',
    value: 'FILE',
    repeats: true,
    summary: 'try the rules of this file, exact-servers.conf(5)',
  },
  { name: 'line', value: 'TEXT', repeats: true, summary: 'try this line' },
  { name: 'since', value: 'TIME', summary: 'read lines since then: 7d, 2h, 09:00, or RFC 3339' },
  { name: 'limit', value: 'N', summary: 'show at most so many lines of a kind (default 3); 0 shows all' },
  { name: 'matched', summary: 'print the lines that a rule uses' },
  { name: 'unmatched', summary: 'print the lines that name an address and a user and match no rule' },
  { name: 'forge', summary: 'try to fool the rules with hostile lines; exit status 1 if one does' },
  {
    name: 'expect',
    value: 'FILE',
    summary: 'compare with what is true: rows of LINE USER ADDRESS, of LINE -, or of JSON',
  },
  { name: 'suggest', summary: 'propose a stanza, from lines in which the users of --user log in' },
  {
    name: 'user',
    value: 'NAME',
    repeats: true,
    summary: 'with --suggest: a user who logged in, as the log writes the name',
  },
  { name: 'list', summary: 'list all rules' },
  { name: 'show', value: 'NAME', summary: 'print the stanza of a rule, to copy and change' },
] as const satisfies readonly OptionSpec[];

/** The name of an option of `test-rule`. */
export type TestRuleOption = (typeof testRuleOptions)[number]['name'];

/** A call of `test-rule`. */
export type TestRuleInvocation = Invocation<TestRuleOption>;

/** Which rules are tried. */
const rules = ['server', 'serverdefs', 'match', 'program', 'order'] as const;

/** On which lines. */
const lines = ['line', 'since', 'operands'] as const;

/** What `test-rule` is asked, and what may be said with it. */
export const testRuleModes: readonly Mode<TestRuleOption>[] = [
  { by: ['list'], takes: ['server', 'serverdefs', 'json'] },
  { by: ['show'], takes: ['serverdefs', 'json'] },
  { by: ['suggest'], needs: ['user'], takes: ['user', 'serverdefs', ...lines, 'json'] },
  { by: ['matched', 'unmatched'], takes: [...rules, ...lines, 'json'] },
  { takes: [...rules, ...lines, 'limit', 'forge', 'expect', 'json'] },
];

const isTheRule = '--match is the rule that is tried';

/** What does not go together though the same answer takes it. */
export const testRuleContradictions: readonly Contradiction<ModeWord<TestRuleOption>>[] = [
  ['match', 'server', isTheRule],
  ['match', 'serverdefs', isTheRule],
  ['line', 'since', '--line is tried whatever its time'],
  ['limit', 'json', 'JSON has every line'],
];
