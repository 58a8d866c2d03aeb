/** What the note of a run says of the rules, so that lines which are nothing to them can be told without the rules. */
import { fixedPartOf } from '../rules/program.ts';
import type { Rule } from '../rules/rule.ts';
import type { LogSearch } from '../state/idle-note.ts';
import { needlesOf, soughtRule } from './needles.ts';

/** Returns texts and programs of the lines that rules have a use for; undefined where that may be any line. */
export function soughtLines(rules: readonly Rule[]): Pick<LogSearch, 'needles' | 'programs'> | undefined {
  const needles = needlesOf(rules.map(soughtRule), 'any program');
  // A rule in the original's form looks at the whole line, whoever wrote it.
  const isAny = rules.some(({ programs, isOriginalForm }) => isOriginalForm || programs.length === 0);
  if (needles === undefined || isAny) return undefined;
  return {
    needles: needles.map((needle) => needle.toString('base64')),
    programs: [...new Set(rules.flatMap(({ programs }) => programs.map(fixedPartOf)))],
  };
}
