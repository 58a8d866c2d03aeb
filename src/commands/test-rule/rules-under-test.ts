/** The rules under test: one from the command line, those of a servers file, or the configuration's. */
import { readFileSync } from 'node:fs';
import type { Settings } from '../../config/settings.ts';
import { ExitStatus } from '../../exit-status.ts';
import { Failure, type Problem, reasonOf } from '../../problem.ts';
import { compileStanza, type StanzaProblem } from '../../rules/compile.ts';
import { cpuMilliseconds } from '../../rules/cpu-time.ts';
import { type LoadedRules, loadRules } from '../../rules/load-rules.ts';
import type { Rule } from '../../rules/rule.ts';
import type { ServersFile } from '../../rules/servers-files.ts';
import { emptyStanza, parseStanzas, type StanzaValue } from '../../rules/stanza.ts';
import type { TestRuleInvocation } from './options.ts';

/** The rules under test. */
export interface RulesUnderTest {
  readonly rules: readonly Rule[];
  /** The command line says which: lint looks at them, and every one is named in the summary. */
  readonly areNamed: boolean;
}

/** Returns the rules that the options ask for; throws the problems of one that does not compile. */
export async function rulesUnderTest(
  invocation: TestRuleInvocation,
  settings: Settings,
): Promise<RulesUnderTest> {
  const expressions = invocation.values('match');
  if (expressions.length > 0) {
    return { rules: [await ruleOfCommandLine(invocation, expressions)], areNamed: true };
  }
  const loaded = await loadWanted(invocation, settings);
  refuse(invocation, loaded.problems);
  for (const note of loaded.notes) invocation.report(note);
  return { rules: loaded.rules, areNamed: invocation.has('server') || invocation.has('serverdefs') };
}

/** Loads the rules that `--server` and `--serverdefs` name, or all that the configuration has. */
async function loadWanted(invocation: TestRuleInvocation, settings: Settings): Promise<LoadedRules> {
  const given = invocation.values('serverdefs');
  const files = serversFiles(invocation, settings);
  const named = invocation.values('server');
  const inFiles = files.flatMap(({ path, text }) => parseStanzas(path, text).stanzas.map(({ name }) => name));
  const servers = named.length > 0 ? named : given.length > 0 ? inFiles : settings.servers;
  return loadRules({ servers: [...new Set(servers)], files });
}

/** Reads the servers files: those that `--serverdefs` names, or the configuration's. */
export function serversFiles(invocation: TestRuleInvocation, settings: Settings): ServersFile[] {
  const given = invocation.values('serverdefs');
  return (given.length > 0 ? given : settings.serverdefs).map((path) => ({ path, text: readText(path) }));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Failure({
      status: ExitStatus.config,
      where: path,
      what: 'cannot read',
      why: reasonOf(error),
    });
  }
}

/** Compiles `--match`, with `--program` and `--order`, as a stanza of that content would be. */
async function ruleOfCommandLine(
  invocation: TestRuleInvocation,
  expressions: readonly string[],
): Promise<Rule> {
  const values = (texts: readonly string[]): StanzaValue[] => texts.map((text) => ({ text, line: 0 }));
  const order = invocation.value('order');
  const programs = invocation.values('program');
  const { rule, problems } = await compileStanza(
    {
      ...emptyStanza('--match', '--match', 0),
      program: values(programs),
      match: values(expressions),
      order: values(order === undefined ? [] : [order]),
    },
    cpuMilliseconds,
  );
  refuse(invocation, problems.map(asOptionProblem));
  if (rule === undefined) throw new Error('a stanza without problems is a rule');
  return { ...rule, origin: '--match' };
}

/** The problem of a stanza as that of the option which stands for its line. */
function asOptionProblem(problem: StanzaProblem): Problem {
  return { ...problem, where: `--${problem.line}`, what: problem.fault };
}

/** A rule that does not compile: every problem is told, and nothing is changed by any of this anyway. */
function refuse(invocation: TestRuleInvocation, problems: readonly Problem[]): void {
  const bad = problems.filter(({ isWarning }) => !isWarning);
  for (const problem of problems) if (problem.isWarning) invocation.report(problem);
  const last = bad.at(-1);
  if (last === undefined) return;
  for (const problem of bad.slice(0, -1)) invocation.report(problem);
  throw new Failure(last);
}
