/**
 * What the bytes of a line must hold for any rule to have a use for it: of each expression the texts that all
 * its matches contain one of, or where none are known, the name of one of its rule's programs.
 */
import { type Kind, kinds } from '../rules/kinds.ts';
import { fixedPartOf } from '../rules/program.ts';
import type { Expression, Rule } from '../rules/rule.ts';
import { shortestBroken } from './cut-line.ts';

/** What is to be known of a rule in order to find its lines. */
export interface SoughtRule {
  /** As of the {@link Rule}. */
  readonly programs: readonly string[];
  /** As of the {@link Rule}. */
  readonly isOriginalForm: boolean;
  /** Bytes of the shortest message that may have been broken, by its server or where it was forwarded; undefined: none. */
  readonly broken: number | undefined;
  /** Whether a line that is too long to be a login says something of those that its process logs next. */
  readonly isWarned: boolean;
  /** Of each of its expressions, the texts of which every match contains one, as UTF-8 bytes; none where none are known. */
  readonly literals: readonly (readonly Uint8Array[])[];
  /** The same of those expressions that take lines which lack their end. */
  readonly unclosed: readonly (readonly Uint8Array[])[];
  /** Bytes that no line ends with which one of those expressions takes: the ends that are missing there. */
  readonly closings: readonly number[];
}

/** A search can do with no less. */
const shortestNeedle = 2;

/** Returns what is to be known of a rule in order to find its lines. */
export function soughtRule(rule: Rule): SoughtRule {
  const { programs, isOriginalForm, broken } = rule;
  const literalsOf = (kind: Kind) => rule[kind].map((expression) => expression.literals);
  return {
    programs,
    isOriginalForm,
    broken: shortestBroken(rule),
    isWarned: broken !== undefined || rule.void.length > 0,
    literals: kinds.filter((kind) => kind !== 'unclosed').flatMap(literalsOf),
    unclosed: literalsOf('unclosed'),
    closings: closingsOf(rule.unclosed),
  };
}

/** What such an expression ends with: `[^>]*$` takes no line that ends with `>`. */
const noSuchByte = /\[\^([^\\\]]+)\]\*\$$/;

/** Most lines of such servers end with that byte, and are passed over for it. */
function closingsOf(expressions: readonly Expression[]): number[] {
  const [first = [], ...others] = expressions.map(({ expanded }) => [
    ...Buffer.from(noSuchByte.exec(expanded)?.[1] ?? ''),
  ]);
  return first.filter((byte) => others.every((bytes) => bytes.includes(byte)));
}

/**
 * Returns byte strings of which every line that one of the rules matches contains at least one, none within
 * another; undefined where a rule matches lines of which nothing is known, or nothing but its program, and that
 * the lines are known to have.
 */
export function needlesOf(
  rules: readonly SoughtRule[],
  lines: 'any program' | 'known program' | 'known program, closed',
): readonly Buffer[] | undefined {
  const needles = new Map<string, Buffer>();
  for (const rule of rules) {
    const programs =
      lines === 'any program' ? rule.programs.map((name) => Buffer.from(fixedPartOf(name))) : [];
    const sought = lines === 'known program, closed' ? rule.literals : [...rule.literals, ...rule.unclosed];
    for (const literals of sought) {
      const texts = areNeedles(literals) ? literals : programs;
      if (!areNeedles(texts)) return undefined;
      for (const text of texts) {
        const needle = Buffer.from(text);
        needles.set(needle.toString('latin1'), needle);
      }
    }
  }
  // As texts: a hundred of them are compared with each other, which took Buffer a twentieth of a minute with one login.
  const texts = [...needles.keys()];
  const isNeeded = (one: string) => !texts.some((other) => other.length < one.length && one.includes(other));
  return [...needles].flatMap(([text, needle]) => (isNeeded(text) ? [needle] : []));
}

function areNeedles(texts: readonly Uint8Array[]): boolean {
  return texts.length > 0 && texts.every(({ length }) => length >= shortestNeedle);
}
