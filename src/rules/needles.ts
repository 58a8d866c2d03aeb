/**
 * What the bytes of a line must hold for any rule to have a use for it: of each expression the texts that all
 * its matches contain one of, or where none are known, the name of one of its rule's programs.
 */
import { fixedPartOf } from './program.ts';
import type { Rule } from './rule.ts';

/** A search can do with no less. */
const shortestNeedle = 2;

/**
 * Returns byte strings of which every line that one of the rules matches contains at least one, none within
 * another; undefined where a rule matches lines of which nothing is known, or nothing but its program, and that
 * the lines are known to have.
 */
export function needlesOf(
  rules: readonly Rule[],
  lines: 'any program' | 'known program',
): readonly Buffer[] | undefined {
  const needles = new Map<string, Buffer>();
  for (const rule of rules) {
    const programs =
      lines === 'any program' ? rule.programs.map((name) => Buffer.from(fixedPartOf(name))) : [];
    for (const { literals } of [...rule.match, ...rule.connect, ...rule.logout, ...rule.broken]) {
      const texts = areNeedles(literals) ? literals : programs;
      if (!areNeedles(texts)) return undefined;
      for (const text of texts) needles.set(text.toString('latin1'), text);
    }
  }
  const all = [...needles.values()];
  return all.filter((one) => !all.some((other) => other !== one && one.includes(other)));
}

function areNeedles(texts: readonly Buffer[]): boolean {
  return texts.length > 0 && texts.every(({ length }) => length >= shortestNeedle);
}
