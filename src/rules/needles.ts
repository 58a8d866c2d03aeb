/**
 * What the bytes of a line must hold for any rule to have a use for it: for each expression one of the texts
 * that all its matches contain, or where none is known, the name of one of its rule's programs.
 */
import { fixedPartOf } from './program.ts';
import type { Expression, Rule } from './rule.ts';

/** Shorter texts are everywhere. */
const shortestNeedle = 4;

/**
 * Returns byte strings of which every line that a rule matches contains at least one, none within another;
 * undefined where a rule can match lines of which nothing is known.
 */
export function needlesOf(rules: readonly Rule[]): readonly Buffer[] | undefined {
  const needles = new Map<string, Buffer>();
  for (const rule of rules) {
    for (const expression of [...rule.match, ...rule.connect, ...rule.logout]) {
      const texts = textsOf(expression, rule);
      if (texts === undefined) return undefined;
      for (const text of texts) needles.set(text.toString('latin1'), text);
    }
  }
  const all = [...needles.values()];
  return all.filter((one) => !all.some((other) => other !== one && one.includes(other)));
}

function textsOf(expression: Expression, rule: Rule): readonly Buffer[] | undefined {
  if (areNeedles(expression.literals)) return expression.literals;
  const programs = rule.programs.map((pattern) => Buffer.from(fixedPartOf(pattern)));
  return areNeedles(programs) ? programs : undefined;
}

function areNeedles(texts: readonly Buffer[]): boolean {
  return texts.length > 0 && texts.every(({ length }) => length >= shortestNeedle);
}
