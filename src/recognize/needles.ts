/**
 * What the bytes of a line must hold for any rule to have a use for it: of each expression the texts that all
 * its matches contain one of, or where none are known, the name of one of its rule's programs.
 */
import { kinds } from '../rules/kinds.ts';
import { fixedPartOf } from '../rules/program.ts';
import type { Rule } from '../rules/rule.ts';

/** What is to be known of a rule in order to find its lines: plain data, which another thread can be given. */
export interface SoughtRule {
  /** As of the {@link Rule}. */
  readonly programs: readonly string[];
  /** As of the {@link Rule}. */
  readonly isOriginalForm: boolean;
  /** As of the {@link Rule}. */
  readonly broken: number | undefined;
  /** Of each of its expressions, the texts of which every match contains one, as UTF-8 bytes; none where none are known. */
  readonly literals: readonly (readonly Uint8Array[])[];
}

/** A search can do with no less. */
const shortestNeedle = 2;

/** Returns what is to be known of a rule in order to find its lines. */
export function soughtRule(rule: Rule): SoughtRule {
  const { programs, isOriginalForm, broken } = rule;
  const literals = kinds.flatMap((kind) => rule[kind].map((expression) => expression.literals));
  return { programs, isOriginalForm, broken, literals };
}

/**
 * Returns byte strings of which every line that one of the rules matches contains at least one, none within
 * another; undefined where a rule matches lines of which nothing is known, or nothing but its program, and that
 * the lines are known to have.
 */
export function needlesOf(
  rules: readonly SoughtRule[],
  lines: 'any program' | 'known program',
): readonly Buffer[] | undefined {
  const needles = new Map<string, Buffer>();
  for (const rule of rules) {
    const programs =
      lines === 'any program' ? rule.programs.map((name) => Buffer.from(fixedPartOf(name))) : [];
    for (const literals of rule.literals) {
      const texts = areNeedles(literals) ? literals : programs;
      if (!areNeedles(texts)) return undefined;
      for (const text of texts) {
        const needle = Buffer.from(text);
        needles.set(needle.toString('latin1'), needle);
      }
    }
  }
  const all = [...needles.values()];
  return all.filter((one) => !all.some((other) => other !== one && one.includes(other)));
}

function areNeedles(texts: readonly Uint8Array[]): boolean {
  return texts.length > 0 && texts.every(({ length }) => length >= shortestNeedle);
}
