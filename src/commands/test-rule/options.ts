/** The words of `exact test-rule`: its options, and which of them each of its answers takes. */
import type { Contradiction, Mode, ModeWord, OptionSpec } from '../../cli/command.ts';
import type { Invocation } from '../../host/invocation.ts';

/** The options of `test-rule`. */
export const testRuleOptions = [
  { name: 'server', value: 'NAME', repeats: true, summary: 'try this rule alone (auto: all)' },
  { name: 'match', value: 'EXPR', repeats: true, summary: 'try this expression, as a match line has it' },
  {
    name: 'program',
    value: 'NAME',
    repeats: true,
    needs: 'match',
    summary: 'with --match: the programs it is for',
  },
  {
    name: 'order',
    value: 'ORDER',
    needs: 'match',
    summary: "with --match: EXACT 1.41's form, user host or host user",
  },
  { name: 'serverdefs', value: 'FILE', repeats: true, summary: 'try the rules of this servers file' },
  { name: 'line', value: 'TEXT', repeats: true, summary: 'try this line' },
  { name: 'since', value: 'TIME', summary: 'lines from then on: 7d, 2h, 09:00, or RFC 3339' },
  { name: 'limit', value: 'N', summary: 'show so many lines of a kind (default 3); 0 shows all' },
  { name: 'matched', summary: 'print the lines that a rule uses' },
  { name: 'unmatched', summary: 'print the lines that hold an address and a user and match nothing' },
  { name: 'forge', summary: 'try to fool the rule with hostile lines; exit status 1 if one works' },
  {
    name: 'expect',
    value: 'FILE',
    summary: 'compare with the truth: LINE USER ADDRESS or LINE -, or JSON',
  },
  { name: 'suggest', summary: 'propose a stanza from lines in which the users of --user log in' },
  {
    name: 'user',
    value: 'NAME',
    repeats: true,
    summary: 'with --suggest: who logged in, as the log writes it',
  },
  { name: 'list', summary: 'list the rules that there are' },
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
  ['line', 'since', 'a line that is given is tried whatever its time'],
  ['limit', 'json', 'JSON has every line'],
];
